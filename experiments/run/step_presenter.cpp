#include <tbb/task_arena.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "experiments/run/collector.hpp"
#include "experiments/run/presenter.hpp"
#include "experiments/run/spike_times.hpp"
#include "sim/asynchronous/asynchronous_simulator.hpp"
#include "sim/correction/correction.hpp"
#include "sim/engine/simulator.hpp"

namespace homolog::experiments {
namespace {

/// Spikes per population, [H,W,C].
using Counts = std::vector<std::vector<std::uint32_t>>;

/// Wishes for what decodes every spiking population that `id` is read from (itself, or what feeds it when it
/// is a relay): its counts, with phases what its spikes are worth.
void wish_decoded(const sim::Network& network, sim::PopulationId id, std::vector<Collector::Wish>& wishes) {
  if (!std::holds_alternative<sim::Relay>(network.populations[id].role)) {
    (network.phases > 0 ? wishes[id].worths : wishes[id].counts) = true;
    return;
  }
  for (const sim::Projection& projection : network.projections) {
    if (projection.target == id) {
      wish_decoded(network, projection.source, wishes);
    }
  }
}

/// The population that a record is of; nothing without.
std::optional<sim::PopulationId> population_of(const SpikingPass& pass, const LayerRecord& record) {
  return layer_named(*pass.twin, record.negative_of.empty() ? record.name : record.negative_of).population;
}

std::vector<Collector::Wish> wishes_of(const SpikingPass& pass) {
  const conversion::Twin& twin = *pass.twin;
  std::vector<Collector::Wish> wishes(twin.network.populations.size());
  for (const LayerRecord& record : pass.layers) {
    const auto population = population_of(pass, record);
    if (population) {
      Collector::Wish& wish = wishes[*population];
      (record.negative_of.empty() ? wish.spikes : wish.negative) |= record.spikes;
      wishes[*population].counts |= record.counts;
    }
  }
  for (const RepresentationKey& key : pass.representations) {
    const conversion::Layer& layer = layer_named(twin, key.layer);
    if (needs_neurons(key.code)) {
      wishes[*layer.population].first |= key.code == "first_spike" || key.code == "rank";
      wishes[*layer.population].trains |= key.code == "spikes";
      continue;
    }
    if (layer.population && key.code == "count") {
      wishes[*layer.population].counts = true;
    } else if (layer.population) {
      wish_decoded(twin.network, *layer.population, wishes);
    }
    for (const conversion::Layer::Reading& reading : layer.reading) {
      wish_decoded(twin.network, reading.source, wishes);
    }
  }
  return wishes;
}

/// `counts`: spikes of the steps that are the answer.
std::vector<float> representation(const SpikingPass& pass, const RepresentationKey& key,
                                  const Collector& collector, const Counts& counts) {
  const std::uint32_t steps = pass.steps - pass.preparatory_steps;
  const conversion::Layer& layer = layer_named(*pass.twin, key.layer);
  if (key.code == "count" && layer.population) {
    std::vector<std::int32_t> net(counts[*layer.population].begin(), counts[*layer.population].end());
    return values_chw<float>(layer.shape, net);  // of linear layers they may be negative
  }
  const sim::Step phases = pass.twin->network.phases;
  std::vector<float> values = phases > 0 ? conversion::decode_worths(*pass.twin, layer, collector.worths(),
                                                                     sim::summed_worth(pass.steps, phases))
                                         : conversion::decode(*pass.twin, layer, counts, steps);
  if (key.code == "count") {
    for (float& value : values) {
      value *= static_cast<float>(steps);
    }
  }
  return values;
}

/// Rows of `words` bits each, as values_chw().
std::vector<std::uint64_t> trains_chw(const sim::Shape& shape, const std::vector<std::uint64_t>& hwc) {
  const auto units = static_cast<std::size_t>(shape.size());
  const std::size_t words = hwc.size() / units;
  const auto channels = static_cast<std::size_t>(shape.channels);
  std::vector<std::uint64_t> chw;
  chw.reserve(hwc.size());
  for (std::size_t channel = 0; channel < channels; ++channel) {
    for (std::size_t unit = channel; unit < units; unit += channels) {
      const auto train = hwc.begin() + static_cast<std::ptrdiff_t>(unit * words);
      chw.insert(chw.end(), train, train + static_cast<std::ptrdiff_t>(words));
    }
  }
  return chw;
}

/// Potentials [C,H,W] in units of the threshold.
std::vector<float> in_thresholds(const SpikingPass& pass, const conversion::Layer& layer,
                                 std::vector<float> potentials) {
  const auto& neurons = std::get<sim::Neurons>(pass.twin->network.populations[*layer.population].role);
  const float threshold = std::visit([](const auto& model) { return model.threshold; }, neurons.model);
  for (float& potential : potentials) {
    potential /= threshold;
  }
  return values_chw<float>(layer.shape, potentials);
}

PresentationRecord record_of(const SpikingPass& pass, const Collector& collector,
                             const sim::Response& response) {
  const std::size_t classes = response.readout.size() / pass.steps;
  PresentationRecord record;
  for (const LayerRecord& layer : pass.layers) {
    const auto population = population_of(pass, layer);
    const bool negative = !layer.negative_of.empty();
    const auto& spikes = negative ? response.negative_spikes : response.spikes;
    record.layer_spikes.push_back(population ? spikes[*population] : 0U);
    if (layer.spikes) {
      record.spikes.push_back(negative ? collector.packed_negative(*population)
                                       : collector.packed(*population));
    }
    if (layer.counts) {
      record.counts.push_back(values_chw<std::uint16_t>(layer.shape, collector.counts()[*population]));
    }
  }
  for (std::size_t i = 0; i < response.readout.size(); ++i) {
    const std::size_t step = i / classes;
    const std::size_t first = step < pass.preparatory_steps ? 0 : pass.preparatory_steps;
    const auto steps_so_far = static_cast<sim::Step>(step - first + 1);
    record.readout.push_back(
        static_cast<float>(response.readout[i] / sim::summed_worth(steps_so_far, pass.twin->network.phases)));
  }
  record.synaptic_operations = response.synaptic_operations;
  return record;
}

/// Puts what a later presentation left behind what is there.
void append(sim::Response& response, const sim::Response& later) {
  response.readout.insert(response.readout.end(), later.readout.begin(), later.readout.end());
  for (std::size_t p = 0; p < response.spikes.size(); ++p) {
    response.spikes[p] += later.spikes[p];
  }
  response.synaptic_operations += later.synaptic_operations;
}

/// Simulator: sim::Simulator or sim::AsynchronousSimulator.
template <class Simulator>
class StepPresenter : public Presenter {
 public:
  StepPresenter(const SpikingPass& pass, std::shared_ptr<const Simulator> simulator,
                const std::vector<Collector::Wish>& wishes, int threads)
      : pass_(pass),
        simulator_(std::move(simulator)),
        state_(simulator_->make_state(threads)),
        collector_(pass.twin->network, wishes, pass.steps) {}

  SpikingPass::Outcome present(std::int64_t stimulus, int at_once) override {
    collector_.clear();
    const std::vector<float> values = input_values(pass_, stimulus);
    const sim::Presentation presentation{.values = values,
                                         .steps = pass_.steps,
                                         .seed = pass_.seed,
                                         .image = pass_.first_image + static_cast<std::uint64_t>(stimulus)};
    const auto start = std::chrono::steady_clock::now();
    const auto seconds = [start] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    // Isolated: while this thread waits for others, it must not begin another image with the same presenter.
    const sim::Response response = tbb::this_task_arena::isolate([&] { return run(presentation); });
    const double simulated = seconds() - collector_.seconds();
    SpikingPass::Outcome outcome;
    outcome.record = record_of(pass_, collector_, response);
    outcome.seconds.simulate = simulated / at_once;
    outcome.seconds.record = (seconds() - simulated) / at_once;
    const Counts corrected = pass_.preparatory_steps > 0 ? answer_counts() : Counts{};
    const Counts& counts = pass_.preparatory_steps > 0 ? corrected : collector_.counts();
    for (const RepresentationKey& key : pass_.representations) {
      represent(key, counts, outcome);
    }
    return outcome;
  }

  [[nodiscard]] std::span<const sim::PopulationCost> costs() const override { return state_.costs(); }

 private:
  /// Adds what `key` asks for. `counts`: as for representation().
  void represent(const RepresentationKey& key, const Counts& counts, SpikingPass::Outcome& outcome) const {
    std::vector<float> values;
    std::vector<std::uint64_t> trains;
    if (!needs_neurons(key.code)) {
      values = representation(pass_, key, collector_, counts);
    } else {
      const conversion::Layer& layer = layer_named(*pass_.twin, key.layer);
      if (key.code == "spikes") {
        trains = trains_chw(layer.shape, collector_.trains()[*layer.population]);
      } else if (key.code == "membrane") {
        values = in_thresholds(pass_, layer, state_.potentials(*layer.population));
      } else {
        const std::vector<std::uint32_t>& first = collector_.first_steps()[*layer.population];
        values = key.code == "rank" ? ranks_of_times(values_chw<double>(layer.shape, first))
                                    : values_chw<float>(layer.shape, first);
      }
    }
    outcome.representations.push_back(std::move(values));
    outcome.trains.push_back(std::move(trains));
  }

  sim::Response run(const sim::Presentation& presentation) {
    if constexpr (std::is_same_v<Simulator, sim::Simulator>) {
      if (pass_.preparatory_steps > 0) {
        return run_corrected(presentation);
      }
    }
    return simulator_->run(state_, presentation, &collector_);
  }

  /// The preparatory steps, and the remaining ones from corrected potentials.
  sim::Response run_corrected(const sim::Presentation& presentation) {
    sim::Presentation preparatory = presentation;
    preparatory.steps = pass_.preparatory_steps;
    preparatory.keeps_extremes = true;
    sim::Response response = simulator_->run(state_, preparatory, &collector_);
    earlier_counts_ = collector_.counts();
    const auto initial = sim::corrected_potentials(pass_.twin->network, state_, pass_.correction);
    sim::Presentation answer = presentation;
    answer.steps -= preparatory.steps;
    answer.earlier_steps = preparatory.steps;
    answer.initial = initial;
    collector_.continue_at(preparatory.steps);
    append(response, simulator_->run(state_, answer, &collector_));
    return response;
  }

  /// As Collector::counts(), without the preparatory steps.
  [[nodiscard]] Counts answer_counts() const {
    Counts counts = collector_.counts();
    for (std::size_t p = 0; p < earlier_counts_.size(); ++p) {
      std::transform(counts[p].begin(), counts[p].end(), earlier_counts_[p].begin(), counts[p].begin(),
                     std::minus<>());
    }
    return counts;
  }

  const SpikingPass& pass_;
  std::shared_ptr<const Simulator> simulator_;
  typename Simulator::State state_;
  Collector collector_;
  Counts earlier_counts_{};  ///< of the preparatory steps
};

template <class Simulator>
MakePresenter presenters(const SpikingPass& pass, int threads, std::shared_ptr<const Simulator> simulator) {
  return [&pass, threads, wishes = wishes_of(pass), simulator = std::move(simulator)] {
    return std::make_unique<StepPresenter<Simulator>>(pass, simulator, wishes, threads);
  };
}

}  // namespace

MakePresenter step_presenters(const SpikingPass& pass, int threads) {
  const sim::Network& network = pass.twin->network;
  return pass.asynchronous
             ? presenters(pass, threads,
                          std::make_shared<const sim::AsynchronousSimulator>(network, pass.event_order))
             : presenters(pass, threads, std::make_shared<const sim::Simulator>(network));
}

}  // namespace homolog::experiments
