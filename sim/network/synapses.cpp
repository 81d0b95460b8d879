#include <limits>

#include "sim/network/network.hpp"
#include "sim/network/window.hpp"

namespace homolog::sim {
namespace {

std::uint64_t position_pairs(const Window& window, const Shape& in, const Shape& out) {
  return window_pairs(vertical_axis(window, in, out)) * window_pairs(horizontal_axis(window, in, out));
}

struct CountSynapses {
  std::uint64_t operator()(const Convolution& k) const {
    return position_pairs(k.window, k.blocks(), k.out) * static_cast<std::uint64_t>(k.pool_h * k.pool_w) *
           static_cast<std::uint64_t>(k.in.channels) * static_cast<std::uint64_t>(k.channels / k.groups);
  }
  std::uint64_t operator()(const Dense& k) const {
    return static_cast<std::uint64_t>(k.in.size()) * static_cast<std::uint64_t>(k.channels);
  }
  std::uint64_t operator()(const AveragePool& k) const {
    return position_pairs(k.window, k.in, k.out) * static_cast<std::uint64_t>(k.in.channels);
  }
  std::uint64_t operator()(const MaxPool& k) const {
    return position_pairs(k.window, k.in, k.out) * static_cast<std::uint64_t>(k.in.channels);
  }
  std::uint64_t operator()(const OneToOne& k) const {
    std::uint64_t connected = 0;
    for (const UnitId target : k.target) {
      connected += target == kNoUnit ? 0U : 1U;
    }
    return connected;
  }
};

}  // namespace

std::uint64_t synapses(const Projection& projection) {
  return std::visit(CountSynapses{}, projection.kernel);
}

std::int64_t fan_in(const Convolution& kernel) {
  std::int64_t synapses = kernel.in.channels / kernel.groups;
  for (const std::int64_t extent :
       {kernel.window.kernel_h, kernel.window.kernel_w, kernel.pool_h, kernel.pool_w}) {
    if (__builtin_mul_overflow(synapses, extent, &synapses)) {
      return std::numeric_limits<std::int64_t>::max();
    }
  }
  return synapses;
}

std::int64_t fan_in(const Dense& kernel) {
  return kernel.in.size();
}

}  // namespace homolog::sim
