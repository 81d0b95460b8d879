#pragma once

#include <memory>
#include <vector>

#include "conversion/graph/float_graph.hpp"
#include "conversion/spiking/calibrate.hpp"
#include "conversion/spiking/convert.hpp"
#include "experiments/config/experiment.hpp"
#include "experiments/run/normalisation.hpp"

namespace homolog::experiments {

/// Everything about a run that is known before anything is computed.
struct Preparation {
  conversion::FloatGraph graph{};
  conversion::TensorId readout = 0;
  std::int64_t classes = 0;
  Normalisation normalisation{};
  std::unique_ptr<Stimuli> distinct{};     ///< the stimuli, each once
  std::unique_ptr<Stimuli> stimuli{};      ///< what is presented: all repetitions of them
  bool labelled = false;                   ///< every stimulus has a label
  std::unique_ptr<Stimuli> calibration{};  ///< null: the stimuli themselves
  std::int64_t calibration_images = 0;     ///< the first so many of them
  conversion::ConversionOptions conversion{};
  /// The twin with all scales 1: its layers and sizes are those of the run's twin.
  conversion::Twin outline{};
  std::vector<std::string> recorded{};               ///< layers whose spikes or counts are recorded
  std::vector<RepresentationKey> representations{};  ///< what the analyses read, each once

  [[nodiscard]] const Stimuli& calibration_stimuli() const { return calibration ? *calibration : *distinct; }
};

/// For fitting thresholds and more to the simulated network.
[[nodiscard]] conversion::CalibrationOptions calibration_options(const Experiment& experiment,
                                                                 const Preparation& prepared, int threads);

/// What the input population of the spiking network receives for an image, [H,W,C].
[[nodiscard]] std::vector<float> presented_values(const Preparation& prepared, const Image& image);

/// Reads and checks model, stimuli, labels, layers and what the analyses need. Throws Error.
[[nodiscard]] Preparation prepare(const Experiment& experiment);

}  // namespace homolog::experiments
