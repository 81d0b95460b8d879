#include "experiments/brain/number_bytes.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

template <class T>
void append(std::span<const std::byte> bytes, bool swapped, std::vector<double>& values) {
  for (std::size_t i = 0; i + sizeof(T) <= bytes.size(); i += sizeof(T)) {
    values.push_back(static_cast<double>(load_number<T>(bytes.data() + i, swapped)));
  }
}

std::size_t checked_size(const std::string& file) {
  std::error_code failure;
  const auto status = std::filesystem::status(file, failure);
  if (!std::filesystem::exists(status)) {
    throw Error(ErrorKind::data, "there is no such file", {.file = file});
  }
  if (!std::filesystem::is_regular_file(status)) {
    throw Error(ErrorKind::data, "is not a file; expected a file of brain data", {.file = file});
  }
  const auto size = std::filesystem::file_size(file, failure);
  if (failure) {
    throw Error(ErrorKind::data, "cannot be read: " + failure.message(), {.file = file});
  }
  return size;
}

std::vector<std::byte> read_first(const std::string& file, std::size_t size) {
  std::ifstream stream(file, std::ios::binary);
  std::vector<std::byte> bytes(size);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (static_cast<std::size_t>(stream.gcount()) != size) {
    throw Error(ErrorKind::data, "cannot be read", {.file = file});
  }
  return bytes;
}

}  // namespace

std::size_t bytes_of(NumberType type) noexcept {
  switch (type) {
    case NumberType::u1:
    case NumberType::i1: return 1;
    case NumberType::u2:
    case NumberType::i2: return 2;
    case NumberType::u4:
    case NumberType::i4:
    case NumberType::f4: return 4;
    case NumberType::u8:
    case NumberType::i8:
    case NumberType::f8: return 8;
  }
  return 8;
}

void append_numbers(std::span<const std::byte> bytes, NumberType type, bool swapped,
                    std::vector<double>& values) {
  values.reserve(values.size() + bytes.size() / bytes_of(type));
  switch (type) {
    case NumberType::u1: return append<std::uint8_t>(bytes, swapped, values);
    case NumberType::i1: return append<std::int8_t>(bytes, swapped, values);
    case NumberType::u2: return append<std::uint16_t>(bytes, swapped, values);
    case NumberType::i2: return append<std::int16_t>(bytes, swapped, values);
    case NumberType::u4: return append<std::uint32_t>(bytes, swapped, values);
    case NumberType::i4: return append<std::int32_t>(bytes, swapped, values);
    case NumberType::u8: return append<std::uint64_t>(bytes, swapped, values);
    case NumberType::i8: return append<std::int64_t>(bytes, swapped, values);
    case NumberType::f4: return append<float>(bytes, swapped, values);
    case NumberType::f8: return append<double>(bytes, swapped, values);
  }
}

void append_utf8(char32_t code_point, std::string& text) {
  const auto put = [&text](char32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code_point > 0x10FFFFU || (code_point >= 0xD800U && code_point < 0xE000U)) {
    code_point = 0xFFFDU;
  }
  if (code_point < 0x80U) {
    put(code_point);
  } else if (code_point < 0x800U) {
    put(0xC0U | (code_point >> 6U));
    put(0x80U | (code_point & 0x3FU));
  } else if (code_point < 0x10000U) {
    put(0xE0U | (code_point >> 12U));
    put(0x80U | ((code_point >> 6U) & 0x3FU));
    put(0x80U | (code_point & 0x3FU));
  } else {
    put(0xF0U | (code_point >> 18U));
    put(0x80U | ((code_point >> 12U) & 0x3FU));
    put(0x80U | ((code_point >> 6U) & 0x3FU));
    put(0x80U | (code_point & 0x3FU));
  }
}

std::vector<std::byte> read_file_bytes(const std::string& file) {
  const std::size_t size = checked_size(file);
  if (size > kMostFileBytes) {
    throw Error(ErrorKind::data,
                "has " + std::to_string(size) + " bytes; expected at most " + std::to_string(kMostFileBytes) +
                    " (HDF5 files may be larger)",
                {.file = file});
  }
  return read_first(file, size);
}

std::vector<std::byte> read_file_start(const std::string& file, std::size_t most) {
  return read_first(file, std::min(most, checked_size(file)));
}

}  // namespace homolog::experiments
