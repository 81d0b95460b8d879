#pragma once

#include <functional>
#include <vector>

#include "experiments/analysis/variant.hpp"
#include "experiments/run/spiking_pass.hpp"

namespace homolog::experiments {

/// A twin beside its float network on some images.
struct Comparison {
  std::vector<LayerDeviation> layers{};  ///< every layer of the twin, in graph order
  double readout_error = 0.0;            ///< relative error of the last readout
  double agreement = 0.0;                ///< share of images for which both choose the same class
  double float_accuracy = 0.0;    ///< share of right answers; NaN where an image has no label of a class
  double spiking_accuracy = 0.0;  ///< likewise
  std::int64_t images = 0;
};

/// Shows images first .. first + images - 1 of `pass.stimuli` to both networks, one after the other.
/// `receive` and what the pass would record are not used. Throws Error(interrupted) if pass.stop says so.
[[nodiscard]] Comparison compare_layers(SpikingPass pass, const conversion::FloatGraph& graph,
                                        std::int64_t first, std::int64_t images,
                                        const std::function<void(std::int64_t)>& progress);

}  // namespace homolog::experiments
