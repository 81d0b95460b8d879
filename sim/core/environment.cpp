#include "sim/core/environment.hpp"

#include <algorithm>
#include <cstdlib>

#include "sim/core/error.hpp"

namespace homolog {
namespace {

bool is_variable_name(const std::string& name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && !is_digit(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || is_digit(c); });
}

/// The value of what stands between "${" and "}".
std::string value_of(const std::string& inside) {
  const std::size_t separator = inside.find(":-");
  const std::string name = inside.substr(0, separator);
  if (!is_variable_name(name)) {
    throw Error(ErrorKind::config,
                "'${' must be followed by the name of an environment variable, as in '${HOME}'");
  }
  const char* const value = std::getenv(name.c_str());
  if (value != nullptr && *value != '\0') {
    return value;
  }
  if (separator == std::string::npos) {
    throw Error(ErrorKind::config, "environment variable " + name + " is not set; set it (export " + name +
                                       "=...), give a default (${" + name +
                                       ":-default}) or write the path itself");
  }
  return inside.substr(separator + 2);
}

}  // namespace

std::string expand_environment(const std::string& text) {
  std::string expanded;
  std::size_t done = 0;
  for (;;) {
    const std::size_t open = text.find("${", done);
    expanded += text.substr(done, open - done);
    if (open == std::string::npos) {
      return expanded;
    }
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos) {
      throw Error(ErrorKind::config, "'${' without its '}'");
    }
    const std::string inside = text.substr(open + 2, close - open - 2);
    if (inside.find("${") != std::string::npos) {
      throw Error(ErrorKind::config, "a default must not contain another '${'");
    }
    expanded += value_of(inside);
    done = close + 1;
  }
}

}  // namespace homolog
