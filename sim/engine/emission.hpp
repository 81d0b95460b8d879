#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "sim/core/shape.hpp"
#include "sim/engine/aligned_buffer.hpp"
#include "sim/neuron/neuron_model.hpp"

namespace homolog::sim {

/// A row of the map in several steps of an Emission.
class StepRows {
 public:
  StepRows() = default;  ///< of no map: exists() is false
  /// `words`: of a row. Step 0 is at `first`, those from `before_end` on at the beginning of a ring of
  /// `slots` steps.
  StepRows(std::uint64_t* first, std::size_t words, Step before_end, Step slots)
      : first_(first), words_(words), before_end_(before_end), slots_(slots) {}

  [[nodiscard]] bool exists() const noexcept { return first_ != nullptr; }
  [[nodiscard]] std::uint64_t* operator[](Step step) const noexcept {
    return step < before_end_ ? first_ + step * words_ : first_ - (slots_ - step) * words_;
  }

 private:
  std::uint64_t* first_ = nullptr;
  std::size_t words_ = 0;
  Step before_end_ = 0;
  Step slots_ = 0;
};

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
  /// Row y from `step` on, as many steps as there are slots.
  [[nodiscard]] StepRows rows(Step step, std::size_t y) noexcept { return rows_of(bits_, step, y); }
  /// The same for where the spike is negative; exists only if is_signed().
  [[nodiscard]] StepRows negative_rows(Step step, std::size_t y) noexcept {
    return is_signed() ? rows_of(negative_, step, y) : StepRows();
  }
  /// rows[i] = row(step + i, y) for i < count <= slots.
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
  [[nodiscard]] std::size_t row_units() const noexcept { return row_; }
  [[nodiscard]] std::size_t words_per_row() const noexcept { return words_per_row_; }
  [[nodiscard]] bool graded() const noexcept { return values_.size() > 0; }
  [[nodiscard]] bool is_signed() const noexcept { return negative_.size() > 0; }

  /// Takes away what steps first .. first + steps - 1 hold, in all rows or in row y.
  void clear(Step first, Step steps) noexcept;
  void clear(Step first, Step steps, std::size_t y) noexcept;

  /// The units that emitted in `step`, ascending, to `units` (room for all and kBitSlack more); of spikes
  /// with signs the positive ones. Returns how many.
  std::size_t list(Step step, UnitId* units) const noexcept;
  /// The units whose spike was negative, likewise.
  std::size_t list_negative(Step step, UnitId* units) const noexcept;

  /// Number of events in steps first .. first + steps - 1, in all rows or in row y.
  [[nodiscard]] std::uint64_t count(Step first, Step steps) const noexcept;
  [[nodiscard]] std::uint64_t count(Step first, Step steps, std::size_t y) const noexcept;
  /// Of these, negative spikes.
  [[nodiscard]] std::uint64_t count_negative(Step first, Step steps) const noexcept;

  [[nodiscard]] static std::uint64_t bytes(const Shape& shape, Step slots, Kind kind) noexcept;

  static constexpr std::size_t kPadding = 64;

 private:
  /// The steps of a row lie next to each other.
  [[nodiscard]] std::size_t place(Step step, std::size_t y) const noexcept {
    return y * slots_ + step % slots_;
  }
  /// Calls act(first word, words) for what steps first .. first + steps - 1 of row y hold: one or two pieces.
  template <class Act>
  void for_each_piece(Step first, Step steps, std::size_t y, const Act& act) const {
    while (steps > 0) {
      const Step together = std::min(steps, slots_ - first % slots_);
      act(place(first, y) * words_per_row_, together * words_per_row_);
      first += together;
      steps -= together;
    }
  }
  [[nodiscard]] StepRows rows_of(AlignedBuffer<std::uint64_t>& bits, Step step,
                                 std::size_t y) const noexcept {
    return {bits.data() + place(step, y) * words_per_row_, words_per_row_, slots_ - step % slots_, slots_};
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
