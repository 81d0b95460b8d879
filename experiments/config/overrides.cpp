#include "experiments/config/overrides.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "experiments/config/yaml.hpp"

namespace homolog::experiments {
namespace {

using Kind = Parameter::Kind;

constexpr std::size_t kMostSegments = 50;

[[noreturn]] void refuse(const std::string& origin, const std::string& message) {
  throw Error(ErrorKind::config, message, {.file = origin});
}

/// "analyses[0].rsa" and "analyses.0.rsa" as analyses, 0, rsa.
std::vector<std::string> segments_of(const std::string& path, const std::string& origin) {
  std::vector<std::string> segments{""};
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool ends_item =
        path[i] == ']' && (i + 1 == path.size() || path[i + 1] == '.' || path[i + 1] == '[');
    if (path[i] == '.' || path[i] == '[') {
      segments.emplace_back();
    } else if (!ends_item) {
      segments.back() += path[i];
    }
  }
  if (std::find(segments.begin(), segments.end(), "") != segments.end() || segments.size() > kMostSegments) {
    refuse(origin, "not a path; write keys with dots between them, as in 'spiking.steps'");
  }
  return segments;
}

std::optional<std::size_t> item_number(const std::string& segment) {
  std::size_t number = 0;
  const char* const end = segment.data() + segment.size();
  const auto [stop, problem] = std::from_chars(segment.data(), end, number);
  return problem == std::errc{} && stop == end ? std::optional(number) : std::nullopt;
}

void set_origin(Parameter& tree, const std::string& origin) {
  tree.origin = origin;
  for (Parameter& item : tree.items) {
    set_origin(item, origin);
  }
  for (auto& entry : tree.entries) {
    set_origin(entry.second, origin);
  }
}

/// The child of `node` that `segment` names, created when it is not there.
Parameter& child(Parameter& node, const std::string& segment, const std::string& before,
                 const std::string& origin) {
  const auto number = item_number(segment);
  if (node.kind == Kind::null) {
    node.kind = number ? Kind::sequence : Kind::mapping;
  }
  Parameter created;
  created.origin = origin;
  if (node.kind == Kind::sequence) {
    const std::size_t size = node.items.size();
    if (!number || *number > size) {
      refuse(origin, "'" + before + "' is a list of " + std::to_string(size) +
                         "; name an item by its number, counted from 0, not by '" + segment + "'");
    }
    if (*number == size) {
      node.items.push_back(std::move(created));
    }
    return node.items[*number];
  }
  if (node.kind == Kind::scalar) {
    refuse(origin, "'" + before + "' is a single value and has no '" + segment + "' in it");
  }
  for (auto& [key, value] : node.entries) {
    if (key == segment) {
      return value;
    }
  }
  node.entries.emplace_back(segment, std::move(created));
  return node.entries.back().second;
}

}  // namespace

void apply_overrides(Parameter& tree, const Overrides& overrides) {
  for (const auto& [path, text] : overrides) {
    const std::string origin = "--set " + path;
    Parameter value;
    try {
      value = parse_yaml(text, origin);
    } catch (const Error& error) {
      refuse(origin, error.message());  // a line number would be that of the argument
    }
    set_origin(value, origin);
    Parameter* node = &tree;
    std::string before;
    for (const std::string& segment : segments_of(path, origin)) {
      node = &child(*node, segment, before, origin);
      before += (before.empty() ? "" : ".") + segment;
    }
    *node = std::move(value);
  }
}

}  // namespace homolog::experiments
