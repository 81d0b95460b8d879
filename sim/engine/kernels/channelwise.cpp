#include "sim/engine/kernels/channelwise.hpp"

#include <array>

#include "sim/engine/kernels/lanes.hpp"

namespace homolog::sim {

ChannelwiseKernel::ChannelwiseKernel(const Window& window, const Shape& in, const Shape& out,
                                     std::int64_t first_channel)
    : channels_(static_cast<std::size_t>(in.channels)),
      first_channel_(static_cast<std::size_t>(first_channel)),
      kernel_w_(static_cast<std::size_t>(window.kernel_w)),
      out_width_(static_cast<std::size_t>(out.width)),
      rows_(vertical_axis(window, in, out)),
      columns_(horizontal_axis(window, in, out)) {}

ChannelwiseKernel::ChannelwiseKernel(const AveragePool& kernel)
    : ChannelwiseKernel(kernel.window, kernel.in, kernel.out, kernel.first_channel) {
  weights_ = kernel.channel_weight;  // read channel by channel: needs no padding
  position_weight_ = kernel.position_weight;
}

ChannelwiseKernel::ChannelwiseKernel(const Convolution& kernel)
    : ChannelwiseKernel(kernel.window, kernel.in, kernel.out, kernel.first_channel) {
  const std::size_t elements = kernel.weights.size() / channels_;
  weights_.resize(kernel.weights.size() + kWidestChunk, 0.0F);
  for (std::size_t c = 0; c < channels_; ++c) {
    for (std::size_t element = 0; element < elements; ++element) {
      weights_[element * channels_ + c] = kernel.weights[c * elements + element];
    }
  }
}

std::uint64_t ChannelwiseKernel::add(const SourceRows& source, const Tile& tile) const {
  if (tile.chunk.first < first_channel_ || tile.chunk.first >= first_channel_ + channels_) {
    return 0;
  }
  const std::size_t channel = tile.chunk.first - first_channel_;  // of the source
  std::uint64_t contributions = 0;
  LaneRows rows;
  LaneEvents events;
  std::array<float, kWidestChunk> averaged{};
  for (std::size_t x = tile.x0; x < tile.x1; ++x) {
    if (!position_weight_.empty()) {
      for (std::size_t c = 0; c < tile.chunk.channels; ++c) {
        averaged[c] = weights_[channel + c] * position_weight_[tile.y * out_width_ + x];
      }
    }
    for (const Tap& column : columns_.of(x)) {
      for (const Tap& row : rows_.of(tile.y)) {
        rows.point_to(source, row.in);
        const std::size_t unit = column.in * channels_ + channel;
        contributions += read_lanes(rows, tile.steps, unit, tile.chunk.channels, 0, events);
        const std::size_t element = row.kernel * kernel_w_ + column.kernel;
        add_lanes(
            events,
            position_weight_.empty() ? weights_.data() + element * channels_ + channel : averaged.data(), x,
            tile);
      }
    }
  }
  return contributions;
}

}  // namespace homolog::sim
