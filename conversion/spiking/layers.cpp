#include "conversion/spiking/layers.hpp"

#include <algorithm>
#include <utility>

namespace homolog::conversion {
namespace {

const Tensor& output_of(const FloatGraph& graph, const Node& node) {
  return graph.tensors[static_cast<std::size_t>(node.output)];
}

Layer named_layer(const FloatGraph& graph, const Node& node, const Signal& signal) {
  return {.name = layer_name(output_of(graph, node).name),
          .tensor = node.output,
          .operation = node.operation,
          .shape = signal.shape};
}

/// A single population, each channel times its scale.
void read_from_population(const Term& term, Layer& layer) {
  layer.population = term.source;
  const auto& scale = std::get<ChannelMap>(term.map).scale;
  layer.scale.assign(scale.begin(), scale.end());
}

}  // namespace

std::optional<Layer> layer_of(const FloatGraph& graph, const Node& node, const Signal& signal,
                              SignalSources& sources) {
  const bool listed = std::holds_alternative<Relu>(node.op) || std::holds_alternative<Clip>(node.op) ||
                      std::holds_alternative<MaxPool>(node.op) ||
                      std::holds_alternative<AveragePool>(node.op) ||
                      std::holds_alternative<Concat>(node.op) || std::holds_alternative<Add>(node.op);
  if (!listed || sources.any_analog(signal)) {
    return std::nullopt;
  }
  Layer layer = named_layer(graph, node, signal);
  if (signal.terms.size() == 1 && is_positive_channel_copy(signal) && sources.all_count_up(signal)) {
    read_from_population(signal.terms.front(), layer);
  } else {
    for (const Term& term : signal.terms) {
      layer.reading.push_back({term.source, kernel_of(term, signal.shape, {})});
    }
    layer.offset.assign(signal.constant.begin(), signal.constant.end());
  }
  return layer;
}

Layer linear_layer(const FloatGraph& graph, const Node& node, const Signal& signal) {
  Layer layer = named_layer(graph, node, signal);
  read_from_population(signal.terms.front(), layer);
  return layer;
}

void place_layer(const FloatGraph& graph, Layer layer, std::vector<Layer>& layers) {
  const Node* node = producer_of(graph, layer.tensor);
  const auto place = std::find_if(layers.begin(), layers.end(), [&](const Layer& other) {
    const Node* producer = producer_of(graph, other.tensor);
    return producer != nullptr && producer >= node;
  });
  if (place != layers.end() && place->tensor == layer.tensor) {
    *place = std::move(layer);
  } else {
    layers.insert(place, std::move(layer));
  }
}

}  // namespace homolog::conversion
