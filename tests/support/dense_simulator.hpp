#pragma once

// The network's definition, executed literally: every pair of units is asked whether it is connected,
// every step visits every unit and every synapse. Slow, and shares no code with the engine but the
// network's value types and the random numbers.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/network/network.hpp"

namespace homolog::test {

struct DenseRun {
  std::vector<std::vector<std::vector<sim::UnitId>>> spikes{};  ///< [population][step], ascending
  std::vector<std::vector<std::vector<sim::UnitId>>>
      negative{};                                    ///< likewise, in place of spikes where negative
  std::vector<std::vector<float>> potentials{};      ///< [population][unit], Neurons only
  std::vector<std::vector<float>> currents{};        ///< [population][unit]
  std::vector<std::vector<float>> lowest_firing{};   ///< [population][unit], potential before the reset
  std::vector<std::vector<float>> highest_silent{};  ///< [population][unit], both Neurons only
  std::vector<std::vector<double>>
      summed_input{};             ///< [population][unit], z and current as weighted by phases, over all steps
  std::vector<double> readout{};  ///< [step, unit in C,H,W order]
  std::uint64_t synaptic_operations = 0;
};

namespace dense_detail {

struct Unit {
  std::int64_t c = 0, y = 0, x = 0;
};

inline Unit unit_of(const sim::Shape& shape, std::size_t id) {
  const auto i = static_cast<std::int64_t>(id);
  return {i % shape.channels, i / shape.channels / shape.width, i / shape.channels % shape.width};
}

/// (ky, kx) through which the window of target position (oy, ox) reads source position (iy, ix).
inline std::optional<std::pair<std::int64_t, std::int64_t>> through(const sim::Window& w, const Unit& from,
                                                                    const Unit& to) {
  for (std::int64_t ky = 0; ky < w.kernel_h; ++ky) {
    for (std::int64_t kx = 0; kx < w.kernel_w; ++kx) {
      if (to.y * w.stride_h - w.pad_top + ky * w.dilation_h == from.y &&
          to.x * w.stride_w - w.pad_left + kx * w.dilation_w == from.x) {
        return std::pair(ky, kx);
      }
    }
  }
  return std::nullopt;
}

/// Weight of the synapse between two units, of 8-bit weights the value; nothing if they are not connected. A
/// max pooling has weight 1.
struct WeightOf {
  std::size_t source;
  std::size_t target;

  template <class AnyKernel>
  static float weight(const AnyKernel& k, std::size_t i) {
    return k.int8.values.empty() ? k.weights[i] : static_cast<float>(k.int8.values[i]);
  }

  std::optional<float> operator()(const sim::Convolution& k) const {
    const Unit from = unit_of(k.in, source);
    const Unit to = unit_of(k.out, target);
    const std::int64_t oc = to.c - k.first_channel;
    const Unit block{from.c, from.y / k.pool_h, from.x / k.pool_w};
    const bool whole = block.y < k.in.height / k.pool_h && block.x < k.in.width / k.pool_w;
    const auto tap = whole ? through(k.window, block, to) : std::nullopt;
    const std::int64_t group_in = k.in.channels / k.groups;
    const std::int64_t group_out = k.channels / k.groups;
    if (!tap || oc < 0 || oc >= k.channels || oc / group_out != from.c / group_in) {
      return std::nullopt;
    }
    const std::int64_t row = (from.c * k.window.kernel_h + tap->first) * k.window.kernel_w + tap->second;
    return weight(k, static_cast<std::size_t>(row * group_out + oc % group_out));
  }
  std::optional<float> operator()(const sim::Dense& k) const {
    const std::int64_t oc = static_cast<std::int64_t>(target) - k.first_channel;
    if (oc < 0 || oc >= k.channels) {
      return std::nullopt;
    }
    return weight(k, source * static_cast<std::size_t>(k.channels) + static_cast<std::size_t>(oc));
  }
  std::optional<float> operator()(const sim::AveragePool& k) const {
    const Unit from = unit_of(k.in, source);
    const Unit to = unit_of(k.out, target);
    if (to.c != from.c + k.first_channel || !through(k.window, from, to)) {
      return std::nullopt;
    }
    return k.channel_weight[static_cast<std::size_t>(from.c)] *
           k.position_weight[static_cast<std::size_t>(to.y * k.out.width + to.x)];
  }
  std::optional<float> operator()(const sim::OneToOne& k) const {
    return k.target[source] == target ? std::optional<float>(k.weight[source]) : std::nullopt;
  }
  std::optional<float> operator()(const sim::MaxPool& k) const {
    const Unit from = unit_of(k.in, source);
    const Unit to = unit_of(k.out, target);
    return to.c == from.c + k.first_channel && through(k.window, from, to) ? std::optional<float>(1.0F)
                                                                           : std::nullopt;
  }
};

/// Scale of the 8-bit weights onto a target unit; nothing if the kernel has float weights.
struct ScaleOf {
  std::size_t target;

  template <class AnyKernel>
  std::optional<float> operator()(const AnyKernel& k) const {
    if constexpr (requires { k.int8; }) {
      const std::int64_t oc = unit_of(k.out, target).c - k.first_channel;
      if (!k.int8.values.empty()) {
        return oc < 0 || oc >= k.channels ? 1.0F : k.int8.scale[static_cast<std::size_t>(oc)];
      }
    }
    return std::nullopt;
  }
};

/// Units of a source in the order in which their contributions are added: column by column, from top to
/// bottom, channel by channel.
inline std::vector<std::size_t> order_of_summation(const sim::Shape& shape) {
  std::vector<std::size_t> order;
  for (std::int64_t x = 0; x < shape.width; ++x) {
    for (std::int64_t y = 0; y < shape.height; ++y) {
      for (std::int64_t c = 0; c < shape.channels; ++c) {
        order.push_back(static_cast<std::size_t>((y * shape.width + x) * shape.channels + c));
      }
    }
  }
  return order;
}

struct Synapse {
  std::size_t source = 0;
  float weight = 0.0F;
};

/// Synapses of every target unit of a projection, in the order of summation.
inline std::vector<std::vector<Synapse>> synapses_of(const sim::Network& network,
                                                     const sim::Projection& projection) {
  const auto order = order_of_summation(network.populations[projection.source].shape);
  std::vector<std::vector<Synapse>> rows(
      static_cast<std::size_t>(network.populations[projection.target].shape.size()));
  for (std::size_t target = 0; target < rows.size(); ++target) {
    for (const std::size_t source : order) {
      const auto weight = std::visit(WeightOf{source, target}, projection.kernel);
      if (weight) {
        rows[target].push_back({source, *weight});
      }
    }
  }
  return rows;
}

}  // namespace dense_detail

/// Runs `network` (valid) by its definition.
class DenseSimulator {
 public:
  explicit DenseSimulator(const sim::Network& network) : network_(network) {
    for (const sim::Projection& projection : network.projections) {
      synapses_.push_back(dense_detail::synapses_of(network, projection));
    }
  }

  /// Number of synapses of projection `p`.
  [[nodiscard]] std::uint64_t synapses(std::size_t p) const {
    std::uint64_t count = 0;
    for (const auto& row : synapses_[p]) {
      count += row.size();
    }
    return count;
  }

  /// `initial`, `earlier_steps`: as in sim::Presentation.
  [[nodiscard]] DenseRun run(std::span<const float> stimulus, sim::Step steps, std::uint64_t seed,
                             std::uint64_t image, const std::vector<std::vector<float>>& initial = {},
                             sim::Step earlier_steps = 0) const {
    const std::size_t populations = network_.populations.size();
    DenseRun run;
    run.spikes.assign(populations, std::vector<std::vector<sim::UnitId>>(steps));
    run.negative = run.spikes;
    run.potentials.resize(populations);
    run.lowest_firing.resize(populations);
    run.highest_silent.resize(populations);
    std::vector<std::vector<sim::Step>> refractory_left(populations);
    std::vector<std::vector<std::int64_t>> emitted_so_far(populations);  // net
    for (sim::PopulationId p = 0; p < populations; ++p) {
      if (const auto* neurons = std::get_if<sim::Neurons>(&network_.populations[p].role)) {
        const float v0 =
            std::visit([](const auto& model) { return model.initial * model.threshold; }, neurons->model);
        run.potentials[p].assign(units(p), v0);
        if (!network_.populations[p].initial.empty()) {
          run.potentials[p] = network_.populations[p].initial;
        }
        if (!initial.empty() && !initial[p].empty()) {
          run.potentials[p] = initial[p];
        }
        run.lowest_firing[p].assign(units(p), std::numeric_limits<float>::infinity());
        run.highest_silent[p].assign(units(p), -std::numeric_limits<float>::infinity());
      }
      refractory_left[p].assign(units(p), 0);
      emitted_so_far[p].assign(units(p), 0);
      run.currents.emplace_back(constant(p, stimulus));
      run.summed_input.emplace_back(units(p), 0.0);
    }

    // emission[p][s][unit]: 0 for none, 1 or -1 for a spike, a value for a relay.
    std::vector<std::vector<std::vector<float>>> emission(populations);
    for (sim::Step s = 0; s < steps; ++s) {
      const float worth = worth_of(s);
      std::vector<bool> done(populations, false);
      for (std::size_t turn = 0; turn < populations; ++turn) {
        const sim::PopulationId p = next(done);
        done[p] = true;
        emission[p].emplace_back(units(p), 0.0F);
        const sim::Population& population = network_.populations[p];
        for (std::size_t unit = 0; unit < units(p); ++unit) {
          float z = 0.0F;
          std::int64_t largest_in_window = 0;
          for (std::size_t j = 0; j < network_.projections.size(); ++j) {
            const sim::Projection& projection = network_.projections[j];
            if (projection.target != p) {
              continue;
            }
            const bool pools = std::holds_alternative<sim::MaxPool>(projection.kernel);
            const auto scale = std::visit(dense_detail::ScaleOf{unit}, projection.kernel);
            std::int64_t values = 0;  // of the 8-bit weights
            for (const auto& synapse : synapses_[j][unit]) {
              if (s >= projection.delay && !emission[projection.source].empty()) {
                const float value = emission[projection.source][s - projection.delay][synapse.source];
                if (value != 0.0F) {
                  if (scale) {
                    values += static_cast<std::int64_t>(synapse.weight);
                  } else {
                    const float contribution = synapse.weight * value;
                    z += contribution;
                  }
                  ++run.synaptic_operations;
                }
              }
              if (pools) {
                std::int64_t count = 0;
                for (sim::Step t = 0; t + projection.delay <= s; ++t) {
                  count += static_cast<std::int64_t>(emission[projection.source][t][synapse.source]);
                }
                largest_in_window = std::max(largest_in_window, count);
              }
            }
            if (scale) {
              const float contribution = *scale * static_cast<float>(values);
              z += contribution;
            }
          }
          const float current = run.currents[p][unit];
          const bool neuron = std::holds_alternative<sim::Neurons>(population.role);
          const float share = neuron ? share_of(p, s) : worth;
          run.summed_input[p][unit] += double{worth} * double{z} + double{share} * double{current};
          float& out = emission[p][s][unit];
          if (std::holds_alternative<sim::PoissonInput>(population.role)) {
            const auto words = sim::philox({static_cast<std::uint32_t>(unit / 4), earlier_steps + s,
                                            static_cast<std::uint32_t>(image), p},
                                           seed);
            out = sim::uniform(words[unit % 4]) < stimulus[unit] ? 1.0F : 0.0F;
          } else if (std::holds_alternative<sim::Relay>(population.role)) {
            out = z;
          } else if (std::holds_alternative<sim::MaxGate>(population.role)) {
            out = static_cast<float>(largest_in_window - emitted_so_far[p][unit]);
          } else if (const auto* model = signed_model(population.role); model != nullptr) {
            float& v = run.potentials[p][unit];
            v = v + (z + current);
            const bool may_fall = emitted_so_far[p][unit] > 0 || !model->rectified;
            out = v >= model->threshold ? 1.0F : (v < 0.0F && may_fall ? -1.0F : 0.0F);
            v = out > 0.0F ? v - model->threshold : (out < 0.0F ? v + model->threshold : v);
          } else if (const auto* neurons = std::get_if<sim::Neurons>(&population.role)) {
            const float weighted = worth * z;
            const float drive = share * current;
            const float input = weighted + drive;
            const bool frozen = refractory_left[p][unit] > 0;
            float reached = 0.0F;
            out = fires(*neurons, worth, input, run.potentials[p][unit], refractory_left[p][unit], reached)
                      ? 1.0F
                      : 0.0F;
            if (out != 0.0F && reached < run.lowest_firing[p][unit]) {
              run.lowest_firing[p][unit] = reached;
            }
            if (out == 0.0F && !frozen && reached > run.highest_silent[p][unit]) {
              run.highest_silent[p][unit] = reached;
            }
          }
          const bool spikes = out != 0.0F && !std::holds_alternative<sim::Relay>(population.role);
          if (spikes) {
            (out > 0.0F ? run.spikes : run.negative)[p][s].push_back(static_cast<sim::UnitId>(unit));
            emitted_so_far[p][unit] += out > 0.0F ? 1 : -1;
          }
        }
        if (std::holds_alternative<sim::Readout>(population.role)) {
          append_readout(p, run);
        }
      }
    }
    return run;
  }

 private:
  [[nodiscard]] std::size_t units(sim::PopulationId p) const {
    const sim::Shape& shape = network_.populations[p].shape;
    return static_cast<std::size_t>(shape.channels * shape.height * shape.width);
  }

  /// The lowest population not done whose undelayed sources are all done.
  [[nodiscard]] sim::PopulationId next(const std::vector<bool>& done) const {
    for (sim::PopulationId p = 0; p < done.size(); ++p) {
      bool ready = !done[p];
      for (const sim::Projection& projection : network_.projections) {
        ready = ready && !(projection.target == p && projection.delay == 0 && !done[projection.source]);
      }
      if (ready) {
        return p;
      }
    }
    return 0;  // a cycle without delay: not a valid network
  }

  /// Constant part of what population `p` receives per step, or, for the analog input, gives.
  [[nodiscard]] std::vector<float> constant(sim::PopulationId p, std::span<const float> stimulus) const {
    const sim::Population& population = network_.populations[p];
    if (std::holds_alternative<sim::AnalogInput>(population.role)) {
      return {stimulus.begin(), stimulus.end()};
    }
    std::vector<float> sum(units(p), 0.0F);
    for (std::size_t j = 0; j < network_.projections.size(); ++j) {
      const sim::Projection& projection = network_.projections[j];
      const sim::Role& role = network_.populations[projection.source].role;
      const bool passes_constants =
          std::holds_alternative<sim::AnalogInput>(role) || std::holds_alternative<sim::Relay>(role);
      if (projection.target != p || !passes_constants) {
        continue;
      }
      const std::vector<float> from = constant(projection.source, stimulus);
      for (std::size_t unit = 0; unit < sum.size(); ++unit) {
        for (const auto& synapse : synapses_[j][unit]) {
          const float contribution = synapse.weight * from[synapse.source];
          sum[unit] += contribution;
        }
      }
    }
    for (std::size_t unit = 0; unit < population.current.size(); ++unit) {
      sum[unit] += population.current[unit];
    }
    return sum;
  }

  /// What a spike is worth in step `s`: 1/2, 1/4, ... 2^-phases, 1/2, ...
  [[nodiscard]] float worth_of(sim::Step s) const {
    float worth = 1.0F;
    for (sim::Step i = 0; network_.phases > 0 && i <= s % network_.phases; ++i) {
      worth /= 2.0F;
    }
    return worth;
  }

  /// Whether an analog input reaches population `p`, directly or through relays.
  [[nodiscard]] bool sees_image(sim::PopulationId p) const {
    bool sees = false;
    for (const sim::Projection& projection : network_.projections) {
      const sim::Role& role = network_.populations[projection.source].role;
      const bool relay = std::holds_alternative<sim::Relay>(role);
      sees = sees || (projection.target == p && (std::holds_alternative<sim::AnalogInput>(role) ||
                                                 (relay && sees_image(projection.source))));
    }
    return sees;
  }

  /// By what the constant current of neurons `p` is multiplied in step `s`: with phases, where the image is
  /// in it, by 1 - 2^-phases at the beginning of a period and by 0 else.
  [[nodiscard]] float share_of(sim::PopulationId p, sim::Step s) const {
    if (network_.phases == 0 || !sees_image(p)) {
      return worth_of(s);
    }
    return s % network_.phases == 0 ? 1.0F - worth_of(network_.phases - 1) : 0.0F;
  }

  /// Of neurons whose spikes have signs, else null.
  static const sim::SignedIntegrateAndFire* signed_model(const sim::Role& role) {
    const auto* neurons = std::get_if<sim::Neurons>(&role);
    return neurons == nullptr ? nullptr : std::get_if<sim::SignedIntegrateAndFire>(&neurons->model);
  }

  /// `reached`: the potential that was compared with the threshold.
  static bool fires(const sim::Neurons& neurons, float worth, float input, float& v,
                    sim::Step& refractory_left, float& reached) {
    if (refractory_left > 0) {
      --refractory_left;
      return false;
    }
    float threshold = 0.0F;
    sim::Reset reset = sim::Reset::subtract;
    sim::Step refractory = 0;
    if (const auto* model = std::get_if<sim::IntegrateAndFire>(&neurons.model)) {
      threshold = model->threshold;
      reset = model->reset;
      refractory = model->refractory;
    } else {
      const auto& leaky = std::get<sim::LeakyIntegrateAndFire>(neurons.model);
      threshold = leaky.threshold;
      reset = leaky.reset;
      refractory = leaky.refractory;
      v = v * leaky.decay;
    }
    threshold = worth * threshold;
    v = v + input;
    reached = v;
    if (v < threshold) {
      return false;
    }
    v = reset == sim::Reset::zero ? 0.0F : v - threshold;
    refractory_left = refractory;
    return true;
  }

  void append_readout(sim::PopulationId p, DenseRun& run) const {
    const sim::Shape& shape = network_.populations[p].shape;
    for (std::int64_t c = 0; c < shape.channels; ++c) {
      for (std::int64_t y = 0; y < shape.height; ++y) {
        for (std::int64_t x = 0; x < shape.width; ++x) {
          const std::int64_t unit = (y * shape.width + x) * shape.channels + c;
          run.readout.push_back(run.summed_input[p][static_cast<std::size_t>(unit)]);
        }
      }
    }
  }

  const sim::Network& network_;
  std::vector<std::vector<std::vector<dense_detail::Synapse>>> synapses_;  ///< [projection][target unit]
};

}  // namespace homolog::test
