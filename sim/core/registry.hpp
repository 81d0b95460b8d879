#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/core/suggest.hpp"

namespace homolog {

/// Named things of one kind (neuron models, dissimilarities, analyses, ...), each with one line for
/// `homolog list`. A value: filled by a function that names its entries, then only read.
template <class T>
class Registry {
 public:
  /// `kind` is the noun used in messages, e.g. "neuron model".
  explicit Registry(std::string kind) : kind_(std::move(kind)) {}

  /// Throws Error(internal) if the name is taken.
  void add(const std::string& name, std::string description, T entry) {
    if (!entries_.emplace(name, Entry{std::move(description), std::move(entry)}).second) {
      throw Error(ErrorKind::internal, kind_ + " '" + name + "' is registered twice");
    }
  }

  /// Throws Error(config) that names the nearest entry and lists all; the caller adds the place.
  [[nodiscard]] const T& find(const std::string& name) const {
    const auto found = entries_.find(name);
    if (found == entries_.end()) {
      const std::string guess = nearest(name, names());
      throw Error(ErrorKind::config, "unknown " + kind_ + " '" + name + "'" +
                                         (guess.empty() ? "" : "; did you mean '" + guess + "'?") +
                                         " (known: " + joined(names()) + ")");
    }
    return found->second.value;
  }

  [[nodiscard]] bool contains(const std::string& name) const { return entries_.count(name) > 0; }

  /// In alphabetical order.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : entries_) {
      names.push_back(entry.first);
    }
    return names;
  }

  [[nodiscard]] const std::string& description(const std::string& name) const {
    return entries_.at(name).description;
  }
  [[nodiscard]] const std::string& kind() const noexcept { return kind_; }

 private:
  struct Entry {
    std::string description;
    T value;
  };
  std::string kind_;
  std::map<std::string, Entry> entries_;
};

}  // namespace homolog
