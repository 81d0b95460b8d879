#include <algorithm>
#include <cstdio>

#include "experiments/config/yaml.hpp"

namespace homolog::experiments {
namespace {

using Kind = Parameter::Kind;

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '/' || c == '+' || c == '-';
}

/// Whether YAML reads the bare text as this very scalar. Stricter than need be.
bool is_plain(const std::string& text) {
  const bool is_null = text.empty() || text == "null" || text == "Null" || text == "NULL";
  return !is_null && text != "..." && (text.front() != '-' || (text.size() > 1 && text[1] != '-')) &&
         std::all_of(text.begin(), text.end(), is_word_character);
}

std::string scalar_text(const std::string& text) {
  if (is_plain(text)) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20U || byte == 0x7FU) {
      char escape[5];
      std::snprintf(escape, sizeof escape, "\\x%02X", static_cast<unsigned>(byte));
      quoted += escape;
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

bool fits_one_line(const Parameter& node) {
  return node.kind == Kind::null || node.kind == Kind::scalar ||
         (node.kind == Kind::mapping && node.entries.empty()) ||
         (node.kind == Kind::sequence &&
          std::all_of(node.items.begin(), node.items.end(), [](const Parameter& item) {
            return item.kind == Kind::null || item.kind == Kind::scalar;
          }));
}

std::string one_line(const Parameter& node) {
  switch (node.kind) {
    case Kind::null: return "null";
    case Kind::scalar: return scalar_text(node.text);
    case Kind::mapping: return "{}";
    case Kind::sequence: break;
  }
  std::string text;
  for (const Parameter& item : node.items) {
    text += (text.empty() ? "" : ", ") + one_line(item);
  }
  return "[" + text + "]";
}

/// The block of a mapping or sequence; its first line is not indented when it follows "- ".
void print_block(const Parameter& node, std::size_t indent, bool continues_line, std::string& text) {
  const auto start_line = [&] {
    if (!continues_line) {
      text.append(indent, ' ');
    }
    continues_line = false;
  };
  for (const auto& [key, value] : node.entries) {
    start_line();
    text += scalar_text(key) + ":";
    if (fits_one_line(value)) {
      text += " " + one_line(value) + "\n";
    } else {
      text += "\n";
      print_block(value, indent + 2, false, text);
    }
  }
  for (const Parameter& item : node.items) {
    start_line();
    text += "- ";
    if (fits_one_line(item)) {
      text += one_line(item) + "\n";
    } else {
      print_block(item, indent + 2, true, text);
    }
  }
}

}  // namespace

std::string print_yaml(const Parameter& tree) {
  if (fits_one_line(tree)) {
    return one_line(tree) + "\n";
  }
  std::string text;
  print_block(tree, 0, false, text);
  return text;
}

}  // namespace homolog::experiments
