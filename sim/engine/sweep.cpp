#include "sim/engine/sweep.hpp"

#include <algorithm>
#include <array>

#include "sim/encoding/poisson.hpp"
#include "sim/engine/bits.hpp"
#include "sim/engine/neuron_update.hpp"
#include "sim/engine/relay_update.hpp"
#include "sim/engine/signed_update.hpp"
#include "sim/engine/spike_record.hpp"
#include "sim/engine/sum_part.hpp"
#include "sim/engine/tiles.hpp"
#include "sim/engine/traced_update.hpp"

namespace homolog::sim {
namespace {

/// Advances one population by what its role says.
class Advance {
 public:
  Advance(const PreparedNetwork& network, PopulationId id, Step first, Step steps,
          const Presentation& presentation, PresentationState& state, Response& response)
      : population_(network.populations[id]),
        id_(id),
        first_(first),
        steps_(steps),
        presentation_(presentation),
        memory_(state),
        state_(state.populations[id]),
        response_(response),
        phases_(network.phases) {
    for (Step step = 0; step < steps; ++step) {
      worth_[step] = worth(first + step, phases_);
      share_[step] = current_share(first + step, phases_, population_.takes_constants);
    }
    for (const PreparedProjection& projection : population_.inbound) {
      const PreparedPopulation& source = network.populations[projection.source];
      if (!source.is_analog_input()) {
        arrivals_.push_back({.projection = &projection,
                             .source = {.emission = &state.populations[projection.source].emission,
                                        .first = first,
                                        .steps = steps,
                                        .delay = projection.delay}});
      }
    }
    if (population_.emits() && clears_at_once()) {
      state_.emission.clear(first, steps);
    }
  }

  void operator()(const AnalogInput& /*role*/) const {}  // is in the currents of its targets

  void operator()(const PoissonInput& /*role*/) const {
    const auto row_units = static_cast<UnitId>(population_.shape.width * population_.shape.channels);
    for (Step step = first_; step < first_ + steps_; ++step) {
      poisson_spikes(presentation_.values, presentation_.seed, presentation_.image, id_,
                     presentation_.earlier_steps + step, memory_.input_spikes);
      for (const UnitId unit : memory_.input_spikes) {
        set_bits(state_.emission.row(step, unit / row_units), unit % row_units, 1);
      }
    }
  }

  void operator()(const LatencyInput& /*role*/) const {}   // not in steps: refused by the Simulator
  void operator()(const WindowNeurons& /*role*/) const {}  // likewise

  void operator()(const Neurons& neurons) const {
    sum([&](const Tile& tile) {
      const std::size_t lane = population_.lane(tile.y, tile.x0, tile.chunk);
      const NeuronTile units{
          .v = state_.v.data() + lane,
          .current = state_.current.size() == 0 ? nullptr : state_.current.data() + lane,
          .refractory_left = state_.refractory_left.empty() ? nullptr : state_.refractory_left.data() + lane,
          .stride = population_.channels.lanes,
          .worth = phases_ == 0 ? nullptr : worth_.data(),
          .share = share_.data(),
          .least_worth = least_worth(phases_)};
      clear_row(tile);
      const StepRows rows = state_.emission.rows(first_, tile.y);
      if (const auto* model = std::get_if<SignedIntegrateAndFire>(&neurons.model)) {
        update_signed(*model, units, state_.net.data() + lane, tile, channels(), rows,
                      state_.emission.negative_rows(first_, tile.y));
      } else if (!memory_.keeps_extremes) {
        update_neurons(neurons.model, units, tile, channels(), rows);
      } else {
        update_and_trace(neurons.model, units,
                         {.lowest_firing = state_.lowest_firing.data() + lane,
                          .highest_silent = state_.highest_silent.data() + lane},
                         tile, channels(), rows);
      }
    });
  }

  void operator()(const Relay& /*role*/) const {
    sum([&](const Tile& tile) {
      clear_row(tile);
      update_relay(tile, first_, channels(), state_.emission);
    });
  }

  void operator()(const MaxGate& /*role*/) const {
    for_each_part(population_, memory_, [&](Worker& worker, const Part& part) {
      for (std::size_t y = part.first_row; y < part.last_row; ++y) {
        if (!clears_at_once()) {
          state_.emission.clear(first_, steps_, y);
        }
        for (std::size_t c = part.first_chunk; c < part.last_chunk; ++c) {
          worker.contributions += raise(y, population_.channels.chunks[c]);
        }
      }
    });
    if (first_ + steps_ < presentation_.steps) {
      for (std::size_t i = 0; i < arrivals_.size(); ++i) {
        count_spikes(arrivals_[i].source, state_.counts[i]);
      }
    }
  }

  void operator()(const Readout& /*role*/) const {
    const std::span<const std::uint32_t> some = presentation_.read_at;
    const std::size_t width = population_.width();
    const auto first_at_or_behind = [&](std::size_t position) {
      const auto place = std::lower_bound(some.begin(), some.end(), position);
      return static_cast<std::size_t>(place - some.begin());
    };
    const auto wants = [&](const Tile& tile) {
      return some.empty() ||
             first_at_or_behind(tile.y * width + tile.x0) < first_at_or_behind(tile.y * width + tile.x1);
    };
    const std::size_t positions = some.empty() ? population_.height() * width : some.size();
    for_each_part(population_, memory_, [&](Worker& worker, const Part& part) {
      sum_part(population_, arrivals_, steps_, worker, part, wants, [&](const Tile& tile) {
        for (std::size_t x = tile.x0; x < tile.x1; ++x) {
          const std::size_t position = tile.y * width + x;
          const std::size_t place = some.empty() ? position : first_at_or_behind(position);
          if (some.empty() || (place < some.size() && some[place] == position)) {
            read_out(tile, x, place, positions);
          }
        }
      });
    });
  }

 private:
  [[nodiscard]] std::size_t channels() const { return static_cast<std::size_t>(population_.shape.channels); }

  /// Whether the emission is cleared before the first spike: in a map of one position threads share the row.
  /// Else each row is cleared when its first spikes come, so that it is in the cache.
  [[nodiscard]] bool clears_at_once() const {
    return population_.height() * population_.width() == 1 || is_input(population_.role);
  }
  void clear_row(const Tile& tile) const {
    if (tile.x0 == 0 && tile.chunk_index == 0 && !clears_at_once()) {
      state_.emission.clear(first_, steps_, tile.y);
    }
  }

  template <class Finish>
  void sum(const Finish& finish) const {
    for_each_part(population_, memory_, [&](Worker& worker, const Part& part) {
      sum_part(population_, arrivals_, steps_, worker, part, finish);
    });
  }

  /// Spikes of a row and chunk of a gate; returns the number of deliveries.
  [[nodiscard]] std::uint64_t raise(std::size_t y, const Chunk& chunk) const {
    std::uint64_t deliveries = 0;
    const StepRows rows = state_.emission.rows(first_, y);
    const StepRows negative = state_.emission.negative_rows(first_, y);
    for (std::size_t i = 0; i < arrivals_.size(); ++i) {
      const auto& windows = std::get<MaxWindowKernel>(arrivals_[i].projection->kernel);
      if (!windows.reaches(chunk)) {
        continue;
      }
      deliveries += windows.rises(
          arrivals_[i].source, state_.counts[i], presentation_.steps, y, chunk,
          [&](std::size_t x, std::span<const std::uint64_t> changed, std::span<const std::uint64_t> fallen) {
            const std::size_t bit = x * channels() + chunk.first;
            const std::uint64_t real = low_bits(chunk.channels);
            for (Step step = 0; step < changed.size(); ++step) {
              set_bits(rows[step], bit, changed[step] & real);
              if (negative.exists()) {
                set_bits(negative[step], bit, fallen[step] & real);
              }
            }
          });
    }
    return deliveries;
  }

  /// The sums of the units of a readout at x over the steps of the block: the place-th of all positions that
  /// are read.
  void read_out(const Tile& tile, std::size_t x, std::size_t place, std::size_t positions) const {
    const std::size_t units = channels() * positions;
    const std::size_t first_unit = (tile.y * population_.width() + x) * channels() + tile.chunk.first;
    const float* currents = state_.current.size() == 0
                                ? nullptr
                                : state_.current.data() + population_.lane(tile.y, x, tile.chunk);
    for (std::size_t lane = 0; lane < tile.chunk.channels; ++lane) {
      const float current = currents == nullptr ? 0.0F : currents[lane];
      double sum = state_.sum[first_unit + lane];
      double* to = response_.readout.data() + std::size_t{first_} * units +
                   (tile.chunk.first + lane) * positions + place;
      for (Step step = 0; step < steps_; ++step, to += units) {
        const bool touched = (tile.touched[x - tile.x0] >> step & 1U) != 0;
        const float z = touched ? tile.sums(x)[step * tile.chunk.width + lane] : 0.0F;
        sum += double{worth_[step]} * (double{z} + double{current});
        *to = sum;
      }
      state_.sum[first_unit + lane] = sum;
    }
  }

  const PreparedPopulation& population_;
  PopulationId id_;
  Step first_;
  Step steps_;
  const Presentation& presentation_;
  PresentationState& memory_;
  PopulationState& state_;
  Response& response_;
  Step phases_;
  std::array<float, kMostSteps> worth_{};  ///< of a spike in each step
  std::array<float, kMostSteps> share_{};  ///< of the constant current of neurons, likewise
  std::vector<Arrival> arrivals_{};
};

/// Values as graded events of the only slot of `constants`.
void emit_constants(std::span<const float> hwc, Emission& constants) {
  const std::size_t row_units = hwc.size() / constants.height();
  constants.clear(0, 1);
  for (std::size_t y = 0; y < constants.height(); ++y) {
    const std::span<const float> row = hwc.subspan(y * row_units, row_units);
    std::copy(row.begin(), row.end(), constants.values(0, y));
    for (std::size_t unit = 0; unit < row_units; ++unit) {
      constants.row(0, y)[unit / kBitsPerWord] |= std::uint64_t{row[unit] != 0.0F} << (unit % kBitsPerWord);
    }
  }
}

}  // namespace

void Sweep::set_currents() {
  for (const PopulationId id : network_.constant_order) {
    const PreparedPopulation& population = network_.populations[id];
    PopulationState& state = state_.populations[id];
    if (population.is_analog_input()) {
      emit_constants(presentation_.values, state.constants);
      continue;
    }
    if (!population.has_current()) {
      continue;
    }
    std::vector<Arrival> arrivals;
    for (const PreparedProjection& projection : population.inbound) {
      const PreparedPopulation& source = network_.populations[projection.source];
      if (source.emits_constants()) {
        arrivals.push_back({.projection = &projection,
                            .source = {.emission = &state_.populations[projection.source].constants,
                                       .first = 0,
                                       .steps = 1,
                                       .delay = 0},
                            .counted = false});
      }
    }
    const auto channels = static_cast<std::size_t>(population.shape.channels);
    for_each_part(population, state_, [&](Worker& worker, const Part& part) {
      sum_part(population, arrivals, 1, worker, part, [&](const Tile& tile) {
        for (std::size_t x = tile.x0; x < tile.x1; ++x) {
          const bool touched = tile.touched[x - tile.x0] != 0;
          float* current = state.current.data() + population.lane(tile.y, x, tile.chunk);
          const std::size_t unit = (tile.y * population.width() + x) * channels + tile.chunk.first;
          for (std::size_t lane = 0; lane < tile.chunk.channels; ++lane) {
            current[lane] = touched ? tile.sums(x)[lane] : 0.0F;
            if (!population.current.empty()) {
              current[lane] += population.current[unit + lane];
            }
          }
        }
      });
    });
    if (population.emits_constants()) {
      emit_constants(unpadded(population, state.current.span()), state.constants);
    }
  }
}

void Sweep::advance(PopulationId id, Step first, Step steps) {
  const PreparedPopulation& population = network_.populations[id];
  const SpikeRecord* record = presentation_.replayed.empty() ? nullptr : presentation_.replayed[id];
  if (record != nullptr) {
    record->replay(state_.populations[id].emission, first, steps);
  } else {
    std::visit(Advance(network_, id, first, steps, presentation_, state_, response_), population.role);
  }
  PopulationCost& cost = state_.costs[id];
  for (Worker& worker : state_.workers) {
    response_.synaptic_operations += worker.contributions;
    cost.synaptic_operations += worker.contributions;
    worker.contributions = 0;
  }
  if (population.emits() && !population.is_relay()) {
    const std::uint64_t spikes = state_.populations[id].emission.count(first, steps);
    response_.spikes[id] += spikes;
    response_.negative_spikes[id] += state_.populations[id].emission.count_negative(first, steps);
    cost.spikes += spikes;
  }
}

}  // namespace homolog::sim
