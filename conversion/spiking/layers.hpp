#pragma once

#include <optional>
#include <vector>

#include "conversion/spiking/convert.hpp"
#include "conversion/spiking/signal_sources.hpp"

namespace homolog::conversion {

/// The layer that the output of a node is in both networks, `signal` in the spiking one: of a Relu, Clip,
/// pooling, concatenation or addition that does not depend on the image alone. Nothing for other nodes.
[[nodiscard]] std::optional<Layer> layer_of(const FloatGraph& graph, const Node& node, const Signal& signal,
                                            SignalSources& sources);

/// The layer of a linear tensor whose population fires; `signal` is that population's.
[[nodiscard]] Layer linear_layer(const FloatGraph& graph, const Node& node, const Signal& signal);

/// Puts it where its node has its place among the layers in graph order, or in the place of the layer of the
/// same tensor.
void place_layer(const FloatGraph& graph, Layer layer, std::vector<Layer>& layers);

}  // namespace homolog::conversion
