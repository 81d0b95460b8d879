#include "conversion/onnx/text.hpp"

#include <cstddef>

namespace homolog::conversion {
namespace {

unsigned byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

/// Bytes of the printable UTF-8 character at i, or 0 if there is none (Unicode standard, table 3-7).
std::size_t character_length(std::string_view text, std::size_t i) noexcept {
  const unsigned first = byte_at(text, i);
  if (first < 0x80) {
    return first < 0x20 || first == 0x7F ? 0 : 1;
  }
  const std::size_t length = first >= 0xC2 && first < 0xE0   ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
  if (length == 0 || i + length > text.size()) {
    return 0;
  }
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte_at(text, i + k) & 0xC0U) != 0x80U) {
      return 0;
    }
  }
  const unsigned second = byte_at(text, i + 1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second > 0x9F;
  const bool too_large = first == 0xF4 && second > 0x8F;
  const bool control = first == 0xC2 && second < 0xA0;
  return overlong || surrogate || too_large || control ? 0 : length;
}

}  // namespace

bool is_printable(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = character_length(text, i);
    if (length == 0) {
      return false;
    }
    i += length;
  }
  return true;
}

std::string printable(std::string_view text) {
  constexpr std::size_t kLongest = 500;
  std::string line;
  for (std::size_t i = 0; i < text.size();) {
    if (line.size() >= kLongest) {
      return line + "...";
    }
    const std::size_t length = character_length(text, i);
    line += length == 0 ? "?" : std::string(text.substr(i, length));
    i += length == 0 ? 1 : length;
  }
  return line;
}

}  // namespace homolog::conversion
