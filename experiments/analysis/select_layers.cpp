#include "experiments/analysis/analysis.hpp"
#include "sim/core/suggest.hpp"

namespace homolog::experiments {
namespace {

/// Whether `name` fits `pattern`: '*' stands for any characters or none, '?' for one.
bool matches(const std::string& pattern, const std::string& name) {
  std::size_t p = 0;
  std::size_t star = std::string::npos;  // the last '*' met
  std::size_t resume = 0;                // where in the name its tail is tried next
  for (std::size_t n = 0; n < name.size();) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string::npos) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') {
    ++p;
  }
  return p == pattern.size();
}

/// The layers, for a message; a large network's would fill the screen.
std::string listed(const std::vector<std::string>& layers) {
  return layers.size() <= 12
             ? "(layers: " + joined(layers) + ")"
             : "('homolog inspect MODEL.onnx' lists all " + std::to_string(layers.size()) + ")";
}

[[noreturn]] void refuse(const std::string& pattern, const std::vector<std::string>& layers,
                         const Where& where) {
  if (pattern.find_first_of("*?") != std::string::npos) {
    throw Error(ErrorKind::config, "no layer fits the pattern '" + pattern + "' " + listed(layers), where);
  }
  const std::string guess = nearest(pattern, layers);
  throw Error(ErrorKind::config,
              "no layer is called '" + pattern + "'" +
                  (guess.empty() ? " " + listed(layers) : "; did you mean '" + guess + "'?"),
              where);
}

}  // namespace

std::vector<std::string> select_layers(const std::vector<std::string>& patterns,
                                       const std::vector<std::string>& layers, const Where& where) {
  std::vector<bool> selected(layers.size(), false);
  for (const std::string& pattern : patterns) {
    bool is_used = pattern == "all";
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if (pattern == "all" || matches(pattern, layers[i])) {
        selected[i] = true;
        is_used = true;
      }
    }
    if (!is_used) {
      refuse(pattern, layers, where);
    }
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (selected[i]) {
      names.push_back(layers[i]);
    }
  }
  return names;
}

}  // namespace homolog::experiments
