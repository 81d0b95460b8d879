#pragma once

// Random networks of window neurons, and their definition executed literally.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <variant>
#include <vector>

#include "sim/network/network.hpp"
#include "tests/support/dense_simulator.hpp"
#include "tests/support/random_network.hpp"

namespace homolog::test {

/// A random network whose neurons answer in windows: what works in steps is replaced, delays are taken away,
/// and projections that run backwards dropped. `few`: few-spike neurons, else times to a first spike.
inline sim::Network window_network(const sim::Network& random, unsigned seed, bool few) {
  std::mt19937 generator(seed);
  sim::Network network = random;
  const auto steps = static_cast<std::uint32_t>(1 + generator() % 10);
  for (sim::Population& population : network.populations) {
    population.initial.clear();
    if (std::holds_alternative<sim::PoissonInput>(population.role)) {
      population.role = few ? sim::Role(sim::AnalogInput{}) : sim::Role(sim::LatencyInput{});
    } else if (std::holds_alternative<sim::Neurons>(population.role)) {
      sim::TimeToFirstSpike ttfs;
      ttfs.window = generator() % 2 == 0 ? 0.0F : 0.5F + 0.25F * static_cast<float>(generator() % 8);
      ttfs.ceiling = generator() % 3 == 0 ? 1.0F : ttfs.ceiling;
      population.role = sim::WindowNeurons{few ? sim::WindowNeuron(sim::FewSpikes{.steps = steps})
                                               : sim::WindowNeuron(ttfs)};
    }
  }
  for (sim::Population& population : network.populations) {
    const bool times = std::holds_alternative<sim::LatencyInput>(population.role) ||
                       std::holds_alternative<sim::WindowNeurons>(population.role) ||
                       std::holds_alternative<sim::MaxGate>(population.role);
    if (!few && times && generator() % 3 == 0) {
      population.rank_worth.resize(static_cast<std::size_t>(population.shape.size()));
      std::generate(population.rank_worth.begin(), population.rank_worth.end(),
                    [&] { return static_cast<float>(generator() % 1000) / 500.0F; });
      std::sort(population.rank_worth.begin(), population.rank_worth.end(), std::greater<>());
    }
  }
  std::vector<sim::Projection> forwards;
  for (sim::Projection& projection : network.projections) {
    const bool pools_input =
        std::holds_alternative<sim::AnalogInput>(network.populations[projection.source].role) &&
        std::holds_alternative<sim::MaxGate>(network.populations[projection.target].role);
    if (projection.source < projection.target && !pools_input) {
      projection.delay = 0;
      forwards.push_back(std::move(projection));
    }
  }
  network.projections = std::move(forwards);
  return network;
}

struct WindowRun {
  std::vector<std::vector<float>> read{};                 ///< [population][unit]: what its targets read
  std::vector<std::vector<float>> values{};               ///< [population][unit]
  std::vector<std::vector<std::vector<double>>> times{};  ///< [population][unit]: of its spikes
  std::vector<float> length{};
  std::vector<std::uint64_t> clipped{};
  std::vector<double> readout{};  ///< C,H,W order
  std::uint64_t synaptic_operations = 0;
};

namespace window_detail {

inline void answer(const sim::TimeToFirstSpike& model, std::vector<float>& v, sim::PopulationId p,
                   WindowRun& run) {
  float highest = 0.0F;
  for (const float potential : v) {
    highest = std::max(highest, std::min(potential, model.ceiling));
  }
  const float length = model.window > 0.0F ? model.window : highest;
  run.length[p] = length;
  for (std::size_t unit = 0; unit < v.size(); ++unit) {
    const float most = std::min(length, model.ceiling);
    run.clipped[p] += v[unit] > most && length < model.ceiling ? 1U : 0U;
    const float time = std::max(length - v[unit], length - most);
    const bool fires = v[unit] > 0.0F && time < length;
    v[unit] = fires ? length - time : 0.0F;
    if (fires) {
      run.times[p][unit].push_back(static_cast<double>(time) / static_cast<double>(length));
    }
  }
}

inline void answer(const sim::FewSpikes& model, std::vector<float>& v, sim::PopulationId p, WindowRun& run) {
  const double finest = std::ldexp(1.0, -static_cast<int>(model.steps));
  for (std::size_t unit = 0; unit < v.size(); ++unit) {
    double rest = static_cast<double>(v[unit]) + finest / 2.0;
    run.clipped[p] += rest > 1.0 ? 1U : 0U;
    double value = 0.0;
    for (std::uint32_t k = 1; k <= model.steps; ++k) {
      const double worth = std::ldexp(1.0, -static_cast<int>(k));
      if (rest >= worth) {
        rest -= worth;
        value += worth;
        run.times[p][unit].push_back(static_cast<double>(k - 1) / static_cast<double>(model.steps));
      }
    }
    v[unit] = static_cast<float>(value);
  }
}

/// Spikes that say a value: in a network of few-spike neurons its bits.
inline std::size_t bits_of(const sim::Network& network, float value) {
  for (const sim::Population& population : network.populations) {
    const auto* neurons = std::get_if<sim::WindowNeurons>(&population.role);
    if (neurons != nullptr && std::holds_alternative<sim::FewSpikes>(neurons->model)) {
      std::size_t bits = 0;
      for (double rest = static_cast<double>(value); rest > 0.0;
           rest -= std::exp2(std::floor(std::log2(rest)))) {
        ++bits;
      }
      return bits;
    }
  }
  return value > 0.0F ? 1 : 0;
}

}  // namespace window_detail

/// What targets read: values, or the worths of their places in the order of values.
inline std::vector<float> read_values(const sim::Population& population, const std::vector<float>& values) {
  if (population.rank_worth.empty()) {
    return values;
  }
  std::vector<std::size_t> fired;
  for (std::size_t unit = 0; unit < values.size(); ++unit) {
    if (values[unit] > 0.0F) {
      fired.push_back(unit);
    }
  }
  std::stable_sort(fired.begin(), fired.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  std::vector<float> read(values.size(), 0.0F);
  for (std::size_t place = 0; place < fired.size(); ++place) {
    read[fired[place]] = population.rank_worth[place];
  }
  return read;
}

/// Runs `network` (valid, sources before targets) by its definition.
inline WindowRun run_windows(const sim::Network& network, const std::vector<float>& stimulus) {
  const std::size_t populations = network.populations.size();
  WindowRun run;
  run.length.resize(populations);
  run.clipped.resize(populations);
  std::vector<bool> constant(populations, false);  // the image alone, directly or through relays
  for (sim::PopulationId p = 0; p < populations; ++p) {
    const sim::Population& population = network.populations[p];
    const auto units = static_cast<std::size_t>(population.shape.size());
    std::vector<float> v(units, 0.0F);
    run.times.emplace_back(units);
    bool takes_image = false;
    for (const sim::Projection& projection : network.projections) {
      if (projection.target != p) {
        continue;
      }
      takes_image = takes_image || constant[projection.source];
      const auto synapses = dense_detail::synapses_of(network, projection);
      const bool pools = std::holds_alternative<sim::MaxGate>(population.role);
      const std::vector<float>& from = pools ? run.values[projection.source] : run.read[projection.source];
      for (std::size_t unit = 0; unit < units; ++unit) {
        for (const auto& synapse : synapses[unit]) {
          const float value = from[synapse.source];
          const float contribution = synapse.weight * value;
          if (pools) {
            v[unit] = std::max(v[unit], value);
          } else {
            v[unit] += contribution;
          }
          // Few spikes are counted one by one; where a relay or the image speaks, its value is one event.
          const auto spikes = run.times[projection.source][synapse.source].size();
          run.synaptic_operations +=
              value != 0.0F && !constant[projection.source] ? std::max<std::size_t>(spikes, 1) : 0U;
        }
      }
      if (std::holds_alternative<sim::MaxGate>(population.role)) {
        run.length[p] = std::max(run.length[p], run.length[projection.source]);
      }
    }
    for (std::size_t unit = 0; unit < population.current.size(); ++unit) {
      v[unit] += std::holds_alternative<sim::Readout>(population.role) ? 0.0F : population.current[unit];
    }
    if (std::holds_alternative<sim::AnalogInput>(population.role)) {
      v = stimulus;
      constant[p] = true;
    } else if (std::holds_alternative<sim::LatencyInput>(population.role)) {
      for (std::size_t unit = 0; unit < units; ++unit) {
        const float time = 1.0F - std::min(1.0F, std::max(0.0F, stimulus[unit]));
        v[unit] = 1.0F - time;
        if (time < 1.0F) {
          run.times[p][unit].push_back(static_cast<double>(time));
        }
      }
      run.length[p] = 1.0F;
    } else if (std::holds_alternative<sim::Relay>(population.role)) {
      constant[p] = takes_image;
    } else if (const auto* neurons = std::get_if<sim::WindowNeurons>(&population.role)) {
      std::visit([&](const auto& model) { window_detail::answer(model, v, p, run); }, neurons->model);
    } else if (std::holds_alternative<sim::Readout>(population.role)) {
      for (std::int64_t c = 0; c < population.shape.channels; ++c) {
        for (std::int64_t position = 0; position < population.shape.area(); ++position) {
          const auto unit = static_cast<std::size_t>(position * population.shape.channels + c);
          run.readout.push_back(
              static_cast<double>(v[unit]) +
              (population.current.empty() ? 0.0 : static_cast<double>(population.current[unit])));
        }
      }
    }
    if (std::holds_alternative<sim::MaxGate>(population.role)) {
      for (std::size_t unit = 0; unit < units; ++unit) {  // only their number counts here
        run.times[p][unit].resize(window_detail::bits_of(network, v[unit]));
      }
    }
    run.read.push_back(read_values(population, v));
    run.values.push_back(std::move(v));
  }
  return run;
}

}  // namespace homolog::test
