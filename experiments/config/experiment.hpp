#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conversion/spiking/calibrate.hpp"
#include "conversion/spiking/convert.hpp"
#include "experiments/analysis/analysis.hpp"
#include "experiments/stimuli/stimuli.hpp"
#include "sim/asynchronous/asynchronous_simulator.hpp"
#include "sim/neuron/neurons.hpp"

namespace homolog::experiments {

/// One experiment, as the YAML file says it, every default filled in. Paths are absolute.
struct Experiment {
  std::string file{};
  std::string name{};  ///< default: the file's stem
  std::uint64_t seed = 1;

  struct Model {
    std::string onnx{};
    /// x = (pixel - mean) / std per channel; from the ONNX metadata when absent there, else 0 and 1.
    std::optional<std::vector<double>> mean{};
    std::optional<std::vector<double>> std{};
    bool unit_scale = true;  ///< scale: unit (pixels in [0, 1]) or byte (pixels in [0, 255])
    Where where{};
  } model{};

  StimuliSpec stimuli{};

  struct Spiking {
    std::string code = "rate";
    conversion::InputCode input = conversion::InputCode::current;
    bool asynchronous = false;  ///< scheduler, of codes without windows
    sim::EventOrder event_order = sim::EventOrder::unit;
    std::int64_t steps = 64;  ///< of codes without windows: all of them, preparatory ones too
    double step_ms = 1.0;
    sim::Neuron neuron{};
    bool spike_times = false;   ///< an analysis reads them, for which spikes must be all alike
    bool linear_fires = false;  ///< linear outputs become neurons with signs in place of relays
    sim::Step phases = 0;       ///< of code phase: steps of a period; else 0
    /// By the residual membrane potential (sim/correction).
    struct Residual {
      std::string method = "none";
      std::int64_t steps = 0;  ///< preparatory ones, of Spiking::steps; 0 with none
    } correction{};
    conversion::WeightFormat weights = conversion::WeightFormat::float32;
    std::optional<conversion::WindowOptions> windows{};  ///< of codes that answer window by window
    bool rank_order = false;                             ///< spikes are read by their order
    bool geometric_ranks = false;                        ///< by desensitisation, else by a table
    double window_ms = 10.0;                             ///< length of a window on the time axis
    conversion::ThresholdRule threshold{};
    std::int64_t calibration_images = 128;
    std::int64_t prediction_images = 64;       ///< on which the loss is predicted; 0: it is not
    std::optional<StimuliSpec> calibration{};  ///< other images than the stimuli's first
    /// What is fitted to the simulated network, beginning with `threshold`. Nothing: it is as `threshold`
    /// says.
    conversion::CalibrationChoice fitted{
        .threshold = false, .scale = false, .bias = false, .initial = false, .weights = false};
    Where where{};

    /// Steps whose spikes are the answer.
    [[nodiscard]] std::int64_t answer_steps() const { return steps - correction.steps; }
  } spiking{};

  struct Record {
    std::vector<std::string> layers{"all"};
    bool spikes = true;
    bool counts = false;
    bool thumbnails = true;  ///< small pictures of the first stimuli
    Where where{};
  } record{};

  struct Entry {
    std::string kind{};
    std::shared_ptr<Analysis> analysis{};
  };
  std::vector<Entry> analyses{};

  std::string output{};  ///< folder
  /// What `--set` changed in the file.
  std::vector<std::pair<std::string, std::string>> overrides{};
  /// The resolved configuration as YAML text: all defaults filled in, paths as written.
  std::string resolved{};
  /// Keys that were given but only another choice uses, e.g. "spiking.window".
  std::vector<std::string> unused{};
};

/// `--set a.b.c=VALUE`: dotted path (a sequence's item by its number) and YAML text.
using Overrides = std::vector<std::pair<std::string, std::string>>;

/// Reads an experiment. `spike_times`: an analysis reads the times of spikes, even if none of the file does
/// (for settings beside an experiment). Throws Error(config) with file, line, column and key; Error(config)
/// as well for a missing file, bad YAML, a key given twice, an unset ${VARIABLE}.
[[nodiscard]] Experiment parse_experiment(const std::string& path, const Overrides& overrides,
                                          const AnalysisRegistry& analyses, bool spike_times = false);

}  // namespace homolog::experiments
