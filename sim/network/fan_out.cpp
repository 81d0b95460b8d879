#include "sim/network/fan_out.hpp"

#include "sim/network/window.hpp"

namespace homolog::sim {
namespace {

/// How many outputs read each input of an axis.
std::vector<std::uint32_t> reached(const WindowAxis& axis) {
  std::vector<std::uint32_t> count(static_cast<std::size_t>(axis.in), 0);
  const WindowTaps taps(axis);
  for (std::size_t out = 0; out < static_cast<std::size_t>(axis.out); ++out) {
    for (const Tap& tap : taps.of(out)) {
      ++count[tap.in];
    }
  }
  return count;
}

struct FanOut {
  std::vector<std::uint32_t> operator()(const Convolution& k) const {
    return windows(k.window, k.in, k.blocks(), k.out, k.channels / k.groups, k.pool_h, k.pool_w);
  }
  std::vector<std::uint32_t> operator()(const Dense& k) const {
    return std::vector<std::uint32_t>(static_cast<std::size_t>(k.in.size()),
                                      static_cast<std::uint32_t>(k.channels));
  }
  std::vector<std::uint32_t> operator()(const AveragePool& k) const {
    return windows(k.window, k.in, k.in, k.out, 1);
  }
  std::vector<std::uint32_t> operator()(const MaxPool& k) const {
    return windows(k.window, k.in, k.in, k.out, 1);
  }
  std::vector<std::uint32_t> operator()(const OneToOne& k) const {
    std::vector<std::uint32_t> counts;
    for (const UnitId target : k.target) {
      counts.push_back(target == kNoUnit ? 0U : 1U);
    }
    return counts;
  }

 private:
  /// `blocks`: the map over which the window slides; `row`: synapses per position that is reached.
  static std::vector<std::uint32_t> windows(const Window& window, const Shape& in, const Shape& blocks,
                                            const Shape& out, std::int64_t row, std::int64_t pool_h = 1,
                                            std::int64_t pool_w = 1) {
    const auto vertical = reached(vertical_axis(window, blocks, out));
    const auto horizontal = reached(horizontal_axis(window, blocks, out));
    std::vector<std::uint32_t> counts;
    counts.reserve(static_cast<std::size_t>(in.size()));
    for (std::int64_t y = 0; y < in.height; ++y) {
      for (std::int64_t x = 0; x < in.width; ++x) {
        const bool whole = y / pool_h < blocks.height && x / pool_w < blocks.width;
        const std::uint32_t positions = whole ? vertical[static_cast<std::size_t>(y / pool_h)] *
                                                    horizontal[static_cast<std::size_t>(x / pool_w)]
                                              : 0U;
        counts.insert(counts.end(), static_cast<std::size_t>(in.channels),
                      positions * static_cast<std::uint32_t>(row));
      }
    }
    return counts;
  }
};

}  // namespace

std::vector<std::uint32_t> fan_out(const Projection& projection) {
  return std::visit(FanOut{}, projection.kernel);
}

}  // namespace homolog::sim
