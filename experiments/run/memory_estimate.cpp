#include "experiments/run/memory_estimate.hpp"

#include <algorithm>
#include <cstdio>
#include <ostream>
#include <set>
#include <string>

#include "experiments/run/float_pass.hpp"
#include "experiments/run/layer_records.hpp"
#include "experiments/run/presenter.hpp"
#include "experiments/run/representation_store.hpp"
#include "experiments/run/spike_times.hpp"
#include "sim/engine/simulator.hpp"
#include "sim/windowed/windowed_simulator.hpp"

namespace homolog::experiments {
namespace {

using Part = MemoryEstimate::Part;

/// Code, libraries, oneDNN's kernels, stacks, and what the heap keeps: measured as what a run of the smallest
/// network has resident.
constexpr std::uint64_t kProgram = std::uint64_t{40} << 20U;

/// A chunk of a dataset, and that chunk compressed (experiments/recording/column.hpp).
constexpr std::uint64_t kChunk = std::uint64_t{512} << 10U;

std::uint64_t count(std::int64_t number) {
  return static_cast<std::uint64_t>(number);
}

std::uint64_t sum(const std::vector<Part>& parts) {
  std::uint64_t bytes = 0;
  for (const Part& part : parts) {
    bytes += part.bytes;
  }
  return bytes;
}

std::uint64_t parameter_bytes(const conversion::FloatGraph& graph) {
  std::uint64_t values = 0;
  for (const conversion::Node& node : graph.nodes) {
    if (const auto* convolution = std::get_if<conversion::Convolution>(&node.op)) {
      values += convolution->weights.size();
    } else if (const auto* dense = std::get_if<conversion::Dense>(&node.op)) {
      values += dense->weights.size();
    }
  }
  return sizeof(float) * values;
}

std::uint64_t kernel_bytes(const sim::Kernel& kernel) {
  if (const auto* convolution = std::get_if<sim::Convolution>(&kernel)) {
    return sizeof(float) * convolution->weights.size() + convolution->int8.values.size();
  }
  if (const auto* dense = std::get_if<sim::Dense>(&kernel)) {
    return sizeof(float) * dense->weights.size() + dense->int8.values.size();
  }
  if (const auto* map = std::get_if<sim::OneToOne>(&kernel)) {
    return sizeof(float) * map->weight.size() + sizeof(sim::UnitId) * map->target.size();
  }
  return 0;  // poolings: a few numbers
}

std::uint64_t network_bytes(const sim::Network& network) {
  std::uint64_t bytes = 0;
  for (const sim::Population& population : network.populations) {
    bytes += sizeof(float) * population.current.size();
  }
  for (const sim::Projection& projection : network.projections) {
    bytes += kernel_bytes(projection.kernel);
  }
  return bytes;
}

std::uint64_t twin_bytes(const conversion::Twin& twin) {
  std::uint64_t bytes = network_bytes(twin.network);
  for (const conversion::Layer& layer : twin.layers) {
    bytes += sizeof(float) * layer.offset.size();
    for (const conversion::Layer::Reading& reading : layer.reading) {
      bytes += kernel_bytes(reading.kernel);
    }
  }
  return bytes;
}

/// What is kept of the simulation of one image.
struct ImageRecord {
  std::uint64_t spikes = 0;           ///< packed: a byte each, and two for each page of neurons and step
  std::uint64_t counts = 0;           ///< to be written
  std::uint64_t representations = 0;  ///< for the analyses
  std::uint64_t readout = 0;
  std::uint64_t counters = 0;  ///< while it is simulated

  [[nodiscard]] std::uint64_t bytes() const { return spikes + counts + representations + readout; }
};

/// A time and a number, and while they are sorted another one.
constexpr std::uint64_t kTimedSpike = 2 * (sizeof(double) + sizeof(std::uint64_t));

/// Of a window neuron.
std::uint64_t most_spikes(const Experiment& experiment) {
  const auto* few = std::get_if<sim::FewSpikes>(&experiment.spiking.windows->neuron);
  return few == nullptr ? 1 : few->steps;
}

std::uint64_t state_bytes(const sim::Network& network, bool asynchronous) {
  if (asynchronous) {
    return sim::AsynchronousSimulator(network).state_bytes();
  }
  return sim::is_windowed(network) ? sim::WindowedSimulator(network).state_bytes()
                                   : sim::Simulator(network).state_bytes();
}

/// Extremes of the potentials, the potentials themselves and the corrected ones, and for the engine's padding
/// of channels to lanes as much again; counts of the preparatory steps and of the others.
std::uint64_t correction_bytes(const Experiment& experiment, const sim::Network& network) {
  constexpr std::uint64_t kPerNeuron = 8 * sizeof(float) + 2 * sizeof(std::uint32_t);
  return experiment.spiking.correction.steps > 0 ? kPerNeuron * spiking_neurons(network) : 0;
}

/// Of one unit of a representation.
std::uint64_t unit_bytes(const Experiment& experiment, const std::string& code) {
  return RepresentationStore::unit_bytes(code, experiment.spiking.windows ? 0 : experiment.spiking.steps);
}

/// What is kept of one unit while an image is simulated, to represent its layer in `codes` and to record its
/// counts.
std::uint64_t counter_bytes(const Experiment& experiment, const std::set<std::string>& codes, bool counts) {
  const bool decodes = std::any_of(codes.begin(), codes.end(), [](const std::string& code) {
    return code != "float" && !needs_neurons(code);
  });
  std::uint64_t bytes = decodes || counts ? sizeof(std::uint32_t) : 0;
  bytes += decodes && experiment.spiking.phases > 0 ? sizeof(float) : 0;  // worths
  if (codes.count("first_spike") + codes.count("rank") > 0) {
    bytes += experiment.spiking.windows ? sizeof(double) : sizeof(std::uint32_t);
  }
  return bytes + (codes.count("spikes") > 0 ? unit_bytes(experiment, "spikes") : 0);
}

ImageRecord image_record(const Experiment& experiment, const Preparation& p,
                         const std::vector<LayerRecord>& layers) {
  const bool windowed = experiment.spiking.windows.has_value();
  const std::uint64_t steps = count(experiment.spiking.steps);
  ImageRecord record{.readout = sizeof(float) * (windowed ? 1 : steps) * count(p.classes)};
  for (const LayerRecord& layer : layers) {
    const std::uint64_t units = count(layer.shape.size());
    std::set<std::string> codes;
    for (const RepresentationKey& key : p.representations) {
      if (key.layer == layer.name && key.code != "float") {
        record.representations += unit_bytes(experiment, key.code) * units;
        codes.insert(key.code);
      }
    }
    if (layer.spikes && windowed) {
      record.spikes += kTimedSpike * layer.neurons * most_spikes(experiment);
    } else if (layer.spikes) {
      const auto spikes =
          static_cast<std::uint64_t>(kAssumedActivity * static_cast<double>(layer.neurons * steps));
      record.spikes += spikes + sizeof(std::uint16_t) * steps * (units / 256 + 1);
    }
    record.counts += layer.counts ? sizeof(std::uint16_t) * units : 0;
    record.counters += counter_bytes(experiment, codes, layer.counts) * units;
  }
  return record;
}

std::vector<Part> simulation(const Experiment& experiment, const Preparation& p, int threads) {
  const std::vector<LayerRecord> layers = layer_records(experiment, p, p.outline);
  const ImageRecord record = image_record(experiment, p, layers);
  const std::uint64_t at_once = std::min(static_cast<std::uint64_t>(threads), count(p.stimuli->size()));
  const std::uint64_t in_flight = std::min(2 * static_cast<std::uint64_t>(threads), count(p.stimuli->size()));
  const std::uint64_t columns = 3 + static_cast<std::uint64_t>(std::count_if(
                                        layers.begin(), layers.end(), [](const LayerRecord& layer) {
                                          return layer.spikes || layer.counts;
                                        }));
  return {
      {"states of the network", at_once * (state_bytes(p.outline.network, experiment.spiking.asynchronous) +
                                           correction_bytes(experiment, p.outline.network))},
      // A list of spikes grows by doubling.
      {"spikes and counts being collected", at_once * (2 * record.spikes + record.counters)},
      {"images waiting to be written", in_flight * record.bytes()},
      {"chunks on their way to the file", kChunk * (columns + 2 * in_flight)}};
}

/// What is read at a time of repetitions beyond the first, a float and a double for each unit, and of spike
/// trains.
std::uint64_t block_bytes(const Experiment& experiment, const Preparation& p) {
  const bool trains = std::any_of(p.representations.begin(), p.representations.end(),
                                  [](const RepresentationKey& key) { return key.code == "spikes"; });
  return count(kBlockUnits) *
         (count(p.stimuli->size() - p.distinct->size()) * (sizeof(float) + sizeof(double)) +
          (trains ? count(p.stimuli->size()) * unit_bytes(experiment, "spikes") : 0));
}

/// Tensors of the layers that an analysis wants of networks with random weights.
std::vector<conversion::TensorId> random_tensors(const Preparation& p, const Analysis& analysis) {
  std::vector<conversion::TensorId> tensors;
  for (const std::string& layer : analysis.random_network_layers()) {
    tensors.push_back(layer_named(p.outline, layer).tensor);
  }
  return tensors;
}

std::vector<Part> analyses(const Experiment& experiment, const Preparation& p, const FloatPass& pass) {
  std::uint64_t bytes = 0;
  std::uint64_t random = 0;
  for (const Experiment::Entry& entry : experiment.analyses) {
    bytes = std::max(bytes, entry.analysis->bytes(*p.distinct, pass.threads));
    if (const auto keep = random_tensors(p, *entry.analysis); !keep.empty()) {
      random = std::max(random, parameter_bytes(p.graph) + pass.bytes(keep));
    }
  }
  bytes += p.representations.empty() ? 0 : block_bytes(experiment, p);
  std::vector<Part> parts{{"analyses", bytes}};
  if (random > 0) {
    parts.push_back({"network with random weights", random});
  }
  return parts;
}

}  // namespace

std::uint64_t MemoryEstimate::total() const {
  std::uint64_t largest = 0;
  for (const std::vector<Part>& phase : phases) {
    largest = std::max(largest, sum(phase));
  }
  return sum(whole_run) + largest;
}

MemoryEstimate estimate_memory(const Experiment& experiment, const Preparation& p, int threads) {
  const std::uint64_t images = count(p.stimuli->size());
  MemoryEstimate estimate;
  estimate.whole_run = {
      {"program and libraries", kProgram},
      // The outline and the twin of the run, and the simulator's copy in its own order.
      {"model, float and spiking",
       parameter_bytes(p.graph) + 2 * twin_bytes(p.outline) + network_bytes(p.outline.network)},
      {"readouts and names of all presentations", images * (2 * sizeof(float) * count(p.classes) + 64)},
  };

  const auto floats = [&](const Stimuli& stimuli, std::int64_t count_of_images) {
    return FloatPass{.graph = &p.graph,
                     .normalisation = &p.normalisation,
                     .stimuli = &stimuli,
                     .images = count_of_images,
                     .threads = threads};
  };
  const FloatPass pass = floats(*p.stimuli, p.stimuli->size());
  std::vector<conversion::TensorId> kept;
  for (const RepresentationKey& key : p.representations) {
    for (const conversion::Layer& layer : p.outline.layers) {
      if (key.code == "float" && layer.name == key.layer) {
        kept.push_back(layer.tensor);
      }
    }
  }
  const std::vector<conversion::TensorId> scaled = conversion::scaled_tensors(p.graph, p.conversion.linear);
  if (!scaled.empty()) {
    estimate.phases.push_back(
        {{"calibration", floats(p.calibration_stimuli(), p.calibration_images).bytes(scaled)}});
  }
  if (experiment.spiking.fitted.any()) {
    estimate.phases.push_back(
        {{"calibration on the simulated network",
          conversion::calibration_bytes(p.outline.network, calibration_options(experiment, p, threads))}});
  }
  estimate.phases.push_back({{"float pass", pass.bytes({p.readout})}});
  if (!kept.empty()) {
    estimate.phases.push_back({{"float pass that keeps activations", pass.bytes(kept)}});
  }
  estimate.phases.push_back(simulation(experiment, p, threads));
  if (!experiment.analyses.empty()) {
    estimate.phases.push_back(analyses(experiment, p, floats(*p.distinct, p.distinct->size())));
  }
  return estimate;
}

std::uint64_t temporary_disk_bytes(const Experiment& experiment, const Preparation& p) {
  std::uint64_t bytes = 0;
  for (const RepresentationKey& key : p.representations) {
    bytes += unit_bytes(experiment, key.code) * count(layer_named(p.outline, key.layer).shape.size()) *
             count(p.stimuli->size());
  }
  std::uint64_t random = 0;
  for (const Experiment::Entry& entry : experiment.analyses) {
    std::uint64_t units = 0;
    for (const std::string& layer : entry.analysis->random_network_layers()) {
      units += count(layer_named(p.outline, layer).shape.size());
    }
    random = std::max(random, sizeof(float) * units * count(p.distinct->size()));
  }
  return bytes + random;
}

std::string bytes_text(std::uint64_t bytes) {
  const char* const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024.0 && unit + 1 < std::size(units)) {
    value /= 1024.0;
    ++unit;
  }
  char text[64];
  std::snprintf(text, sizeof(text), "%.1f %s", value, units[unit]);
  return text;
}

void print(const MemoryEstimate& estimate, int threads, std::ostream& out) {
  const auto line = [&out](const Part& part) {
    const std::string bytes = bytes_text(part.bytes);
    out << "    " << std::string(bytes.size() < 12 ? 12 - bytes.size() : 0, ' ') << bytes << "  " << part.name
        << '\n';
  };
  out << "  memory      about " << bytes_text(estimate.total()) << " with " << threads
      << (threads == 1 ? " thread" : " threads") << ", if " << 100.0 * kAssumedActivity
      << " % of the neurons fire in a step:\n";
  for (const Part& part : estimate.whole_run) {
    line(part);
  }
  out << "    and the largest of these phases:\n";
  for (const std::vector<Part>& phase : estimate.phases) {
    for (const Part& part : phase) {
      line(part);
    }
  }
}

}  // namespace homolog::experiments
