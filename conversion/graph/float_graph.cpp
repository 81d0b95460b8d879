#include "conversion/graph/float_graph.hpp"

#include <algorithm>

#include "sim/core/error.hpp"

namespace homolog::conversion {

std::int64_t size_of(const Dims& dims) noexcept {
  std::int64_t size = 1;
  for (const std::int64_t extent : dims) {
    size *= extent;
  }
  return size;
}

std::string to_string(const Dims& dims) {
  if (dims.empty()) {
    return "scalar";
  }
  std::string text;
  for (const std::int64_t extent : dims) {
    text += (text.empty() ? "" : "x") + std::to_string(extent);
  }
  return text;
}

TensorId readout_tensor(const FloatGraph& graph) {
  if (graph.outputs.size() != 1) {
    throw Error(ErrorKind::model,
                "has " + std::to_string(graph.outputs.size()) +
                    " outputs; exactly one, the class scores, is needed for a readout",
                {.file = graph.file});
  }
  // Nodes are in topological order, so one walk from the back follows the chain of views.
  TensorId tensor = graph.outputs.front();
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    if (node->output != tensor) {
      continue;
    }
    if (std::holds_alternative<View>(node->op)) {
      tensor = node->inputs.front();
      continue;
    }
    const auto* softmax = std::get_if<Softmax>(&node->op);
    if (softmax != nullptr) {
      // Only a softmax over all scores keeps their order; one along a map's axis is part of the network.
      const Dims& dims = graph.tensors.at(static_cast<std::size_t>(node->output)).dims;
      if (dims.at(static_cast<std::size_t>(softmax->axis)) == size_of(dims)) {
        return node->inputs.front();
      }
    }
    break;
  }
  return graph.outputs.front();
}

const Node* producer_of(const FloatGraph& graph, TensorId tensor) {
  const auto found = std::find_if(graph.nodes.begin(), graph.nodes.end(),
                                  [tensor](const Node& node) { return node.output == tensor; });
  return found == graph.nodes.end() ? nullptr : &*found;
}

std::optional<TensorId> find_tensor(const FloatGraph& graph, const std::string& name) {
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    if (graph.tensors[i].name == name) {
      return static_cast<TensorId>(i);
    }
  }
  for (const auto& alias : graph.aliases) {
    if (alias.first == name) {
      return alias.second;
    }
  }
  return std::nullopt;
}

std::string layer_name(const std::string& onnx_name) {
  std::string name = onnx_name;
  std::replace(name.begin(), name.end(), '/', '.');
  if (!name.empty() && name.front() == '.') {
    name.erase(0, 1);
  }
  return name;
}

}  // namespace homolog::conversion
