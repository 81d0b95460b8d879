#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/core/shape.hpp"
#include "sim/engine/aligned_buffer.hpp"
#include "sim/neuron/neuron_model.hpp"

namespace homolog::sim {

/// What a population has emitted in its last `slots` steps, a ring: one bit per unit and step, every row
/// of the map starting at a word; for spikes with signs a second bit, set where the spike is negative; for
/// graded events a value per unit, valid where the bit is set.
/// Its size does not depend on how many units fire.
class Emission {
 public:
  enum class Kind { spikes, signed_spikes, graded };

  Emission() = default;
  Emission(const Shape& shape, Step slots, Kind kind);

  [[nodiscard]] std::uint64_t* row(Step step, std::size_t y) noexcept {
    return bits_.data() + place(step, y) * words_per_row_;
  }
  [[nodiscard]] const std::uint64_t* row(Step step, std::size_t y) const noexcept {
    return bits_.data() + place(step, y) * words_per_row_;
  }
  /// rows[i] = row(step + i, y) for i < count <= slots.
  template <class Rows>
  void rows(Step step, Step count, std::size_t y, Rows* rows) noexcept {
    fill_rows(bits_.data(), step, count, y, rows);
  }
  template <class Rows>
  void rows(Step step, Step count, std::size_t y, Rows* rows) const noexcept {
    fill_rows(bits_.data(), step, count, y, rows);
  }
  /// As row(): where the spike is negative; null unless is_signed().
  [[nodiscard]] std::uint64_t* negative(Step step, std::size_t y) noexcept {
    return is_signed() ? negative_.data() + place(step, y) * words_per_row_ : nullptr;
  }
  [[nodiscard]] const std::uint64_t* negative(Step step, std::size_t y) const noexcept {
    return is_signed() ? negative_.data() + place(step, y) * words_per_row_ : nullptr;
  }
  /// Values of row y, [W,C]; null for spikes. kPadding more may be read before and behind them.
  [[nodiscard]] float* values(Step step, std::size_t y) noexcept {
    return graded() ? values_.data() + kPadding + place(step, y) * row_ : nullptr;
  }
  [[nodiscard]] const float* values(Step step, std::size_t y) const noexcept {
    return graded() ? values_.data() + kPadding + place(step, y) * row_ : nullptr;
  }

  [[nodiscard]] std::size_t height() const noexcept { return height_; }
  [[nodiscard]] std::size_t words_per_row() const noexcept { return words_per_row_; }
  [[nodiscard]] bool graded() const noexcept { return values_.size() > 0; }
  [[nodiscard]] bool is_signed() const noexcept { return negative_.size() > 0; }

  /// Takes away what `step` holds.
  void clear(Step step) noexcept;

  /// The units that emitted in `step`, ascending, to `units` (room for all and kBitSlack more); of spikes
  /// with signs the positive ones. Returns how many.
  std::size_t list(Step step, UnitId* units) const noexcept;
  /// The units whose spike was negative, likewise.
  std::size_t list_negative(Step step, UnitId* units) const noexcept;

  /// Number of events in steps first .. first + steps - 1.
  [[nodiscard]] std::uint64_t count(Step first, Step steps) const noexcept;
  /// Of these, negative spikes.
  [[nodiscard]] std::uint64_t count_negative(Step first, Step steps) const noexcept;

  [[nodiscard]] static std::uint64_t bytes(const Shape& shape, Step slots, Kind kind) noexcept;

  static constexpr std::size_t kPadding = 64;

 private:
  /// The steps of a row lie next to each other.
  [[nodiscard]] std::size_t place(Step step, std::size_t y) const noexcept {
    return y * slots_ + step % slots_;
  }
  template <class Word, class Rows>
  void fill_rows(Word* bits, Step step, Step count, std::size_t y, Rows* rows) const noexcept {
    Step slot = step % slots_;
    for (Step i = 0; i < count; ++i) {
      rows[i] = bits + (y * slots_ + slot) * words_per_row_;
      slot = slot + 1 == slots_ ? 0 : slot + 1;
    }
  }

  std::size_t height_ = 1;
  std::size_t row_ = 0;  ///< units
  std::size_t words_per_row_ = 0;
  Step slots_ = 1;
  AlignedBuffer<std::uint64_t> bits_{};
  AlignedBuffer<std::uint64_t> negative_{};
  AlignedBuffer<float> values_{};
};

}  // namespace homolog::sim
