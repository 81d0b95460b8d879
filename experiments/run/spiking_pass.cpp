#include "experiments/run/spiking_pass.hpp"

#include <tbb/enumerable_thread_specific.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "experiments/run/ordered_parallel.hpp"
#include "sim/core/error.hpp"
#include "sim/engine/simulator.hpp"

namespace homolog::experiments {
namespace {

/// Keeps the spikes and counts of the populations that somebody wants.
class Collector : public sim::Observer {
 public:
  struct Wish {
    bool spikes = false;
    bool counts = false;
  };

  Collector(const sim::Network& network, std::vector<Wish> wishes)
      : wishes_(std::move(wishes)), trains_(network.populations.size()), counts_(network.populations.size()) {
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
      const sim::Shape& shape = network.populations[p].shape;
      chw_.emplace_back();
      if (wishes_[p].spikes) {
        for (sim::UnitId unit = 0; unit < static_cast<sim::UnitId>(shape.size()); ++unit) {
          chw_.back().push_back(sim::chw_from_hwc(shape, unit));
        }
      }
      counts_[p].resize(wishes_[p].counts ? static_cast<std::size_t>(shape.size()) : 0U);
    }
  }

  void clear() {
    for (std::size_t p = 0; p < trains_.size(); ++p) {
      trains_[p] = {};
      std::fill(counts_[p].begin(), counts_[p].end(), 0U);
    }
  }

  void spikes(sim::PopulationId population, sim::Step step, std::span<const sim::UnitId> units) override {
    if (wishes_[population].counts) {
      for (const sim::UnitId unit : units) {
        ++counts_[population][unit];
      }
    }
    if (wishes_[population].spikes) {
      SpikeTrain& train = trains_[population];
      const auto before = static_cast<std::ptrdiff_t>(train.ids.size());
      for (const sim::UnitId unit : units) {
        train.ids.push_back(chw_[population][unit]);
      }
      std::sort(train.ids.begin() + before, train.ids.end());
      train.steps.resize(train.ids.size(), step);
    }
  }

  [[nodiscard]] const SpikeTrain& train(sim::PopulationId population) const { return trains_[population]; }
  [[nodiscard]] const std::vector<std::vector<std::uint32_t>>& counts() const { return counts_; }

 private:
  std::vector<Wish> wishes_;
  std::vector<std::vector<sim::UnitId>> chw_{};  ///< id in C,H,W order per unit
  std::vector<SpikeTrain> trains_;
  std::vector<std::vector<std::uint32_t>> counts_;
};

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

template <class To>
std::vector<To> counts_chw(const sim::Shape& shape, const std::vector<std::uint32_t>& hwc) {
  std::vector<To> chw(hwc.size());
  for (sim::UnitId unit = 0; unit < hwc.size(); ++unit) {
    chw[sim::chw_from_hwc(shape, unit)] = static_cast<To>(hwc[unit]);
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
      record.spikes.push_back(collector.train(*population));
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
  Workers workers;

  const auto produce = [&](std::int64_t i) {
    auto& worker = workers.local();
    if (!worker) {
      worker = std::make_unique<Worker>(Worker{simulator.make_state(), Collector(twin->network, wishes)});
    }
    worker->collector.clear();
    const Image image = stimuli->at(i);
    const std::vector<float> values = sim::hwc_values(
        shape, input == conversion::InputCode::poisson ? image.pixels : normalisation->apply(image));
    const auto start = std::chrono::steady_clock::now();
    const sim::Response response = simulator.run(worker->state,
                                                 {.values = values,
                                                  .steps = steps,
                                                  .seed = seed,
                                                  .image = first_image + static_cast<std::uint64_t>(i)},
                                                 &worker->collector);
    Outcome outcome;
    outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    outcome.record = record_of(*this, worker->collector, response, classes);
    for (const RepresentationKey& key : representations) {
      outcome.representations.push_back(representation(*this, key, worker->collector.counts()));
    }
    return outcome;
  };
  const std::int64_t done =
      ordered_parallel<Outcome>(first, last, threads, stop, produce,
                                [&](std::int64_t i, Outcome outcome) { receive(i, std::move(outcome)); });
  if (receive_costs) {
    receive_costs(summed_costs(workers, twin->network.populations.size()));
  }
  return done;
}

}  // namespace homolog::experiments
