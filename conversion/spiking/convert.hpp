#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "conversion/graph/float_graph.hpp"
#include "conversion/spiking/int8_weights.hpp"
#include "conversion/spiking/thresholds.hpp"
#include "sim/network/network.hpp"

namespace homolog::conversion {

/// How the image reaches the spiking network.
enum class InputCode {
  current,     ///< normalised pixels as constant currents
  poisson,     ///< raw pixels in [0, 1] as spike probabilities; the normalisation goes into the weights
  latency,     ///< raw pixels in [0, 1] as times of single spikes, bright ones first; window neurons only
  rank_order,  ///< the same, but only their order counts (see rank_order.hpp)
};

/// Window neurons (sim/neuron/window_neurons.hpp) in place of neurons that work in steps.
struct WindowOptions {
  /// Of TimeToFirstSpike: `window` 0 is exact; else windows are `margin` times the layer's scale, which must
  /// be the largest activation on calibration images. `ceiling` is the converter's to set.
  sim::WindowNeuron neuron{sim::TimeToFirstSpike{}};
  bool calibrated = false;
  float margin = 1.1F;  ///< 1 + zeta, >= 1
};

struct ConversionOptions {
  sim::Neuron neuron{sim::IntegrateAndFire{.initial = 0.5F}};
  std::optional<WindowOptions> windows{};  ///< then `neuron` has no effect, and weights must be float32
  /// Steps of a period of phase coding (sim/network/phases.hpp), 0: none. Then `neuron` must be
  /// IntegrateAndFire with reset by subtraction, and `input` InputCode::current.
  sim::Step phases = 0;
  /// Tensors of linear_tensors() that become neurons whose spikes have signs, not rectified, in place of
  /// relays; each needs a scale. `neuron` must be SignedIntegrateAndFire.
  std::vector<TensorId> linear{};
  InputCode input = InputCode::current;
  WeightFormat weights = WeightFormat::float32;
  /// Of the normalisation x = (pixel - mean) / std, one per input channel; not for InputCode::current.
  std::vector<float> input_mean{};
  std::vector<float> input_std{};
};

/// A layer that exists in both networks: one row of the table of corresponding layers.
struct Layer {
  std::string name{};       ///< layer_name() of the ONNX output
  TensorId tensor = 0;      ///< its float activations
  std::string operation{};  ///< ONNX operator
  sim::Shape shape{};       ///< [C, H, W]; rank 1 is C x 1 x 1
  /// The population whose spikes stand for this layer. A layer without (concatenation, average pooling,
  /// addition) is read from its inputs' spikes, see `reading`.
  std::optional<sim::PopulationId> population{};
  /// Float activation = offset + scale * spikes / steps (with phases: scale * worth of the spikes / summed
  /// worth of the steps; window neurons: scale * value), scale per channel; empty without a population.
  std::vector<float> scale{};
  /// For a layer without population: float activation = offset + sum over readings of kernel(rate of
  /// source), kernels as in the network (unit order [H,W,C]) but always of float weights; the rate of a
  /// relay is what it passes on.
  struct Reading {
    sim::PopulationId source = 0;
    sim::Kernel kernel{};
  };
  std::vector<Reading> reading{};
  std::vector<float> offset{};  ///< [H,W,C], empty means 0
};

/// One line of the conversion report: what became of a node of the float graph.
struct Fate {
  std::string node{};
  std::string operation{};
  std::string layer{};  ///< layer_name() of the output
  sim::Shape shape{};
  std::string fate{};          ///< "population of if neurons", "folded into ...", "synapses", ...
  std::uint64_t neurons = 0;   ///< of the population it became, else 0
  std::uint64_t synapses = 0;  ///< of all projections into it
  /// Smallest and largest scale over channels: the threshold in units of the float activation (inside the
  /// network weights are divided by it, and thresholds are 1). 0 where there is none.
  float threshold_low = 0.0F;
  float threshold_high = 0.0F;
  /// Of the 8-bit weights into the population of this name; nothing where all weights are float32.
  std::optional<Quantisation> quantisation{};
};

/// A population of neurons and the float tensors that it stands for.
struct Rectifier {
  TensorId tensor = 0;  ///< of scaled_tensors()
  /// What the neurons' input stands for: the tensor before the ReLU, or before the max pooling that the ReLU
  /// waits behind. Nothing where the graph has no such tensor.
  std::optional<TensorId> drive{};
  sim::PopulationId population = 0;
  bool linear = false;  ///< no ReLU: one of ConversionOptions::linear
};

/// The spiking network and what in it corresponds to what.
struct Twin {
  sim::Network network{};
  /// Every Relu, Clip, pooling, concatenation and addition, in graph order, but for those that depend on
  /// the image alone (before the first population, with InputCode::current). With InputCode::poisson
  /// first the input, whose spikes are a population's like all others.
  std::vector<Layer> layers{};
  std::vector<Fate> report{};           ///< every node, in graph order
  std::vector<Rectifier> rectifiers{};  ///< every population of neurons, sources before targets
  std::vector<TensorId> relays{};       ///< tensors that relays of spikes stand for
  sim::PopulationId input = 0;
  sim::PopulationId readout = 0;
};

/// Builds the spiking twin of a float network. `scales` must hold all of scaled_tensors(graph), and may hold
/// the readout_tensor(graph), of which only `current` and `weights` are used.
///
/// Every tensor is kept as a linear function of spike trains plus a constant map; batch normalisation,
/// constants and the image's normalisation are carried through padded convolutions exactly, as
/// position-dependent constants. Throws Error(model) with node and reason for what cannot be
/// converted (for example max pooling of values that may be negative).
[[nodiscard]] Twin convert(const FloatGraph& graph, const std::vector<Scale>& scales,
                           const ConversionOptions& options);

/// The tensors that convert() with these options (without `linear`) makes relays of spikes: convolutions,
/// sums and poolings that are not rectified and have to be units of their own, such as MobileNet-V2's
/// bottlenecks.
[[nodiscard]] std::vector<TensorId> linear_tensors(const FloatGraph& graph, ConversionOptions options);

/// Float activations that the values of window neurons stand for, [C,H,W] order. `values`: per population of
/// the network, as WindowedSimulator::State::values(); those that the layer does not read may be empty.
[[nodiscard]] std::vector<float> decode_values(const Layer& layer,
                                               const std::vector<std::vector<float>>& values);

/// Float activations that a presentation's spike counts stand for, [C,H,W] order.
/// counts: per population of the network, [H,W,C]; those that the layer does not read may be empty. Net
/// counts of neurons with signs may be negative, modulo 2^32.
[[nodiscard]] std::vector<float> decode(const Twin& twin, const Layer& layer,
                                        const std::vector<std::vector<std::uint32_t>>& counts,
                                        std::uint32_t steps);

/// As decode(), of a network with phases. worths: per population what its spikes are worth, summed over all
/// steps, [H,W,C]; `summed_worth`: what a spike in each of the steps would be worth (sim::summed_worth).
[[nodiscard]] std::vector<float> decode_worths(const Twin& twin, const Layer& layer,
                                               const std::vector<std::vector<float>>& worths,
                                               double summed_worth);

}  // namespace homolog::conversion
