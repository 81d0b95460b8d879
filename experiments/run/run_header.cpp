#include "experiments/run/run_header.hpp"

#include "experiments/run/provenance.hpp"
#include "sim/network/windows.hpp"

namespace homolog::experiments {

std::int64_t steps_of(const Experiment& experiment, const conversion::Twin& twin) {
  return experiment.spiking.windows ? sim::windows_of(twin.network).count : experiment.spiking.steps;
}

double step_ms_of(const Experiment& experiment) {
  return experiment.spiking.windows ? experiment.spiking.window_ms : experiment.spiking.step_ms;
}

RunHeader run_header(const Experiment& experiment, const Preparation& prepared, const conversion::Twin& twin,
                     int threads, const std::string& command_line) {
  RunHeader header{.created = now_utc(),
                   .seed = experiment.seed,
                   .model_sha256 = prepared.graph.sha256,
                   .config_sha256 = sha256(experiment.resolved),
                   .config = experiment.resolved,
                   .name = experiment.name,
                   .steps = steps_of(experiment, twin),
                   .step_ms = step_ms_of(experiment),
                   .windowed = experiment.spiking.windows.has_value(),
                   .classes = prepared.classes,
                   .repetitions = experiment.stimuli.repetitions,
                   .provenance = provenance(threads)};
  if (experiment.spiking.correction.steps > 0) {
    header.provenance.emplace_back("preparatory_steps", std::to_string(experiment.spiking.correction.steps));
  }
  if (!command_line.empty()) {
    header.provenance.emplace_back("command_line", command_line);
  }
  return header;
}

}  // namespace homolog::experiments
