#include "experiments/run/spiking_pass.hpp"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "experiments/run/collector.hpp"
#include "experiments/run/ordered_parallel.hpp"
#include "sim/core/error.hpp"
#include "sim/engine/simulator.hpp"

namespace homolog::experiments {
namespace {

struct Worker {
  sim::Simulator::State state;
  Collector collector;
};

/// Marks every spiking population that `id` is read from: itself, or what feeds it when it is a relay.
void wish_counts(const sim::Network& network, sim::PopulationId id, std::vector<Collector::Wish>& wishes) {
  if (!std::holds_alternative<sim::Relay>(network.populations[id].role)) {
    wishes[id].counts = true;
    return;
  }
  for (const sim::Projection& projection : network.projections) {
    if (projection.target == id) {
      wish_counts(network, projection.source, wishes);
    }
  }
}

const conversion::Layer& layer_named(const conversion::Twin& twin, const std::string& name) {
  const auto found = std::find_if(twin.layers.begin(), twin.layers.end(),
                                  [&](const conversion::Layer& layer) { return layer.name == name; });
  if (found == twin.layers.end()) {
    throw Error(ErrorKind::internal, "the twin has no layer '" + name + "'");
  }
  return *found;
}

std::vector<Collector::Wish> wishes_of(const SpikingPass& pass) {
  const conversion::Twin& twin = *pass.twin;
  std::vector<Collector::Wish> wishes(twin.network.populations.size());
  for (const LayerRecord& record : pass.layers) {
    const auto population = layer_named(twin, record.name).population;
    if (population) {
      wishes[*population].spikes |= record.spikes;
      wishes[*population].counts |= record.counts;
    }
  }
  for (const RepresentationKey& key : pass.representations) {
    const conversion::Layer& layer = layer_named(twin, key.layer);
    if (layer.population) {
      wishes[*layer.population].counts = true;
    }
    for (const conversion::Layer::Reading& reading : layer.reading) {
      wish_counts(twin.network, reading.source, wishes);
    }
  }
  return wishes;
}

/// As sim::chw_from_hwc, row by row, which is many times faster than neuron by neuron.
template <class To>
std::vector<To> counts_chw(const sim::Shape& shape, const std::vector<std::uint32_t>& hwc) {
  const auto channels = static_cast<std::size_t>(shape.channels);
  std::vector<To> chw(hwc.size());
  auto next = chw.begin();
  for (std::size_t channel = 0; channel < channels; ++channel) {
    for (std::size_t unit = channel; unit < hwc.size(); unit += channels) {
      *next++ = static_cast<To>(hwc[unit]);
    }
  }
  return chw;
}

std::vector<float> representation(const SpikingPass& pass, const RepresentationKey& key,
                                  const std::vector<std::vector<std::uint32_t>>& counts) {
  const conversion::Layer& layer = layer_named(*pass.twin, key.layer);
  if (key.code == "count" && layer.population) {
    return counts_chw<float>(layer.shape, counts[*layer.population]);
  }
  std::vector<float> values = conversion::decode(*pass.twin, layer, counts, pass.steps);
  if (key.code == "count") {
    for (float& value : values) {
      value *= static_cast<float>(pass.steps);
    }
  }
  return values;
}

PresentationRecord record_of(const SpikingPass& pass, const Collector& collector,
                             const sim::Response& response, std::size_t classes) {
  PresentationRecord record;
  for (const LayerRecord& layer : pass.layers) {
    const auto population = layer_named(*pass.twin, layer.name).population;
    record.layer_spikes.push_back(population ? response.spikes[*population] : 0U);
    if (layer.spikes) {
      record.spikes.push_back(collector.packed(*population));
    }
    if (layer.counts) {
      record.counts.push_back(counts_chw<std::uint16_t>(layer.shape, collector.counts()[*population]));
    }
  }
  for (std::size_t i = 0; i < response.readout.size(); ++i) {
    record.readout.push_back(static_cast<float>(response.readout[i] / static_cast<double>(i / classes + 1)));
  }
  record.synaptic_operations = response.synaptic_operations;
  return record;
}

using Workers = tbb::enumerable_thread_specific<std::unique_ptr<Worker>>;

std::vector<sim::PopulationCost> summed_costs(const Workers& workers, std::size_t populations) {
  std::vector<sim::PopulationCost> sum(populations);
  for (const auto& worker : workers) {
    const std::span<const sim::PopulationCost> costs = worker->state.costs();
    for (std::size_t p = 0; p < populations; ++p) {
      sum[p].seconds += costs[p].seconds;
      sum[p].spikes += costs[p].spikes;
      sum[p].synaptic_operations += costs[p].synaptic_operations;
    }
  }
  return sum;
}

}  // namespace

std::int64_t SpikingPass::run(std::int64_t first, std::int64_t last) const {
  const sim::Simulator simulator(twin->network);
  const std::vector<Collector::Wish> wishes = wishes_of(*this);
  const sim::Shape& shape = twin->network.populations[twin->input].shape;
  const auto classes = static_cast<std::size_t>(twin->network.populations[twin->readout].shape.size());
  // With fewer images than threads, several threads share each image.
  const auto at_once = static_cast<int>(std::clamp<std::int64_t>(last - first, 1, threads));
  const int threads_per_image = threads / at_once;
  Workers workers;

  const auto produce = [&](std::int64_t i) {
    auto& worker = workers.local();
    if (!worker) {
      worker = std::make_unique<Worker>(
          Worker{simulator.make_state(threads_per_image), Collector(twin->network, wishes, steps)});
    }
    Collector& collector = worker->collector;
    collector.clear();
    const Image image = stimuli->at(i);
    const std::vector<float> values = sim::hwc_values(
        shape, input == conversion::InputCode::poisson ? image.pixels : normalisation->apply(image));
    const sim::Presentation presentation{
        .values = values, .steps = steps, .seed = seed, .image = first_image + static_cast<std::uint64_t>(i)};
    const auto start = std::chrono::steady_clock::now();
    const auto seconds = [start] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    // Isolated: while this thread waits for others, it must not begin another image with the same worker.
    const sim::Response response =
        tbb::this_task_arena::isolate([&] { return simulator.run(worker->state, presentation, &collector); });
    const double simulated = seconds() - collector.seconds();
    Outcome outcome;
    outcome.record = record_of(*this, collector, response, classes);
    outcome.seconds.simulate = simulated / at_once;
    outcome.seconds.record = (seconds() - simulated) / at_once;
    for (const RepresentationKey& key : representations) {
      outcome.representations.push_back(representation(*this, key, collector.counts()));
    }
    return outcome;
  };
  const std::int64_t done =
      ordered_parallel<Outcome>(first, last, at_once, stop, produce,
                                [&](std::int64_t i, Outcome outcome) { receive(i, std::move(outcome)); });
  if (receive_costs) {
    receive_costs(summed_costs(workers, twin->network.populations.size()));
  }
  return done;
}

}  // namespace homolog::experiments
