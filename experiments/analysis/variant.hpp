#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace homolog::experiments {

/// The experiment's network under other settings of `spiking:`, e.g. {{"code", "ttfs"}}.
struct Variant {
  std::vector<std::pair<std::string, std::string>> settings{};  ///< dotted keys below `spiking`, YAML text
  std::int64_t images = 0;        ///< the first so many stimuli are shown, each as often as in the experiment
  std::int64_t layer_images = 0;  ///< of these, the first so many are compared layer by layer, once each
};

/// How far a layer's decoded activations are from the float network's, over some images and all units.
struct LayerDeviation {
  std::string layer{};
  double relative_error = 0.0;  ///< root mean square of the difference, of the float activations' own
  double correlation = 0.0;     ///< Pearson; NaN if one of both is constant
};

/// What a variant did; means are over all presentations.
struct VariantOutcome {
  std::int64_t steps = 0;  ///< all steps or windows of an image
  bool windowed = false;   ///< `steps` are windows, and there is one decision
  double step_bits = 0.0;  ///< bits that a quantised rival needs: log2(steps + 1), or few spikes; 0: float
  std::vector<double> accuracy{};   ///< per decision; empty without labels
  std::vector<double> agreement{};  ///< per decision: share of the float network's answers
  double float_accuracy = 0.0;      ///< on the same images; NaN without labels
  std::uint64_t neurons = 0;
  std::string neuron{};  ///< their model, e.g. "integrate-and-fire"
  double spikes_per_image = 0.0;
  double synaptic_operations_per_image = 0.0;
  std::uint64_t analog_operations = 0;  ///< multiply-adds by which the image's currents are made, per image
  std::uint64_t macs = 0;               ///< of the float network, per image
  double clipped_per_image = 0.0;
  std::vector<LayerDeviation> layers{};
};

/// Runs a variant. Progress is reported through `progress`, the share done. Throws Error.
using RunVariant = std::function<VariantOutcome(const Variant&, const std::function<void(double)>& progress)>;

}  // namespace homolog::experiments
