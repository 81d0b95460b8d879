#pragma once

// A row of numbers and blocks as bytes, for the checkpoint (a private file, read by the same machine).

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace homolog::experiments {

class ByteWriter {
 public:
  template <class T>
  requires std::is_arithmetic_v<T>
  void number(T value) {
    const auto raw = std::as_bytes(std::span<const T>(&value, 1));
    bytes_.insert(bytes_.end(), raw.begin(), raw.end());
  }
  /// Its length, then its bytes.
  void block(std::span<const std::byte> block) {
    number<std::uint64_t>(block.size());
    bytes_.insert(bytes_.end(), block.begin(), block.end());
  }
  [[nodiscard]] const std::vector<std::byte>& bytes() const noexcept { return bytes_; }

 private:
  std::vector<std::byte> bytes_{};
};

/// Reads what ByteWriter wrote. Past the end everything is zero or empty, and good() is false.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  template <class T>
  requires std::is_arithmetic_v<T>
  [[nodiscard]] T number() {
    T value{};
    if (rest_.size() < sizeof(T)) {
      good_ = false;
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof(T));
    rest_ = rest_.subspan(sizeof(T));
    return value;
  }
  [[nodiscard]] std::span<const std::byte> block() {
    const auto size = number<std::uint64_t>();
    if (size > rest_.size()) {
      good_ = false;
      return {};
    }
    const auto block = rest_.first(size);
    rest_ = rest_.subspan(size);
    return block;
  }
  [[nodiscard]] bool good() const noexcept { return good_; }

 private:
  std::span<const std::byte> rest_;
  bool good_ = true;
};

}  // namespace homolog::experiments
