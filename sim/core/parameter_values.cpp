#include "sim/core/parameter_values.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <system_error>
#include <utility>

namespace homolog {
namespace {

using Kind = Parameter::Kind;

}  // namespace

std::string shown(const std::string& text) {
  constexpr std::size_t kLongest = 60;
  std::string result;
  for (const char c : text) {
    if (result.size() >= kLongest) {
      return result + "...";
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20U || byte == 0x7FU) {
      char escaped[5];
      std::snprintf(escaped, sizeof escaped, "\\x%02X", static_cast<unsigned>(byte));
      result += escaped;
    } else {
      result += c;
    }
  }
  return result;
}

std::string described(const Parameter& value) {
  switch (value.kind) {
    case Kind::null: return "nothing";
    case Kind::scalar: return "'" + shown(value.text) + "'";
    case Kind::sequence: return "a list";
    case Kind::mapping: return "a mapping";
  }
  return "";
}

std::string text_of(double value) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return std::string(buffer, end);
}

std::optional<double> finite_number(const std::string& text) {
  double value = 0.0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc{} || stop != end || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc{} || stop != end) {
    return std::nullopt;
  }
  return value;
}

std::string number_rule(double low, double high) {
  if (std::isinf(high)) {
    return std::isinf(low) ? "a finite number" : "a number >= " + text_of(low);
  }
  return "a number " +
         (std::isinf(low) ? "<= " + text_of(high) : "in [" + text_of(low) + ", " + text_of(high) + "]");
}

std::string integer_rule(std::int64_t low, std::int64_t high) {
  if (high == std::numeric_limits<std::int64_t>::max()) {
    return low == std::numeric_limits<std::int64_t>::min() ? "a whole number"
                                                           : "a whole number >= " + std::to_string(low);
  }
  return "a whole number in [" + std::to_string(low) + ", " + std::to_string(high) + "]";
}

Parameter scalar(std::string text) {
  Parameter value;
  value.kind = Kind::scalar;
  value.text = std::move(text);
  return value;
}

Parameter sequence(std::vector<Parameter> items) {
  Parameter value;
  value.kind = Kind::sequence;
  value.items = std::move(items);
  return value;
}

std::string child_path(const std::string& path, const std::string& key) {
  return path.empty() ? shown(key) : path + "." + shown(key);
}

std::string item_path(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

Where place(const Parameter& at, const std::string& file, const std::string& path) {
  if (at.origin.empty()) {
    return {.file = file, .key = path, .line = at.line, .column = at.column};
  }
  return {.file = at.origin, .key = at.origin == "--set " + path ? "" : path};
}

void refuse_keys_given_twice(const Parameter& tree, const std::string& file, const std::string& path) {
  std::map<std::string, int> lines;
  for (const auto& [key, value] : tree.entries) {
    const auto [first, is_new] = lines.emplace(key, value.line);
    if (!is_new) {
      throw Error(ErrorKind::config,
                  first->second > 0 ? "key given twice; the first is in line " + std::to_string(first->second)
                                    : std::string("key given twice"),
                  place(value, file, child_path(path, key)));
    }
    refuse_keys_given_twice(value, file, child_path(path, key));
  }
  for (std::size_t i = 0; i < tree.items.size(); ++i) {
    refuse_keys_given_twice(tree.items[i], file, item_path(path, i));
  }
}

}  // namespace homolog
