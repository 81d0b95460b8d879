#include "conversion/onnx/channel_selection.hpp"

#include "conversion/graph/limits.hpp"

namespace homolog::conversion {

Convolution channel_selection(NodeImport& node, const Dims& input,
                              const std::vector<std::int64_t>& channels) {
  if (channels.empty()) {
    refuse("selects no channel");
  }
  if (std::ssize(channels) > kMaxElements) {
    refuse("selects " + std::to_string(channels.size()) + " channels, at most " +
           std::to_string(kMaxElements) + " are possible");
  }
  Convolution conv;
  conv.in_channels = input[0];
  conv.out_channels = std::ssize(channels);
  node.spend_broadcast(conv.in_channels * conv.out_channels);  // both below 2^31
  conv.weights.assign(static_cast<std::size_t>(conv.in_channels * conv.out_channels), 0.0F);
  conv.bias.assign(channels.size(), 0.0F);
  for (std::size_t out = 0; out < channels.size(); ++out) {
    conv.weights[out * static_cast<std::size_t>(conv.in_channels) + static_cast<std::size_t>(channels[out])] =
        1.0F;
  }
  return conv;
}

}  // namespace homolog::conversion
