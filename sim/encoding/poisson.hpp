#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/shape.hpp"
#include "sim/neuron/neuron_model.hpp"

namespace homolog::sim {

/// Units of a Poisson input population that fire in `step`, ascending: unit i fires with probability
/// clamp(probability[i], 0, 1), independently of all others and of all other steps. The random number
/// is philox(counter = {unit / 4, step, image, population}, seed)[unit % 4]: it depends on nothing else.
/// `fired` is overwritten.
void poisson_spikes(std::span<const float> probability, std::uint64_t seed, std::uint64_t image,
                    std::uint32_t population, Step step, std::vector<UnitId>& fired);

}  // namespace homolog::sim
