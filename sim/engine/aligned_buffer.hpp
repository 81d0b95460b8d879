#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace homolog::sim {

/// Uninitialised array that starts on a cache line, so that no vector load crosses one.
template <class T>
class AlignedBuffer {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  static constexpr std::size_t kAlignment = 64;

  AlignedBuffer() = default;
  explicit AlignedBuffer(std::size_t size)
      : data_(static_cast<T*>(::operator new[](size * sizeof(T), std::align_val_t{kAlignment}))),
        size_(size) {}

  [[nodiscard]] T* data() noexcept { return data_.get(); }
  [[nodiscard]] const T* data() const noexcept { return data_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::span<T> span() noexcept { return {data_.get(), size_}; }
  [[nodiscard]] std::span<const T> span() const noexcept { return {data_.get(), size_}; }

  /// What a buffer of `size` elements occupies.
  [[nodiscard]] static constexpr std::uint64_t bytes(std::uint64_t size) noexcept { return size * sizeof(T); }

 private:
  struct Free {
    void operator()(T* memory) const noexcept {
      ::operator delete[](static_cast<void*>(memory), std::align_val_t{kAlignment});
    }
  };
  std::unique_ptr<T[], Free> data_{};
  std::size_t size_ = 0;
};

/// Array that keeps its content when it grows, by half at least.
template <class T>
class GrowingBuffer {
 public:
  /// Room for `size` elements; those before `used` are kept.
  void reserve(std::size_t size, std::size_t used) {
    if (size > buffer_.size()) {
      AlignedBuffer<T> larger(std::max(size, buffer_.size() + buffer_.size() / 2));
      std::copy_n(buffer_.data(), used, larger.data());
      buffer_ = std::move(larger);
    }
  }
  [[nodiscard]] T* data() noexcept { return buffer_.data(); }
  [[nodiscard]] const T* data() const noexcept { return buffer_.data(); }

 private:
  AlignedBuffer<T> buffer_{};
};

}  // namespace homolog::sim
