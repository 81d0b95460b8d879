#include "sim/engine/kernels/max_pool.hpp"

#include "sim/engine/bits.hpp"

namespace homolog::sim {

MaxPoolWindows::MaxPoolWindows(const MaxPool& kernel)
    : in_channels_(static_cast<std::size_t>(kernel.in.channels)),
      in_width_(static_cast<std::size_t>(kernel.in.width)),
      out_channels_(static_cast<std::size_t>(kernel.out.channels)),
      out_width_(static_cast<std::size_t>(kernel.out.width)),
      first_channel_(static_cast<std::size_t>(kernel.first_channel)),
      rows_(vertical_axis(kernel.window, kernel.in, kernel.out)),
      columns_(horizontal_axis(kernel.window, kernel.in, kernel.out)) {}

std::uint64_t MaxPoolWindows::operator()(std::span<const UnitId> spikes, std::span<std::uint32_t> counts,
                                         std::span<std::uint32_t> maxima,
                                         std::span<std::uint64_t> risen) const {
  std::uint64_t deliveries = 0;
  std::size_t first_unit = 0;  // of the position
  std::size_t end_unit = 0;
  std::span<const Tap> rows;
  std::span<const Tap> columns;
  for (const UnitId unit : spikes) {
    if (unit >= end_unit) {
      const std::size_t position = unit / in_channels_;
      first_unit = position * in_channels_;
      end_unit = first_unit + in_channels_;
      rows = rows_.of(position / in_width_);
      columns = columns_.of(position % in_width_);
    }
    const std::uint32_t count = ++counts[unit];
    const std::size_t channel = first_channel_ + (unit - first_unit);
    for (const Tap& row : rows) {
      for (const Tap& column : columns) {
        const std::size_t window = (row.out * out_width_ + column.out) * out_channels_ + channel;
        if (count > maxima[window]) {
          maxima[window] = count;
          risen[window / kBitsPerWord] |= std::uint64_t{1} << (window % kBitsPerWord);
        }
      }
    }
    deliveries += rows.size() * columns.size();
  }
  return deliveries;
}

std::size_t take_set_bits(std::span<std::uint64_t> bits, UnitId* fired) {
  std::size_t count = 0;
  for (std::size_t word = 0; word < bits.size(); ++word) {
    count += write_set_bits(bits[word], word * kBitsPerWord, fired + count);
    bits[word] = 0;
  }
  return count;
}

}  // namespace homolog::sim
