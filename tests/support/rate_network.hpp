#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "conversion/spiking/apply_kernel.hpp"
#include "sim/network/network.hpp"

namespace homolog::test {

/// What a spiking network computes for infinitely many steps and constant input, without any spike: every
/// population of neurons emits at rate clamp(input, 0, 1) (threshold 1), a relay passes its input on, a gate
/// emits at the largest rate of its window, the readout holds its input. Values per population, [H,W,C].
///
/// A converted network whose scales are at least the largest activations must reproduce the float network
/// in this limit up to float rounding: this checks weights, scales, constants, borders and wiring without
/// the noise of spikes.
inline std::vector<std::vector<double>> rate_network(const sim::Network& network,
                                                     std::span<const float> input) {
  std::vector<std::vector<double>> rates;
  for (const sim::Population& population : network.populations) {
    rates.emplace_back(static_cast<std::size_t>(population.shape.size()), 0.0);
  }
  for (const sim::PopulationId id : sim::step_order(network)) {
    const sim::Population& population = network.populations[id];
    std::vector<double>& values = rates[id];
    if (std::holds_alternative<sim::AnalogInput>(population.role) ||
        std::holds_alternative<sim::PoissonInput>(population.role)) {
      values.assign(input.begin(), input.end());
      continue;
    }
    for (std::size_t i = 0; i < population.current.size(); ++i) {
      values[i] = static_cast<double>(population.current[i]);
    }
    for (const sim::Projection& projection : network.projections) {
      if (projection.target != id) {
        continue;
      }
      const std::vector<double>& source = rates[projection.source];
      if (const auto* pool = std::get_if<sim::MaxPool>(&projection.kernel); pool != nullptr) {
        const sim::Window& w = pool->window;
        for (std::int64_t oy = 0; oy < pool->out.height; ++oy) {
          for (std::int64_t ox = 0; ox < pool->out.width; ++ox) {
            for (std::int64_t k = 0; k < w.kernel_h * w.kernel_w; ++k) {
              const std::int64_t y = oy * w.stride_h - w.pad_top + k / w.kernel_w * w.dilation_h;
              const std::int64_t x = ox * w.stride_w - w.pad_left + k % w.kernel_w * w.dilation_w;
              if (y < 0 || y >= pool->in.height || x < 0 || x >= pool->in.width) {
                continue;
              }
              for (std::int64_t c = 0; c < pool->in.channels; ++c) {
                double& target = values[sim::hwc_index(pool->out, pool->first_channel + c, oy, ox)];
                target = std::max(target, source[sim::hwc_index(pool->in, c, y, x)]);
              }
            }
          }
        }
      } else {
        conversion::apply_kernel(projection.kernel, source, values);
      }
    }
    if (std::holds_alternative<sim::Neurons>(population.role)) {
      for (double& value : values) {
        value = std::clamp(value, 0.0, 1.0);
      }
    }
  }
  return rates;
}

}  // namespace homolog::test
