#include <tbb/task_arena.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "experiments/run/presenter.hpp"
#include "experiments/run/spike_times.hpp"
#include "experiments/run/window_collector.hpp"
#include "sim/windowed/windowed_simulator.hpp"

namespace homolog::experiments {
namespace {

using Wish = WindowCollector::Wish;

std::vector<Wish> window_wishes(const SpikingPass& pass) {
  const conversion::Twin& twin = *pass.twin;
  std::vector<Wish> wishes(twin.network.populations.size());
  for (const LayerRecord& record : pass.layers) {
    if (const auto population = layer_named(twin, record.name).population) {
      wishes[*population].spikes |= record.spikes;
      wishes[*population].counts |= record.counts;
    }
  }
  for (const RepresentationKey& key : pass.representations) {
    if (const auto population = layer_named(twin, key.layer).population) {
      wishes[*population].counts |= key.code == "count";
      wishes[*population].first |= needs_neurons(key.code);
    }
  }
  return wishes;
}

/// The largest scale of a layer's channels.
float largest(const std::vector<float>& scale) {
  return *std::max_element(scale.begin(), scale.end());
}

class WindowPresenter : public Presenter {
 public:
  WindowPresenter(const SpikingPass& pass, std::shared_ptr<const sim::WindowedSimulator> simulator,
                  const std::vector<Wish>& wishes, int threads)
      : pass_(pass),
        simulator_(std::move(simulator)),
        state_(simulator_->make_state(threads)),
        collector_(pass.twin->network, wishes, pass.step_ms) {}

  SpikingPass::Outcome present(std::int64_t stimulus, int at_once) override {
    collector_.clear();
    const std::vector<float> values = input_values(pass_, stimulus);
    const auto start = std::chrono::steady_clock::now();
    const auto seconds = [start] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    // Isolated: while this thread waits for others, it must not begin another image with the same presenter.
    const sim::WindowedResponse response =
        tbb::this_task_arena::isolate([&] { return simulator_->run(state_, values, &collector_); });
    const double simulated = seconds() - collector_.seconds();
    SpikingPass::Outcome outcome;
    outcome.record = record(response);
    outcome.seconds.simulate = simulated / at_once;
    outcome.seconds.record = (seconds() - simulated) / at_once;
    if (!pass_.representations.empty()) {
      represent(outcome);
    }
    return outcome;
  }

  [[nodiscard]] std::span<const sim::PopulationCost> costs() const override { return state_.costs(); }

 private:
  [[nodiscard]] PresentationRecord record(const sim::WindowedResponse& response) const {
    PresentationRecord record;
    for (const LayerRecord& layer : pass_.layers) {
      const conversion::Layer& twin_layer = layer_named(*pass_.twin, layer.name);
      const auto population = twin_layer.population;
      record.layer_spikes.push_back(population ? response.spikes[*population] : 0U);
      record.window_length.push_back(population ? response.length[*population] * largest(twin_layer.scale)
                                                : 0.0F);
      record.clipped.push_back(population ? response.clipped[*population] : 0U);
      if (layer.spikes) {
        record.timed.push_back(collector_.timed(*population));
      }
      if (layer.counts) {
        record.counts.push_back(values_chw<std::uint16_t>(layer.shape, collector_.counts(*population)));
      }
    }
    record.readout.assign(response.readout.begin(), response.readout.end());
    record.synaptic_operations = response.synaptic_operations;
    return record;
  }

  void represent(SpikingPass::Outcome& outcome) const {
    const std::size_t populations = pass_.twin->network.populations.size();
    std::vector<std::vector<float>> values(populations);
    for (sim::PopulationId id = 0; id < populations; ++id) {
      values[id] = state_.values(id);
    }
    for (const RepresentationKey& key : pass_.representations) {
      const conversion::Layer& layer = layer_named(*pass_.twin, key.layer);
      if (needs_neurons(key.code)) {
        const std::vector<double>& shares = collector_.first_shares(*layer.population);
        outcome.representations.push_back(key.code == "rank"
                                              ? ranks_of_times(values_chw<double>(layer.shape, shares))
                                              : values_chw<float>(layer.shape, shares));
      } else {
        outcome.representations.push_back(
            key.code == "count" && layer.population
                ? values_chw<float>(layer.shape, collector_.counts(*layer.population))
                : conversion::decode_values(layer, values));
      }
      outcome.trains.emplace_back();
    }
  }

  const SpikingPass& pass_;
  std::shared_ptr<const sim::WindowedSimulator> simulator_;
  sim::WindowedSimulator::State state_;
  WindowCollector collector_;
};

}  // namespace

MakePresenter window_presenters(const SpikingPass& pass, int threads) {
  return [&pass, threads, wishes = window_wishes(pass),
          simulator = std::make_shared<const sim::WindowedSimulator>(pass.twin->network)] {
    return std::make_unique<WindowPresenter>(pass, simulator, wishes, threads);
  };
}

}  // namespace homolog::experiments
