#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "conversion/graph/float_graph.hpp"
#include "conversion/graph/limits.hpp"
#include "sim/core/error.hpp"

namespace homolog::conversion {
namespace {

[[noreturn]] void refuse(const std::string& reason) {
  throw Error(ErrorKind::model, reason);
}

bool is_tensor(const FloatGraph& graph, TensorId id) {
  return id >= 0 && static_cast<std::size_t>(id) < graph.tensors.size();
}

const Dims& dims_of(const FloatGraph& graph, TensorId id) {
  return graph.tensors[static_cast<std::size_t>(id)].dims;
}

void check_tensors(const FloatGraph& graph) {
  std::set<std::string> layers;
  std::int64_t total = 0;
  for (const Tensor& tensor : graph.tensors) {
    if (tensor.name.empty()) {
      refuse("a tensor has no name");
    }
    if (!layers.insert(layer_name(tensor.name)).second) {
      refuse("two tensors are called '" + layer_name(tensor.name) + "' ('/' counts as '.'); rename one");
    }
    const auto size = checked_size_of(tensor.dims);
    if (!size.has_value() || *size < 1 || tensor.dims.size() > kMaxAxes) {
      refuse("tensor '" + tensor.name + "' has extents " + to_string(tensor.dims) +
             "; each must be at least 1, the product at most " + std::to_string(kMaxElements) +
             ", and there may be " + std::to_string(kMaxAxes) + " axes");
    }
    total += *size;
    if (total > kMaxElements) {
      refuse("all tensors of one image together have more than " + std::to_string(kMaxElements) +
             " elements");
    }
  }
}

void check_count(const char* what, std::size_t given, std::int64_t expected) {
  if (static_cast<std::int64_t>(given) != expected) {
    refuse("has " + std::to_string(given) + " " + what + ", needs " + std::to_string(expected));
  }
}

void check_finite(const char* what, const std::vector<float>& values) {
  const auto bad =
      std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
  if (bad != values.end()) {
    refuse(std::string(what) + " " + std::to_string(bad - values.begin()) + " is " +
           (std::isnan(*bad) ? "NaN" : "infinite") + "; all must be finite");
  }
}

/// Counts, ranges and finiteness of what the operator itself holds.
struct OwnValues {
  void operator()(const Convolution& op) const {
    if (op.groups < 1 || op.in_channels < 1 || op.out_channels < 1 || op.in_channels % op.groups != 0 ||
        op.out_channels % op.groups != 0) {
      refuse(std::to_string(op.groups) + " groups do not divide " + std::to_string(op.in_channels) +
             " input and " + std::to_string(op.out_channels) + " output channels");
    }
    const Dims shape{op.out_channels, op.in_channels / op.groups, op.window.kernel_h, op.window.kernel_w};
    const auto size = checked_size_of(shape);
    if (!size.has_value()) {
      refuse("weights of " + to_string(shape) + " are too large");
    }
    check_count("weights", op.weights.size(), *size);
    check_count("biases", op.bias.size(), op.out_channels);
    check_finite("weight", op.weights);
    check_finite("bias", op.bias);
  }
  void operator()(const Dense& op) const {
    const Dims shape{op.out_features, op.in_features};
    const auto size = checked_size_of(shape);
    if (!size.has_value() || *size < 1) {
      refuse("weights of " + to_string(shape) + " are not possible");
    }
    check_count("weights", op.weights.size(), *size);
    check_count("biases", op.bias.size(), op.out_features);
    check_finite("weight", op.weights);
    check_finite("bias", op.bias);
  }
  void operator()(const Affine& op) const {
    check_finite("scale", op.scale);
    check_finite("shift", op.shift);
  }
  void operator()(const Pad& op) const { check_finite("padding value", {op.value}); }
  template <class Other>
  void operator()(const Other& /*op*/) const {}
};

bool is_pooling(const Op& op) {
  return std::holds_alternative<MaxPool>(op) || std::holds_alternative<AveragePool>(op);
}

void check_node(const FloatGraph& graph, const Node& node, std::vector<bool>& written) {
  std::vector<Dims> inputs;
  for (const TensorId input : node.inputs) {
    if (!is_tensor(graph, input) || !written[static_cast<std::size_t>(input)]) {
      refuse("input " + std::to_string(input) + " is not written by an earlier node");
    }
    inputs.push_back(dims_of(graph, input));
  }
  if (!is_tensor(graph, node.output) || written[static_cast<std::size_t>(node.output)]) {
    refuse("output " + std::to_string(node.output) + " does not exist or is written twice");
  }
  written[static_cast<std::size_t>(node.output)] = true;

  std::visit(OwnValues{}, node.op);
  const Dims& given = dims_of(graph, node.output);
  const Dims expected = infer_dims(node.op, inputs);
  const bool fits =
      std::holds_alternative<View>(node.op)
          ? size_of(given) == size_of(expected)
          : given == expected || (is_pooling(node.op) && given == infer_dims(node.op, inputs, true));
  if (!fits) {
    refuse("the output is said to be " + to_string(given) + ", the operator gives " + to_string(expected));
  }
}

void check_normalisation(const FloatGraph& graph, const std::vector<float>& values, const char* name) {
  if (values.empty()) {
    return;
  }
  check_finite(name, values);
  const Dims& image = dims_of(graph, graph.inputs.front());
  if (image.empty() || static_cast<std::int64_t>(values.size()) != image.front()) {
    refuse(std::string(name) + " has " + std::to_string(values.size()) + " numbers for an input of " +
           to_string(image) + "; one per channel is needed");
  }
}

void check_graph(const FloatGraph& graph) {
  check_tensors(graph);
  if (graph.inputs.empty() || graph.outputs.empty()) {
    refuse("a graph needs at least one input and one output");
  }
  std::vector<bool> written(graph.tensors.size(), false);
  for (const TensorId input : graph.inputs) {
    if (!is_tensor(graph, input) || written[static_cast<std::size_t>(input)]) {
      refuse("graph input " + std::to_string(input) + " does not exist or is listed twice");
    }
    written[static_cast<std::size_t>(input)] = true;
  }
  for (const Node& node : graph.nodes) {
    try {
      check_node(graph, node, written);
    } catch (const Error& e) {
      throw Error(e.kind(), node.operation + ": " + e.message(), {.key = node.name});
    }
  }
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (!written[i]) {
      refuse("tensor '" + graph.tensors[i].name + "' is not written by any node");
    }
  }
  for (const TensorId output : graph.outputs) {
    if (!is_tensor(graph, output)) {
      refuse("graph output " + std::to_string(output) + " does not exist");
    }
  }
  for (const auto& alias : graph.aliases) {
    if (!is_tensor(graph, alias.second)) {
      refuse("alias '" + alias.first + "' is for a tensor that does not exist");
    }
  }
  check_normalisation(graph, graph.input_mean, "input_mean");
  check_normalisation(graph, graph.input_std, "input_std");
  if (std::any_of(graph.input_std.begin(), graph.input_std.end(), [](float std) { return !(std > 0.0F); })) {
    refuse("input_std must be > 0");
  }
}

}  // namespace

void validate(const FloatGraph& graph) {
  try {
    check_graph(graph);
  } catch (const Error& e) {
    throw Error(e.kind(), e.message(), {.file = graph.file, .key = e.where().key});
  }
}

}  // namespace homolog::conversion
