#pragma once

#include <vector>

#include "conversion/graph/float_graph.hpp"
#include "experiments/config/experiment.hpp"
#include "experiments/stimuli/stimuli.hpp"

namespace homolog::experiments {

/// How pixels become the network's input: x = (pixel - mean) / std per channel, pixel in [0, 1].
struct Normalisation {
  std::vector<float> mean{};  ///< one per channel
  std::vector<float> std{};   ///< one per channel, > 0

  /// The network's input for an image, [C, H, W].
  [[nodiscard]] std::vector<float> apply(const Image& image) const;
};

/// From the configuration, else from the ONNX file's metadata, else mean 0 and std 1. Configured values in
/// byte scale are divided by 255. Throws Error(config) if their number does not fit the model.
[[nodiscard]] Normalisation normalisation_of(const Experiment::Model& model,
                                             const conversion::FloatGraph& graph);

}  // namespace homolog::experiments
