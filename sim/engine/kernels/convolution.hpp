#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/events.hpp"
#include "sim/network/kernels.hpp"
#include "sim/network/window.hpp"

namespace homolog::sim {

/// A convolution prepared for spikes: an event at (c, iy, ix) adds, for every window that contains it,
/// one row of weights to the summed input z [OH, OW, OC] of the target.
class ConvolutionScatter {
 public:
  explicit ConvolutionScatter(const Convolution& kernel);

  /// z += contributions of `events`, in their order. Returns the number of contributions.
  std::uint64_t operator()(const Events& events, float* z) const;

  /// Neighbouring kernel columns that land on neighbouring target positions: one long row.
  struct Run {
    std::uint32_t kernel_x = 0;
    std::uint32_t out_x = 0;
    std::uint32_t columns = 1;
  };

  /// What the inner loops need; sizes in elements. Weights are [IC, KH, KW, row].
  struct Layout {
    std::size_t in_channels = 1;
    std::size_t in_width = 1;
    std::size_t group_in = 1;  ///< input channels of a group
    std::size_t row = 1;       ///< output channels of a group: the row of one kernel element
    std::size_t kernel_w = 1;
    std::size_t kernel = 1;        ///< weights of one input channel, KH * KW * row
    std::size_t out_channels = 1;  ///< of the target population
    std::size_t out_width = 1;
    std::size_t first_channel = 0;
    AlignedBuffer<float> weights{};
    std::vector<std::size_t> first_run{};  ///< [IW + 1]: runs of input column x
    std::vector<Run> runs{};

    [[nodiscard]] std::span<const Run> runs_of(std::size_t x) const noexcept {
      return std::span<const Run>(runs).subspan(first_run[x], first_run[x + 1] - first_run[x]);
    }
  };

 private:
  void copy_weights(const Convolution& kernel, bool reversed);
  std::uint64_t scatter_short_rows(const Events& events, float* z) const;

  WindowTaps rows_;  ///< taps of input row y
  Layout layout_;
  std::size_t longest_row_ = 1;
};

}  // namespace homolog::sim
