#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace homolog::experiments {

/// Largest file that is read whole.
inline constexpr std::size_t kMostFileBytes = std::size_t{1} << 32U;
/// Deflate cannot make more than this many bytes of one (RFC 1951: 258 bytes from 2 bits).
inline constexpr std::size_t kMostDeflateRatio = 1032;

/// Types of numbers in npy and MAT files: unsigned, signed and floating, with their bytes.
enum class NumberType { u1, i1, u2, i2, u4, i4, u8, i8, f4, f8 };

/// Bytes of one number.
[[nodiscard]] std::size_t bytes_of(NumberType type) noexcept;

/// A number from bytes that may be unaligned; `swapped`: the file has the other byte order than this machine.
template <class T>
[[nodiscard]] T load_number(const std::byte* bytes, bool swapped) {
  std::array<std::byte, sizeof(T)> copy{};
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    copy[i] = bytes[swapped ? sizeof(T) - 1 - i : i];
  }
  return std::bit_cast<T>(copy);
}

/// Appends the numbers of `bytes` (a whole number of them). Integers above 2^53 are rounded to double.
void append_numbers(std::span<const std::byte> bytes, NumberType type, bool swapped,
                    std::vector<double>& values);

/// Appends a code point as UTF-8; what is none becomes U+FFFD.
void append_utf8(char32_t code_point, std::string& text);

/// A whole file. Throws Error(data) if it is missing, no regular file or larger than kMostFileBytes.
[[nodiscard]] std::vector<std::byte> read_file_bytes(const std::string& file);

/// At most `most` first bytes of a file. Throws Error(data) if it is missing or no regular file.
[[nodiscard]] std::vector<std::byte> read_file_start(const std::string& file, std::size_t most);

}  // namespace homolog::experiments
