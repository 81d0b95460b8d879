#include "sim/windowed/present_windows.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <string>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/engine/bits.hpp"
#include "sim/engine/sum_part.hpp"
#include "sim/windowed/answer.hpp"

namespace homolog::sim {
namespace {

/// A pixel as a value of a first spike: 1 - (1 - clamp(pixel, 0, 1)), since only the time arrives.
float latency_value(float pixel) {
  return 1.0F - (1.0F - std::clamp(pixel, 0.0F, 1.0F));
}

/// Sets the bits of the values other than 0 of a row; returns their number.
std::uint64_t mark_row(const float* values, std::size_t count, std::uint64_t* bits) {
  std::uint64_t total = 0;
  for (std::size_t first = 0; first < count; first += kBitsPerWord) {
    std::uint64_t word = 0;
    for (std::size_t i = first; i < std::min(count, first + kBitsPerWord); ++i) {
      word |= std::uint64_t{values[i] != 0.0F} << (i - first);
    }
    bits[first / kBitsPerWord] = word;
    total += static_cast<std::uint64_t>(std::popcount(word));
  }
  return total;
}

/// One presentation.
class Presenter {
 public:
  Presenter(const WindowPlan& plan, WindowMemory& memory, std::span<const float> values,
            WindowedResponse& response)
      : plan_(plan), memory_(memory), values_(values), response_(response) {}

  void run(PopulationId id) {
    const auto start = std::chrono::steady_clock::now();
    const PreparedPopulation& population = plan_.network.populations[id];
    const Role& role = population.role;
    if (is_input(role)) {
      take_input(id, std::holds_alternative<LatencyInput>(role));
    } else if (std::holds_alternative<MaxGate>(role)) {
      pool(id);
    } else if (std::holds_alternative<Readout>(role)) {
      read_out(id);
    } else {
      sum(id);
      if (const auto* neurons = std::get_if<WindowNeurons>(&role)) {
        answer(id, neurons->model);
      } else {
        for (std::size_t y = 0; y < population.height(); ++y) {
          mark_row(emission(id).values(0, y), row_units(population), emission(id).row(0, y));
        }
      }
    }
    if (!plan_.rank_worth[id].empty()) {
      rank(id);
    }
    PopulationCost& cost = memory_.costs[id];
    for (Worker& worker : memory_.workers) {
      operations_ += worker.contributions;
      worker.contributions = 0;
    }
    response_.synaptic_operations += operations_;
    cost.synaptic_operations += std::exchange(operations_, 0);
    cost.spikes += response_.spikes[id];
    cost.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

  /// Spikes of a population to the observer.
  void report(PopulationId id, WindowObserver& observer) {
    const PreparedPopulation& population = plan_.network.populations[id];
    const float length = response_.length[id];
    memory_.units.clear();
    memory_.times.clear();
    for (std::size_t y = 0; y < population.height(); ++y) {
      const float* values = emission(id).values(0, y);
      const std::uint64_t* bits = emission(id).row(0, y);
      for (std::size_t word = 0; word < words_for(row_units(population)); ++word) {
        for (std::uint64_t rest = bits[word]; rest != 0; rest &= rest - 1) {
          const std::size_t unit = word * kBitsPerWord + static_cast<std::size_t>(std::countr_zero(rest));
          append_times(*plan_.code[id], length, values[unit], memory_.times);
          memory_.units.resize(memory_.times.size(), static_cast<UnitId>(y * row_units(population) + unit));
        }
      }
    }
    if (!memory_.units.empty()) {
      observer.spikes(id, memory_.units, memory_.times);
    }
  }

 private:
  Emission& emission(PopulationId id) { return memory_.emissions[id]; }

  void take_input(PopulationId id, bool spikes) {
    const PreparedPopulation& population = plan_.network.populations[id];
    response_.length[id] = spikes ? 1.0F : 0.0F;
    for (std::size_t y = 0; y < population.height(); ++y) {
      float* row = emission(id).values(0, y);
      const std::span<const float> values = values_.subspan(y * row_units(population), row_units(population));
      std::transform(values.begin(), values.end(), row,
                     [spikes](float value) { return spikes ? latency_value(value) : value; });
      const std::uint64_t events = mark_row(row, values.size(), emission(id).row(0, y));
      response_.spikes[id] += spikes ? events : 0;
    }
  }

  std::vector<Arrival> arrivals_of(const PreparedPopulation& population) {
    std::vector<Arrival> arrivals;
    for (const PreparedProjection& projection : population.inbound) {
      arrivals.push_back(
          {.projection = &projection,
           .source = {.emission = &memory_.read(projection.source), .first = 0, .steps = 1, .delay = 0},
           .counted = !plan_.network.populations[projection.source].emits_constants()});
    }
    return arrivals;
  }

  /// Calls receive(y, first unit of the row, units, their sums or null) for all positions and chunks.
  template <class Receive>
  void sum_input(const PreparedPopulation& population, const Receive& receive) {
    const std::vector<Arrival> arrivals = arrivals_of(population);
    const auto channels = static_cast<std::size_t>(population.shape.channels);
    for_each_part(population, memory_, [&](Worker& worker, const Part& part) {
      sum_part(population, arrivals, 1, worker, part, [&](const Tile& tile) {
        for (std::size_t x = tile.x0; x < tile.x1; ++x) {
          const bool touched = tile.touched[x - tile.x0] != 0;
          receive(tile.y, x * channels + tile.chunk.first, tile.chunk.channels,
                  touched ? tile.sums(x) : nullptr);
        }
      });
    });
  }

  /// Potentials of neurons, or what a relay passes on.
  void sum(PopulationId id) {
    const PreparedPopulation& population = plan_.network.populations[id];
    sum_input(population, [&](std::size_t y, std::size_t unit, std::size_t count, const float* sums) {
      float* to = emission(id).values(0, y) + unit;
      const float* current =
          population.current.empty() ? nullptr : population.current.data() + y * row_units(population) + unit;
      for (std::size_t i = 0; i < count; ++i) {
        const float z = sums == nullptr ? 0.0F : sums[i];
        to[i] = current == nullptr ? z : z + current[i];
      }
    });
  }

  void answer(PopulationId id, const WindowNeuron& model) {
    const PreparedPopulation& population = plan_.network.populations[id];
    PotentialRange range;
    for (std::size_t y = 0; y < population.height(); ++y) {
      extend(range, {emission(id).values(0, y), row_units(population)});
    }
    if (!range.finite) {
      throw Error(ErrorKind::data,
                  "population '" + plan_.names[id] +
                      "': a potential is not finite; the stimulus or the weights are too large");
    }
    const Answer answer(model, range);
    response_.length[id] = answer.length();
    for (std::size_t y = 0; y < population.height(); ++y) {
      response_.clipped[id] +=
          answer.fire({emission(id).values(0, y), row_units(population)}, emission(id).row(0, y));
    }
    count_spikes(id, model);
  }

  void count_spikes(PopulationId id, const WindowNeuron& model) {
    if (std::holds_alternative<TimeToFirstSpike>(model)) {
      response_.spikes[id] = emission(id).count(0, 1);
      return;
    }
    const PreparedPopulation& population = plan_.network.populations[id];
    const std::vector<std::uint32_t>& fan_out = plan_.fan_out[id];
    for (std::size_t y = 0; y < population.height(); ++y) {
      const float* values = emission(id).values(0, y);
      for (std::size_t i = 0; i < row_units(population); ++i) {
        const std::uint32_t spikes = spikes_of(model, values[i]);
        response_.spikes[id] += spikes;
        if (spikes > 1 && !fan_out.empty()) {
          // Its targets take what a unit says as a whole: the first spike is counted there.
          operations_ += std::uint64_t{spikes - 1} * fan_out[y * row_units(population) + i];
        }
      }
    }
  }

  void pool(PopulationId id) {
    emission(id).clear(0, 1);
    for (std::size_t i = 0; i < plan_.pools[id].size(); ++i) {
      const PopulationId source = plan_.network.populations[id].inbound[i].source;
      operations_ += plan_.pools[id][i].pool(emission(source), emission(id));
      // Windows end together: the longest of them holds all times.
      response_.length[id] = std::max(response_.length[id], response_.length[source]);
    }
    if (plan_.code[id]) {
      count_spikes(id, *plan_.code[id]);
    }
  }

  /// What targets read by rank: the worth of each spike's place in the order of the population's spikes.
  void rank(PopulationId id) {
    const PreparedPopulation& population = plan_.network.populations[id];
    Emission& ranked = memory_.ranked[id];
    std::vector<std::uint64_t>& order = memory_.order;
    order.clear();
    for (std::size_t y = 0; y < population.height(); ++y) {
      const float* values = emission(id).values(0, y);
      for (std::size_t i = 0; i < row_units(population); ++i) {
        if (values[i] > 0.0F) {
          // Positive floats compare as their bits do: large values first, then low units.
          const auto late = std::uint64_t{~std::bit_cast<std::uint32_t>(values[i])} << 32U;
          order.push_back(late | (y * row_units(population) + i));
        }
      }
      std::fill_n(ranked.values(0, y), row_units(population), 0.0F);
      std::fill_n(ranked.row(0, y), words_for(row_units(population)), std::uint64_t{0});
    }
    std::sort(order.begin(), order.end());
    for (std::size_t place = 0; place < order.size(); ++place) {
      const auto unit = static_cast<UnitId>(order[place]);
      const std::size_t y = unit / row_units(population);
      const std::size_t i = unit % row_units(population);
      const float worth = plan_.rank_worth[id][place];
      ranked.values(0, y)[i] = worth;
      set_bits(ranked.row(0, y), i, worth != 0.0F ? 1 : 0);
    }
  }

  void read_out(PopulationId id) {
    const PreparedPopulation& population = plan_.network.populations[id];
    response_.readout.assign(population.units(), 0.0);
    sum_input(population, [&](std::size_t y, std::size_t unit, std::size_t count, const float* sums) {
      for (std::size_t i = 0; i < count; ++i) {
        const auto hwc = static_cast<UnitId>(y * row_units(population) + unit + i);
        const double current = population.current.empty() ? 0.0 : double{population.current[hwc]};
        response_.readout[chw_from_hwc(population.shape, hwc)] =
            (sums == nullptr ? 0.0 : double{sums[i]}) + current;
      }
    });
  }

  const WindowPlan& plan_;
  WindowMemory& memory_;
  std::span<const float> values_;
  WindowedResponse& response_;
  std::uint64_t operations_ = 0;  ///< of the population at work
};

}  // namespace

WindowedResponse present_windows(const WindowPlan& plan, WindowMemory& memory, std::span<const float> values,
                                 WindowObserver* observer) {
  const auto& populations = plan.network.populations;
  WindowedResponse response;
  response.spikes.resize(populations.size());
  response.length.resize(populations.size());
  response.clipped.resize(populations.size());
  Presenter presenter(plan, memory, values, response);
  for (const PopulationId id : plan.order) {
    presenter.run(id);
    if (observer != nullptr && is_spiking(populations[id].role) && observer->wants(id)) {
      presenter.report(id, *observer);
    }
  }
  return response;
}

}  // namespace homolog::sim
