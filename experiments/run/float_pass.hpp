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

  /// Throws Error(interrupted) if stopped.
  void run(const std::vector<conversion::TensorId>& keep) const;

  /// Processor seconds of one image's forward pass that hands out `output` alone: the median of repeated
  /// passes over the first batch, after one that does not count, on the calling thread and nothing else.
  /// Processor time, so that other programs disturb it little; repeated, so that it is as good for one image
  /// as for a thousand. Takes about 0.1 s, or five passes. Throws Error(interrupted) if stopped.
  [[nodiscard]] double seconds_per_image(conversion::TensorId output) const;

  /// Estimate of the bytes that run() needs at most, for all threads.
  [[nodiscard]] std::uint64_t bytes(const std::vector<conversion::TensorId>& keep) const;

 private:
  /// Inputs of the network for images [first, first + count), [count, C, H, W]; after the last comes the
  /// first.
  [[nodiscard]] std::vector<float> inputs(std::int64_t first, std::int64_t count) const;
  [[noreturn]] static void throw_interrupted();
};

}  // namespace homolog::experiments
