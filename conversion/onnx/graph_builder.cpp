#include "conversion/onnx/graph_builder.hpp"

#include <onnx/onnx_pb.h>

#include <algorithm>

#include "conversion/graph/limits.hpp"
#include "conversion/onnx/refuse.hpp"
#include "conversion/onnx/text.hpp"

namespace homolog::conversion {
namespace {

const onnx::TensorShapeProto& shape_of_input(const onnx::ValueInfoProto& input) {
  const auto& type = input.type();
  if (!type.has_tensor_type() || !type.tensor_type().has_shape()) {
    refuse("input '" + input.name() + "' must be a tensor with a shape");
  }
  if (type.tensor_type().elem_type() != onnx::TensorProto::FLOAT) {
    const int element = type.tensor_type().elem_type();
    refuse("input '" + input.name() + "' has element type " +
           (onnx::TensorProto_DataType_IsValid(element)
                ? onnx::TensorProto_DataType_Name(static_cast<onnx::TensorProto_DataType>(element))
                : std::to_string(element)) +
           "; only FLOAT (float32) is supported");
  }
  if (type.tensor_type().shape().dim_size() == 0) {
    refuse("input '" + input.name() + "' has no axes; the first must be the batch");
  }
  return type.tensor_type().shape();
}

std::int64_t extent_of(const onnx::ValueInfoProto& input, const onnx::TensorShapeProto& shape, int axis) {
  const auto& dim = shape.dim(axis);
  if (!dim.has_dim_value()) {
    refuse("extent " + std::to_string(axis) + " of input '" + input.name() + "' is not a number ('" +
           dim.dim_param() + "'); only the batch (axis 0) may be open: export with a fixed image size");
  }
  if (dim.dim_value() < 1) {
    refuse("extent " + std::to_string(axis) + " of input '" + input.name() + "' is " +
           std::to_string(dim.dim_value()) + ", must be at least 1");
  }
  return dim.dim_value();
}

}  // namespace

void GraphBuilder::declare(const std::string& name) {
  if (name.empty() || !is_printable(name)) {
    refuse("a value has the name '" + name + "'; names must be printable UTF-8 and not empty");
  }
  if (!names_.insert(name).second) {
    refuse("'" + name + "' is defined twice");
  }
}

void GraphBuilder::declare_initializer(const onnx::TensorProto& tensor) {
  declare(tensor.name());
  initializers_.emplace(tensor.name(), &tensor);
}

void GraphBuilder::declare_input(const onnx::ValueInfoProto& input) {
  if (initializers_.count(input.name()) > 0) {
    return;  // up to IR version 3 every initializer is listed as an input too
  }
  declare(input.name());
  inputs_.emplace(input.name(), std::make_pair(inputs_.size(), &input));
}

void GraphBuilder::declare_output(const std::string& name) {
  declare(name);
}

bool GraphBuilder::is_available(const std::string& name) const {
  return values_.count(name) > 0 || initializers_.count(name) > 0 || inputs_.count(name) > 0;
}

const Value* GraphBuilder::find(const std::string& name) {
  const auto known = values_.find(name);
  if (known != values_.end()) {
    return &known->second;
  }
  const auto initializer = initializers_.find(name);
  if (initializer != initializers_.end()) {
    return &values_.emplace(name, Constant(*initializer->second, name)).first->second;
  }
  const auto input = inputs_.find(name);
  if (input != inputs_.end()) {
    const TensorId id = add_input(*input->second.second);
    used_inputs_.emplace_back(input->second.first, id);
    return &values_.emplace(name, id).first->second;
  }
  return nullptr;
}

TensorId GraphBuilder::add_input(const onnx::ValueInfoProto& input) {
  const onnx::TensorShapeProto& shape = shape_of_input(input);
  if (shape.dim(0).has_dim_value()) {
    const std::int64_t batch = extent_of(input, shape, 0);
    if (batch_.has_value() && *batch_ != batch) {
      refuse("input '" + input.name() + "' has a batch (axis 0) of " + std::to_string(batch) +
             ", another input has " + std::to_string(*batch_));
    }
    batch_ = batch;
  }
  Dims dims;
  for (int axis = 1; axis < shape.dim_size(); ++axis) {
    dims.push_back(extent_of(input, shape, axis));
  }
  return add_tensor(input.name(), std::move(dims));
}

TensorId GraphBuilder::add_tensor(const std::string& name, Dims dims) {
  const auto size = checked_size_of(dims);
  if (!size.has_value() || dims.size() > kMaxAxes) {
    refuse("'" + name + "' (batch x " + to_string(dims) + ") has more than " + std::to_string(kMaxElements) +
           " elements per image or " + std::to_string(kMaxAxes) + " axes");
  }
  elements_ += *size;
  if (elements_ > kMaxElements) {
    refuse("all tensors of one image together have more than " + std::to_string(kMaxElements) + " elements");
  }
  graph_.tensors.push_back(Tensor{name, std::move(dims)});
  return static_cast<TensorId>(graph_.tensors.size() - 1);
}

TensorId GraphBuilder::add_node(Node node, const std::string& output, Dims dims) {
  const TensorId id = add_tensor(output, std::move(dims));
  names_.insert(output);
  values_.emplace(output, id);
  node.output = id;
  graph_.nodes.push_back(std::move(node));
  return id;
}

const Node* GraphBuilder::producer(TensorId id) const {
  // Tensors are numbered as they are made: the outputs of nodes ascend.
  const auto found = std::lower_bound(graph_.nodes.begin(), graph_.nodes.end(), id,
                                      [](const Node& node, TensorId wanted) { return node.output < wanted; });
  return found != graph_.nodes.end() && found->output == id ? &*found : nullptr;
}

void GraphBuilder::set_value(const std::string& name, const Value& value) {
  if (const auto* id = std::get_if<TensorId>(&value)) {
    graph_.aliases.emplace_back(name, *id);
  }
  values_.emplace(name, value);
}

std::string GraphBuilder::unused_name(std::string base) const {
  while (names_.count(base) > 0) {
    base += '_';
  }
  return base;
}

void GraphBuilder::spend(std::int64_t count) {
  if (count > kMaxParameters - parameters_) {
    refuse("the network has more than " + std::to_string(kMaxParameters) + " parameters");
  }
  parameters_ += count;
}

void GraphBuilder::spend_broadcast(std::int64_t count) {
  if (count > kMaxBroadcast - broadcast_) {
    refuse("constants repeated by broadcasting make more than " + std::to_string(kMaxBroadcast) +
           " parameters; use constants per tensor or per channel");
  }
  broadcast_ += count;
}

void GraphBuilder::add_output(const onnx::ValueInfoProto& output) {
  const Value* value = find(output.name());
  if (value == nullptr) {
    refuse("output '" + output.name() + "' is not computed by any node");
  }
  const auto* id = std::get_if<TensorId>(value);
  if (id == nullptr) {
    refuse("output '" + output.name() + "' is a constant");
  }
  graph_.outputs.push_back(*id);
  if (!output.type().tensor_type().has_shape()) {
    return;
  }
  const auto& declared = output.type().tensor_type().shape();
  const Dims& computed = dims(*id);
  bool fits = declared.dim_size() == static_cast<int>(computed.size()) + 1;
  for (int axis = 1; fits && axis < declared.dim_size(); ++axis) {
    fits = !declared.dim(axis).has_dim_value() ||
           declared.dim(axis).dim_value() == computed[static_cast<std::size_t>(axis) - 1];
  }
  if (!fits) {
    std::string text;
    for (const auto& dim : declared.dim()) {
      text += (text.empty() ? "" : "x") +
              (dim.has_dim_value() ? std::to_string(dim.dim_value()) : std::string("?"));
    }
    refuse("output '" + output.name() + "' is declared as " + text + ", the operators give batch x " +
           to_string(computed));
  }
}

FloatGraph GraphBuilder::take() {
  std::sort(used_inputs_.begin(), used_inputs_.end());
  for (const auto& input : used_inputs_) {
    graph_.inputs.push_back(input.second);
  }
  return std::move(graph_);
}

}  // namespace homolog::conversion
