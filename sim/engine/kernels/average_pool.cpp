#include "sim/engine/kernels/average_pool.hpp"

namespace homolog::sim {

AveragePoolScatter::AveragePoolScatter(const AveragePool& kernel)
    : in_channels_(static_cast<std::size_t>(kernel.in.channels)),
      in_width_(static_cast<std::size_t>(kernel.in.width)),
      out_channels_(static_cast<std::size_t>(kernel.out.channels)),
      out_width_(static_cast<std::size_t>(kernel.out.width)),
      first_channel_(static_cast<std::size_t>(kernel.first_channel)),
      rows_(vertical_axis(kernel.window, kernel.in, kernel.out)),
      columns_(horizontal_axis(kernel.window, kernel.in, kernel.out)),
      position_weight_(kernel.position_weight),
      channel_weight_(kernel.channel_weight) {}

std::uint64_t AveragePoolScatter::operator()(const Events& events, float* z) const {
  std::uint64_t contributions = 0;
  std::size_t first_unit = 0;  // of the position
  std::size_t end_unit = 0;
  std::span<const Tap> rows;
  std::span<const Tap> columns;
  for (std::size_t e = 0; e < events.units.size(); ++e) {
    const std::size_t unit = events.units[e];
    if (unit >= end_unit) {
      const std::size_t position = unit / in_channels_;
      first_unit = position * in_channels_;
      end_unit = first_unit + in_channels_;
      rows = rows_.of(position / in_width_);
      columns = columns_.of(position % in_width_);
    }
    const std::size_t channel = unit - first_unit;
    for (const Tap& row : rows) {
      for (const Tap& column : columns) {
        const std::size_t position = row.out * out_width_ + column.out;
        const float weight = channel_weight_[channel] * position_weight_[position];
        const float contribution = events.values == nullptr ? weight : weight * events.values[e];
        z[position * out_channels_ + first_channel_ + channel] += contribution;
      }
    }
    contributions += rows.size() * columns.size();
  }
  return contributions;
}

}  // namespace homolog::sim
