#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/aligned_buffer.hpp"

namespace homolog::sim {

/// How rows of weights are summed; the kernels of the engine do nothing faster.
enum class RowForm {
  gather_float,   ///< float32 weights, the sums stay in registers over many rows
  gather_int8,    ///< 8-bit weights, 16-bit sums that stay in registers over 256 rows
  scatter_float,  ///< float32 weights, every row is added to sums that lie in the first-level cache
};

/// The ceiling of a kernel that turns spikes into synaptic input: rows of weights that lie in the
/// second-level cache are added up, and nothing else is done. No spikes are sought, no windows computed, no
/// neurons updated.
///
/// A block of 256 KiB of weights, more than the first-level cache holds and less than the second-level cache,
/// is visited row by row in a fixed pseudo-random order. The row that comes k-th is added to target k modulo
/// targets(): several targets take turns where rows are so short that one sum would wait for the last.
class RowAccumulation {
 public:
  static constexpr std::size_t kBlockBytes = std::size_t{256} << 10U;
  static constexpr std::size_t kShortestRow = 16;
  static constexpr std::size_t kLongestRow = 512;

  /// `row`: weights of a row, a power of two in [kShortestRow, kLongestRow]; else throws Error(internal).
  RowAccumulation(RowForm form, std::size_t row);

  /// Adds every row of the block once to the sum of its target.
  void accumulate();
  /// Sets all sums to 0.
  void clear();
  /// Synaptic operations (weights added) per second of one core, the best of many short intervals in
  /// `seconds` of wall time: what disturbs a measurement makes it slower. Clears the sums.
  [[nodiscard]] double measure(double seconds);

  [[nodiscard]] std::size_t targets() const noexcept { return targets_; }
  /// The rows in the order of their visit.
  [[nodiscard]] std::span<const std::uint32_t> order() const noexcept { return order_; }
  [[nodiscard]] double weight(std::size_t row, std::size_t column) const;
  /// What accumulate() has summed since the last clear().
  [[nodiscard]] double sum(std::size_t target, std::size_t column) const;

 private:
  RowForm form_;
  std::size_t row_;
  std::size_t lanes_;  ///< weights of a vector
  std::size_t targets_;
  std::vector<std::uint32_t> order_{};
  AlignedBuffer<float> weights_{};
  AlignedBuffer<std::uint8_t> weights_int8_{};
  AlignedBuffer<float> sums_{};  ///< [targets, row]
  AlignedBuffer<std::int32_t>
      sums_int8_{};  ///< the same; of each vector first the even columns, then the odd
};

/// RowAccumulation(form, .).measure(seconds) for rows of the longest length that is measured and not above
/// `row` (at least kShortestRow): the ceiling of a kernel that adds rows of `row` weights.
[[nodiscard]] double ceiling(RowForm form, std::size_t row, double seconds);

}  // namespace homolog::sim
