#include "experiments/run/spiking_pass.hpp"

#include <tbb/enumerable_thread_specific.h>

#include <algorithm>
#include <memory>

#include "experiments/run/ordered_parallel.hpp"
#include "experiments/run/presenter.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

using Presenters = tbb::enumerable_thread_specific<std::unique_ptr<Presenter>>;

std::vector<sim::PopulationCost> summed_costs(const Presenters& presenters, std::size_t populations) {
  std::vector<sim::PopulationCost> sum(populations);
  for (const auto& presenter : presenters) {
    const std::span<const sim::PopulationCost> costs = presenter->costs();
    for (std::size_t p = 0; p < populations; ++p) {
      sum[p].seconds += costs[p].seconds;
      sum[p].spikes += costs[p].spikes;
      sum[p].synaptic_operations += costs[p].synaptic_operations;
    }
  }
  return sum;
}

}  // namespace

const conversion::Layer& layer_named(const conversion::Twin& twin, const std::string& name) {
  const auto found = std::find_if(twin.layers.begin(), twin.layers.end(),
                                  [&](const conversion::Layer& layer) { return layer.name == name; });
  if (found == twin.layers.end()) {
    throw Error(ErrorKind::internal, "the twin has no layer '" + name + "'");
  }
  return *found;
}

MakePresenter make_presenters(const SpikingPass& pass, int threads) {
  return sim::is_windowed(pass.twin->network) ? window_presenters(pass, threads)
                                              : step_presenters(pass, threads);
}

std::vector<float> input_values(const SpikingPass& pass, std::int64_t stimulus) {
  const Image image = pass.stimuli->at(stimulus);
  const sim::Shape& shape = pass.twin->network.populations[pass.twin->input].shape;
  return sim::hwc_values(
      shape, pass.input == conversion::InputCode::current ? pass.normalisation->apply(image) : image.pixels);
}

SpikingPass spiking_pass(const Experiment& experiment, const Preparation& prepared,
                         const conversion::Twin& twin, int threads) {
  const Experiment::Spiking& spiking = experiment.spiking;
  return {.twin = &twin,
          .input = prepared.conversion.input,
          .normalisation = &prepared.normalisation,
          .stimuli = prepared.stimuli.get(),
          .steps = static_cast<std::uint32_t>(spiking.steps),
          .step_ms = spiking.windows ? spiking.window_ms : spiking.step_ms,
          .asynchronous = spiking.asynchronous,
          .event_order = spiking.event_order,
          .preparatory_steps = static_cast<std::uint32_t>(spiking.correction.steps),
          .correction = spiking.correction.steps > 0 ? sim::corrections().find(spiking.correction.method)
                                                     : sim::Correction{},
          .seed = experiment.seed,
          .first_image = static_cast<std::uint64_t>(experiment.stimuli.first),
          .threads = threads};
}

std::int64_t SpikingPass::run(std::int64_t first, std::int64_t last) const {
  // With fewer images than threads, several threads share each image.
  const auto at_once = static_cast<int>(std::clamp<std::int64_t>(last - first, 1, threads));
  const MakePresenter make = make_presenters(*this, threads / at_once);
  Presenters presenters;
  const auto produce = [&](std::int64_t i) {
    auto& presenter = presenters.local();
    if (!presenter) {
      presenter = make();
    }
    return presenter->present(i, at_once);
  };
  const std::int64_t done =
      ordered_parallel<Outcome>(first, last, at_once, stop, produce,
                                [&](std::int64_t i, Outcome outcome) { receive(i, std::move(outcome)); });
  if (receive_costs) {
    receive_costs(summed_costs(presenters, twin->network.populations.size()));
  }
  return done;
}

}  // namespace homolog::experiments
