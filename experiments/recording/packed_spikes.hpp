#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/shape.hpp"

namespace homolog::experiments {

/// Neurons of one page: neighbours in C,H,W order.
inline constexpr std::uint32_t kPageNeurons = 256;

/// Spikes of one layer during one stimulus, sorted by (step, neuron), neurons in C,H,W order: for every spike
/// its place in its page, one byte, and for every step and page how many spikes it has. Made by
/// SpikePacker, which is what guarantees the order.
struct PackedSpikes {
  std::uint64_t neurons = 0;
  std::uint32_t steps = 0;
  std::vector<std::uint8_t> places{};    ///< neuron % kPageNeurons, one per spike
  std::vector<std::uint16_t> in_page{};  ///< [steps, pages], number of spikes

  [[nodiscard]] std::uint64_t pages() const noexcept { return (neurons + kPageNeurons - 1) / kPageNeurons; }
};

/// Packs the spikes of one layer as a simulator emits them. Sorts without comparing: the neurons that fired
/// in a step are marked in a bitmap in C,H,W order, which is then read from its beginning.
class SpikePacker {
 public:
  /// Throws Error(internal) if the layer has more than 2^31 neurons.
  SpikePacker(const sim::Shape& shape, std::uint32_t steps);

  /// `units` (H,W,C order, each once) fired in `step`, which is later than that of the last call. Throws
  /// Error(internal) if it is not, or beyond the last step.
  void add(std::uint32_t step, std::span<const sim::UnitId> units);

  /// All that was added since the beginning or clear().
  [[nodiscard]] PackedSpikes packed() const;
  void clear();

 private:
  void mark(std::span<const sim::UnitId> units);
  void collect(std::span<std::uint16_t> in_page);

  sim::Shape shape_;
  std::uint64_t reciprocal_ = 0;  ///< of the number of channels, times 2^shift_
  unsigned shift_ = 0;
  std::vector<std::uint64_t> fired_{};  ///< one bit per neuron, in whole pages; zero between calls
  PackedSpikes spikes_{};               ///< with room: the first size_ places are in use
  std::size_t size_ = 0;
  std::uint32_t next_step_ = 0;
};

}  // namespace homolog::experiments
