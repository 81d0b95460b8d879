#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "conversion/graph/float_graph.hpp"
#include "experiments/run/normalisation.hpp"
#include "experiments/stimuli/stimuli.hpp"

namespace homolog::experiments {

/// Runs the float network over images, several batches side by side. The size of a batch follows from the
/// network alone, so that activations have the same bits for any number of threads and images.
struct FloatPass {
  const conversion::FloatGraph* graph = nullptr;
  const Normalisation* normalisation = nullptr;
  const Stimuli* stimuli = nullptr;
  std::int64_t images = 0;  ///< the first so many of the stimuli
  int threads = 1;
  std::function<bool()> stop{};                  ///< asked before each batch
  std::function<void(std::int64_t)> progress{};  ///< images done
  /// Values of tensor keep[k] for one image; called in order of images, one thread at a time.
  std::function<void(std::int64_t image, std::size_t k, std::span<const float> values)> receive{};

  /// Returns the seconds that the forward passes took (summed over threads, divided by their number).
  /// Throws Error(interrupted) if stopped.
  double run(const std::vector<conversion::TensorId>& keep) const;
};

}  // namespace homolog::experiments
