#include <algorithm>
#include <ostream>
#include <thread>

#include "conversion/graph/geometry.hpp"
#include "conversion/spiking/neuron_roles.hpp"
#include "experiments/run/layer_records.hpp"
#include "experiments/run/memory_estimate.hpp"
#include "experiments/run/preparation.hpp"
#include "experiments/run/runner.hpp"
#include "sim/network/windows.hpp"

namespace homolog::experiments {

namespace {

std::string duration(const Experiment& experiment, const Preparation& p) {
  const Experiment::Spiking::Residual& correction = experiment.spiking.correction;
  const std::string preparatory =
      correction.steps > 0
          ? " (" + std::to_string(correction.steps) + " of them preparatory, " + correction.method + ")"
          : "";
  return experiment.spiking.windows ? std::to_string(sim::windows_of(p.outline.network).count) + " windows"
                                    : std::to_string(experiment.spiking.steps) + " steps" + preparatory;
}

/// "20"; "20, each presented 3 times (60 presentations)".
std::string presented(const Preparation& p) {
  const std::int64_t stimuli = p.distinct->size();
  const std::int64_t presentations = p.stimuli->size();
  return std::to_string(stimuli) + (presentations == stimuli
                                        ? ""
                                        : ", each presented " + std::to_string(presentations / stimuli) +
                                              " times (" + std::to_string(presentations) + " presentations)");
}

}  // namespace

void validate_experiment(const Experiment& experiment, int threads, std::ostream& out) {
  if (threads <= 0) {
    threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  }
  const Preparation p = prepare(experiment);
  out << experiment.file << " is valid\n"
      << "  model       " << experiment.model.onnx << ", " << p.graph.nodes.size() << " operators, "
      << p.classes << " classes\n"
      << "  stimuli     " << presented(p) << (p.labelled ? ", with labels" : ", without labels") << '\n'
      << "  calibration " << p.calibration_images << " images"
      << (p.calibration ? "" : " (the first of the stimuli)") << '\n'
      << "  spiking     code " << experiment.spiking.code << ", " << duration(experiment, p) << ", "
      << spiking_neurons(p.outline.network) << " neurons (" << conversion::neuron_model(p.conversion) << "), "
      << p.outline.layers.size() << " layers, " << p.recorded.size() << " recorded"
      << (experiment.spiking.weights == conversion::WeightFormat::int8 ? ", 8-bit weights" : "") << '\n';

  print(estimate_memory(experiment, p, threads), threads, out);
  out << "  disk        " << bytes_text(temporary_disk_bytes(experiment, p))
      << " for representations during the run; spikes about "
      << (experiment.spiking.windows ? "4 to 8" : "1.2") << " bytes each\n"
      << "  output      " << experiment.output << '\n';
  for (const std::string& key : experiment.unused) {
    out << "  unused      " << key << " (only another choice uses it)\n";
  }
}

}  // namespace homolog::experiments
