#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/channel_chunks.hpp"
#include "sim/engine/emission.hpp"
#include "sim/engine/kernels/source_rows.hpp"
#include "sim/engine/tile.hpp"
#include "sim/network/kernels.hpp"
#include "sim/network/window.hpp"

namespace homolog::sim {

/// Windows that keep channels apart: average pooling and depthwise convolution.
class ChannelwiseKernel {
 public:
  explicit ChannelwiseKernel(const AveragePool& kernel);
  /// A convolution of as many groups as it has input and output channels.
  explicit ChannelwiseKernel(const Convolution& kernel);

  /// tile.z += contributions of the source; returns their number.
  std::uint64_t add(const SourceRows& source, const Tile& tile) const;

 private:
  ChannelwiseKernel(const Window& window, const Shape& in, const Shape& out, std::int64_t first_channel);

  std::size_t channels_ = 1;  ///< of the source
  std::size_t first_channel_ = 0;
  std::size_t kernel_w_ = 1;
  std::size_t out_width_ = 1;
  WindowTaps rows_;
  WindowTaps columns_;
  /// [KH * KW][channels] and padding: a depthwise convolution; or [1][channels] of an average pooling.
  std::vector<float> weights_{};
  std::vector<float> position_weight_{};  ///< [OH * OW] of an average pooling, else empty
};

}  // namespace homolog::sim
