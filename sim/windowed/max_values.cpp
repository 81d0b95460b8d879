#include "sim/windowed/max_values.hpp"

#include <algorithm>
#include <vector>

#include "sim/engine/bits.hpp"

namespace homolog::sim {

MaxValues::MaxValues(const MaxPool& kernel)
    : kernel_(kernel),
      rows_(vertical_axis(kernel.window, kernel.in, kernel.out)),
      columns_(horizontal_axis(kernel.window, kernel.in, kernel.out)) {}

std::uint64_t MaxValues::pool(const Emission& from, Emission& to) const {
  const auto channels = static_cast<std::size_t>(kernel_.in.channels);
  const auto in_row = static_cast<std::size_t>(kernel_.in.width) * channels;
  const auto out_channels = static_cast<std::size_t>(kernel_.out.channels);
  const auto first_channel = static_cast<std::size_t>(kernel_.first_channel);
  std::vector<float> column(in_row);              // largest of every column of a row of windows
  std::vector<std::uint32_t> deliveries(in_row);  // values > 0 in it
  std::uint64_t total = 0;
  for (std::size_t y = 0; y < static_cast<std::size_t>(kernel_.out.height); ++y) {
    std::fill(column.begin(), column.end(), 0.0F);
    std::fill(deliveries.begin(), deliveries.end(), 0U);
    for (const Tap& tap : rows_.of(y)) {
      const float* row = from.values(0, tap.in);
      for (std::size_t i = 0; i < in_row; ++i) {
        column[i] = std::max(column[i], row[i]);
        deliveries[i] += row[i] > 0.0F ? 1U : 0U;
      }
    }
    for (std::size_t x = 0; x < static_cast<std::size_t>(kernel_.out.width); ++x) {
      const std::size_t unit = x * out_channels + first_channel;
      float* values = to.values(0, y) + unit;
      std::fill_n(values, channels, 0.0F);
      for (const Tap& tap : columns_.of(x)) {
        const float* best = column.data() + tap.in * channels;
        const std::uint32_t* count = deliveries.data() + tap.in * channels;
        for (std::size_t c = 0; c < channels; ++c) {
          values[c] = std::max(values[c], best[c]);
          total += count[c];
        }
      }
      for (std::size_t first = 0; first < channels; first += kBitsPerWord) {
        const std::size_t size = std::min(kBitsPerWord, channels - first);
        std::uint64_t fired = 0;
        for (std::size_t c = 0; c < size; ++c) {
          fired |= std::uint64_t{values[first + c] > 0.0F} << c;
        }
        set_bits(to.row(0, y), unit + first, fired);
      }
    }
  }
  return total;
}

}  // namespace homolog::sim
