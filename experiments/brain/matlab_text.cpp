#include "experiments/brain/matlab_text.hpp"

#include <cmath>
#include <cstddef>

#include "experiments/brain/data_array.hpp"
#include "experiments/brain/number_bytes.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

constexpr double kLastCodePoint = 0x10FFFF;

bool is_high(char32_t unit) {
  return unit >= 0xD800U && unit < 0xDC00U;
}

bool is_low(char32_t unit) {
  return unit >= 0xDC00U && unit < 0xE000U;
}

[[noreturn]] void refuse(const BrainSource& source, double code, const std::string& why) {
  throw Error(ErrorKind::data,
              "holds a text with the character code " + number_id(code) + ", " + why +
                  "; expected UTF-16, as MATLAB writes it",
              {.file = source.file, .key = source.dataset});
}

}  // namespace

std::string matlab_text(std::span<const double> codes, const BrainSource& source) {
  std::string text;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const double code = codes[i];
    if (!(code >= 0.0 && code <= kLastCodePoint) || code != std::floor(code)) {
      refuse(source, code, "which is none");
    }
    auto point = static_cast<char32_t>(code);
    if (is_high(point) && i + 1 < codes.size() && codes[i + 1] >= 0xDC00 && codes[i + 1] < 0xE000 &&
        codes[i + 1] == std::floor(codes[i + 1])) {
      point = 0x10000U + ((point - 0xD800U) << 10U) + (static_cast<char32_t>(codes[++i]) - 0xDC00U);
    } else if (is_high(point) || is_low(point)) {
      refuse(source, code, "half of a character");
    }
    append_utf8(point, text);
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace homolog::experiments
