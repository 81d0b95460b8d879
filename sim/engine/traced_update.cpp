#include "sim/engine/traced_update.hpp"

#include <algorithm>
#include <variant>

#include "sim/engine/bits.hpp"

namespace homolog::sim {
namespace {

/// One unit in all steps of the block.
struct Unit {
  float& v;
  float current = 0.0F;
  Step* refractory_left = nullptr;
  float& lowest_firing;
  float& highest_silent;

  /// Whether it fires.
  template <NeuronModel Model>
  [[nodiscard]] bool advance(const Model& model, float z) {
    if (refractory_left != nullptr && *refractory_left > 0) {
      --*refractory_left;
      return false;
    }
    model.integrate(v, z + current);
    const float reached = v;
    if (!model.fires(v)) {
      highest_silent = std::max(highest_silent, reached);
      return false;
    }
    lowest_firing = std::min(lowest_firing, reached);
    if (refractory_left != nullptr) {
      *refractory_left = static_cast<Step>(model.refractory);
    }
    return true;
  }
};

}  // namespace

void update_and_trace(const Neuron& model, const NeuronTile& neurons, const TraceTile& trace,
                      const Tile& tile, std::size_t channels, const StepRows& rows) {
  for (std::size_t x = tile.x0; x < tile.x1; ++x) {
    const std::uint64_t touched = tile.touched[x - tile.x0];
    for (std::size_t channel = 0; channel < tile.chunk.channels; ++channel) {
      const std::size_t lane = (x - tile.x0) * neurons.stride + channel;
      Unit unit{
          .v = neurons.v[lane],
          .current = neurons.current == nullptr ? 0.0F : neurons.current[lane],
          .refractory_left = neurons.refractory_left == nullptr ? nullptr : neurons.refractory_left + lane,
          .lowest_firing = trace.lowest_firing[lane],
          .highest_silent = trace.highest_silent[lane]};
      for (Step step = 0; step < tile.steps; ++step) {
        const bool has_input = (touched >> step & 1U) != 0;
        const float z = has_input ? tile.sums(x)[step * tile.chunk.width + channel] : 0.0F;
        bool fires = false;
        visit_without_signs(model, [&](const auto& m) { fires = unit.advance(m, z); });
        set_bits(rows[step], x * channels + tile.chunk.first + channel, std::uint64_t{fires});
      }
    }
  }
}

}  // namespace homolog::sim
