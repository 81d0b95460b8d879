#include "experiments/run/variants.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <sstream>

#include "conversion/graph/geometry.hpp"
#include "conversion/spiking/neuron_roles.hpp"
#include "experiments/run/accuracy.hpp"
#include "experiments/run/layer_deviations.hpp"
#include "experiments/run/layer_records.hpp"
#include "experiments/run/preparation.hpp"
#include "experiments/run/twin_builder.hpp"
#include "sim/core/error.hpp"
#include "sim/network/windows.hpp"

namespace homolog::experiments {
namespace {

/// log2 of the number of values that a neuron can say; 0: a float's.
double bits_of(const Experiment::Spiking& spiking) {
  if (!spiking.windows) {
    return std::log2(static_cast<double>(spiking.steps) + 1.0);
  }
  const auto* few = std::get_if<sim::FewSpikes>(&spiking.windows->neuron);
  return few == nullptr ? 0.0 : static_cast<double>(few->steps);
}

/// Synapses from the image: what it takes to make the currents that it causes.
std::uint64_t analog_operations(const sim::Network& network) {
  std::uint64_t operations = 0;
  for (const sim::Projection& projection : network.projections) {
    if (std::holds_alternative<sim::AnalogInput>(network.populations[projection.source].role)) {
      operations += sim::synapses(projection);
    }
  }
  return operations;
}

/// Adds up what presentations leave.
class Totals {
 public:
  Totals(const conversion::Twin& twin, std::size_t decisions, std::size_t classes)
      : twin_(twin), accuracy_(decisions, classes) {}

  void add(const PresentationRecord& record, std::span<const float> float_readout,
           std::optional<std::int64_t> label) {
    accuracy_.add(float_readout, record.readout, label);
    operations_ += record.synaptic_operations;
    std::set<sim::PopulationId> seen{twin_.input};  // two layers may be read from one population
    for (std::size_t k = 0; k < twin_.layers.size(); ++k) {
      const auto population = twin_.layers[k].population;
      if (population && seen.insert(*population).second) {
        spikes_ += record.layer_spikes[k];
        clipped_ += record.clipped.empty() ? 0 : record.clipped[k];
      }
    }
    ++images_;
  }

  void write(VariantOutcome& outcome) const {
    const auto n = static_cast<double>(images_);
    outcome.accuracy = accuracy_.spiking();
    outcome.agreement = accuracy_.agreement();
    outcome.float_accuracy = accuracy_.float_accuracy();
    outcome.spikes_per_image = static_cast<double>(spikes_) / n;
    outcome.clipped_per_image = static_cast<double>(clipped_) / n;
    outcome.synaptic_operations_per_image = static_cast<double>(operations_) / n;
  }

 private:
  const conversion::Twin& twin_;
  AccuracyCount accuracy_;
  std::uint64_t operations_ = 0;
  std::uint64_t spikes_ = 0;
  std::uint64_t clipped_ = 0;
  std::int64_t images_ = 0;
};

}  // namespace

Experiment variant_of(const Experiment& experiment, const Variant& variant) {
  Overrides overrides = experiment.overrides;
  for (const auto& [key, value] : variant.settings) {
    overrides.emplace_back("spiking." + key, value);
  }
  overrides.emplace_back("analyses", "[]");
  overrides.emplace_back("record", "{spikes: false, counts: false}");
  return parse_experiment(experiment.file, overrides, AnalysisRegistry("analysis"),
                          experiment.spiking.spike_times);
}

void check_variant(const Experiment& experiment, const Variant& variant) {
  (void)prepare(variant_of(experiment, variant));
}

VariantOutcome run_variant(const Experiment& experiment, const Variant& variant,
                           std::span<const float> float_readout, int threads,
                           const std::function<bool()>& stop, const std::function<void(double)>& progress) {
  const Experiment other = variant_of(experiment, variant);
  const Preparation prepared = prepare(other);
  std::ostringstream nowhere;
  Progress quiet(nowhere, false, true);
  const conversion::Twin twin = TwinBuilder(other, prepared, threads, quiet, stop).build();
  const Experiment::Spiking& spiking = other.spiking;

  VariantOutcome outcome{.windowed = spiking.windows.has_value(),
                         .step_bits = bits_of(spiking),
                         .neurons = spiking_neurons(twin.network),
                         .neuron = conversion::neuron_model(prepared.conversion),
                         .analog_operations = analog_operations(twin.network),
                         .macs = conversion::macs(prepared.graph)};
  outcome.steps = outcome.windowed ? sim::windows_of(twin.network).count : spiking.steps;
  const auto classes = static_cast<std::size_t>(prepared.classes);
  Totals totals(twin, outcome.windowed ? 1 : static_cast<std::size_t>(outcome.steps), classes);
  SpikingPass pass = spiking_pass(other, prepared, twin, threads);
  pass.stop = stop;
  pass.layers = layer_records(other, prepared, twin);
  const std::int64_t repetitions = other.stimuli.repetitions;
  double presented = 0.0;
  pass.receive = [&](std::int64_t i, const SpikingPass::Outcome& shown) {
    totals.add(shown.record, float_readout.subspan(static_cast<std::size_t>(i) * classes, classes),
               prepared.stimuli->label(i));
    presented += 1.0;
    progress(0.9 * presented / static_cast<double>(variant.images * repetitions));
  };
  for (std::int64_t r = 0; r < repetitions; ++r) {
    const std::int64_t first = r * prepared.distinct->size();
    if (pass.run(first, first + variant.images) < first + variant.images) {
      throw Error(ErrorKind::interrupted, "interrupted while codes were compared");
    }
  }
  totals.write(outcome);
  if (variant.layer_images > 0) {
    outcome.layers =
        compare_layers(pass, prepared.graph, 0, variant.layer_images, [&](std::int64_t done) {
          progress(0.9 + 0.1 * static_cast<double>(done) / static_cast<double>(variant.layer_images));
        }).layers;
  }
  return outcome;
}

}  // namespace homolog::experiments
