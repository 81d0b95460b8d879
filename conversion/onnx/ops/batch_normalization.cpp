// BatchNormalization in inference form, opset 7 to 24, as scale and shift per channel, computed in double.
// https://onnx.ai/onnx/operators/onnx__BatchNormalization.html
#include <cmath>

#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

std::vector<float> per_channel(NodeImport& node, std::size_t i, const char* role, std::size_t channels) {
  std::vector<float> values = node.parameters(i, role);
  if (node.constant(i, role).shape() != Dims{static_cast<std::int64_t>(channels)}) {
    refuse(std::string(role) + " is " + to_string(node.constant(i, role).shape()) + ", must be " +
           std::to_string(channels) + ", one per channel");
  }
  return values;
}

void check_inference_form(NodeImport& node) {
  Attributes& attributes = node.attributes();
  attributes.ignore("momentum");  // training only
  const bool training = node.opset() >= 14 && attributes.flag("training_mode", false);
  bool further_outputs = false;
  for (std::size_t i = 1; i < 5; ++i) {
    further_outputs = further_outputs || !node.output_name(i).empty();
  }
  if (training || further_outputs) {
    refuse("is in training form; export the model for inference (model.eval())");
  }
  if (node.opset() < 9 && !attributes.flag("spatial", true)) {
    refuse("spatial = 0 (statistics per element) is not supported");
  }
}

void import_batch_normalization(NodeImport& node) {
  check_inference_form(node);
  const TensorId input = node.tensor(0, "X");
  const Dims dims = node.dims(0, "X");
  if (dims.empty()) {
    refuse("the input has no channel axis");
  }
  const auto channels = static_cast<std::size_t>(dims.front());
  const double epsilon = static_cast<double>(node.attributes().number("epsilon", 1e-5F));
  const auto gamma = per_channel(node, 1, "scale", channels);
  const auto beta = per_channel(node, 2, "B", channels);
  const auto mean = per_channel(node, 3, "input_mean", channels);
  const auto variance = per_channel(node, 4, "input_var", channels);
  Affine affine{std::vector<float>(channels), std::vector<float>(channels)};
  for (std::size_t c = 0; c < channels; ++c) {
    const double spread = static_cast<double>(variance[c]) + epsilon;
    if (!(spread > 0.0)) {
      refuse("input_var + epsilon is " + std::to_string(spread) + " for channel " + std::to_string(c) +
             ", must be > 0");
    }
    const double factor = static_cast<double>(gamma[c]) / std::sqrt(spread);
    affine.scale[c] = static_cast<float>(factor);
    affine.shift[c] =
        static_cast<float>(static_cast<double>(beta[c]) - factor * static_cast<double>(mean[c]));
    if (!std::isfinite(affine.scale[c]) || !std::isfinite(affine.shift[c])) {
      refuse("scale or shift of channel " + std::to_string(c) + " is not finite");
    }
  }
  node.emit(std::move(affine), {input});
}

}  // namespace

void register_batch_normalization(OpRegistry& registry) {
  registry.add("BatchNormalization", "inference form", import_batch_normalization);
}

}  // namespace homolog::conversion
