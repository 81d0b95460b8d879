#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "conversion/graph/float_graph.hpp"
#include "sim/neuron/neuron_model.hpp"

namespace homolog::conversion {

/// How the scale of a layer is taken from its activations on calibration images.
struct ThresholdRule {
  enum class Method {
    maximum,
    percentile,
    least_error,  ///< least_error_threshold()
    ltb,          ///< balanced_threshold(), image by image
  };
  enum class Scope { layer, channel };
  Method method = Method::percentile;
  /// In (0, 100]; of the positive activations, with linear interpolation between order statistics.
  double percentile = 99.9;
  Scope scope = Scope::channel;
  /// For least_error: the power of the error, 2 or 3, the steps and the initial potential (in units of the
  /// threshold) of the run.
  int power = 2;
  sim::Step steps = 64;
  double initial = 0.5;
};

/// How the neurons of one tensor are set, channel by channel, in units of the float activation.
struct Scale {
  TensorId tensor = 0;
  /// Threshold: the input per step that makes a neuron fire in every step. > 0; all equal with scope layer.
  std::vector<float> channel{};
  /// Activation that a spike in every step stands for in all that follows; empty: `channel`.
  std::vector<float> decoded{};
  /// Added to the constant current of every step; empty: nothing.
  std::vector<float> current{};
  /// Potential at stimulus onset in units of the threshold; empty: the neuron model's.
  std::vector<float> initial{};
  /// In place of the float network's, for each projection onto the population in the order of the kernel's
  /// own weights, in units of the float activation per source spike and step; empty, all or one: unchanged.
  std::vector<std::vector<float>> weights{};
};

/// The tensors whose scales a conversion needs: outputs of Relu and Clip, and `linear`
/// (ConversionOptions::linear).
[[nodiscard]] std::vector<TensorId> scaled_tensors(const FloatGraph& graph,
                                                   const std::vector<TensorId>& linear = {});

/// Scale 1 for all of them: an outline of the conversion, or codes that need no scale.
[[nodiscard]] std::vector<Scale> unit_scales(const FloatGraph& graph,
                                             const std::vector<TensorId>& linear = {});

/// Collects activations and yields scales. Exact, and bounded in memory: of every layer or channel only
/// the largest (1 - percentile / 100) share is kept, for least_error the largest and at least 4096 sampled
/// activations of each channel. Except for least_error (which activations are sampled) and ltb the result
/// does not depend on the order in which images are added.
class Calibration {
 public:
  /// `images`: how many will be added at most. Throws Error(config) if the kept share would need
  /// more than 2 GiB, saying how many images or which percentile would fit. Of `linear` tensors magnitudes
  /// count.
  Calibration(const FloatGraph& graph, ThresholdRule rule, std::int64_t images,
              const std::vector<TensorId>& linear = {});
  ~Calibration();

  /// Activations of one of the scaled tensors for any number of images, [n, dims].
  void add(TensorId tensor, std::span<const float> values);

  /// One per scaled tensor, rounded to 12 significant bits (so that the last bits of the float library
  /// do not decide spikes), at most `high` for a Clip. A channel without positive activation
  /// takes its layer's scale, a layer without any takes 1.
  [[nodiscard]] std::vector<Scale> scales();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace homolog::conversion
