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

}  // namespace homolog::sim
