#include "conversion/onnx/node_import.hpp"

#include <onnx/onnx_pb.h>

#include <utility>

namespace homolog::conversion {
namespace {

std::string described(std::size_t i, const char* role, const std::string& name) {
  return "input " + std::to_string(i) + " (" + role + ", '" + name + "')";
}

}  // namespace

NodeImport::NodeImport(const onnx::NodeProto& node, std::string label, std::int64_t opset,
                       GraphBuilder& builder)
    : node_(node),
      label_(std::move(label)),
      opset_(opset),
      builder_(builder),
      attributes_(node),
      read_(static_cast<std::size_t>(node.input_size()), false) {}

std::size_t NodeImport::input_count() const noexcept {
  return read_.size();
}

bool NodeImport::has_input(std::size_t i) const noexcept {
  return i < read_.size() && !node_.input(static_cast<int>(i)).empty();
}

const Value& NodeImport::value(std::size_t i, const char* role) {
  if (!has_input(i)) {
    refuse("input " + std::to_string(i) + " (" + role + ") is missing");
  }
  const Value* found = builder_.find(node_.input(static_cast<int>(i)));
  if (found == nullptr) {  // the importer has checked that some node before this one writes it
    refuse(described(i, role, node_.input(static_cast<int>(i))) + " does not exist");
  }
  return *found;
}

bool NodeImport::is_constant(std::size_t i) {
  return has_input(i) && !builder_.is_input(node_.input(static_cast<int>(i))) &&
         std::holds_alternative<Constant>(value(i, ""));
}

TensorId NodeImport::tensor(std::size_t i, const char* role) {
  const auto* id = std::get_if<TensorId>(&value(i, role));
  if (id == nullptr) {
    refuse(described(i, role, node_.input(static_cast<int>(i))) +
           " is a constant, must be computed; fold constants on export");
  }
  read_[i] = true;
  return *id;
}

const Constant& NodeImport::constant(std::size_t i, const char* role) {
  if (has_input(i) && !is_constant(i)) {
    refuse(described(i, role, node_.input(static_cast<int>(i))) +
           " is computed, must be a constant (an initializer)");
  }
  const Value& found = value(i, role);
  read_[i] = true;
  return std::get<Constant>(found);
}

std::vector<float> NodeImport::parameters(std::size_t i, const char* role) {
  const Constant& found = constant(i, role);
  builder_.spend(found.size());
  return found.floats();
}

void NodeImport::ignore_input(std::size_t i) {
  if (i < read_.size()) {
    read_[i] = true;
  }
}

void NodeImport::emit(Op op, const std::vector<TensorId>& inputs, bool ceil_mode) {
  std::vector<Dims> input_dims;
  input_dims.reserve(inputs.size());
  for (const TensorId input : inputs) {
    input_dims.push_back(builder_.dims(input));
  }
  Dims dims = infer_dims(op, input_dims, ceil_mode);
  builder_.add_node(Node{label_, node_.op_type(), std::move(op), inputs, 0}, output_name(0), std::move(dims));
}

void NodeImport::emit_view(TensorId input, Dims dims) {
  const Node* before = builder_.producer(input);
  if (before != nullptr && std::holds_alternative<View>(before->op) &&
      builder_.dims(before->inputs.front()) == dims) {
    builder_.set_value(output_name(0), before->inputs.front());
    return;
  }
  builder_.add_node(Node{label_, node_.op_type(), View{}, {input}, 0}, output_name(0), std::move(dims));
}

TensorId NodeImport::emit_step(const char* suffix, Op op, TensorId input) {
  Dims dims = infer_dims(op, {builder_.dims(input)});
  return builder_.add_node(Node{label_, node_.op_type(), std::move(op), {input}, 0},
                           builder_.unused_name(output_name(0) + suffix), std::move(dims));
}

TensorId NodeImport::emit_view_step(const char* suffix, TensorId input, Dims dims) {
  return builder_.add_node(Node{label_, node_.op_type(), View{}, {input}, 0},
                           builder_.unused_name(output_name(0) + suffix), std::move(dims));
}

void NodeImport::forward_input(std::size_t i) {
  const Value found = value(i, "input");
  read_[i] = true;
  builder_.set_value(output_name(0), found);
}

void NodeImport::emit_constant(const Constant& value) {
  builder_.set_value(output_name(0), value);
}

std::string NodeImport::output_name(std::size_t i) const {
  return i < static_cast<std::size_t>(node_.output_size()) ? node_.output(static_cast<int>(i)) : "";
}

void NodeImport::finish() const {
  attributes_.finish();
  for (std::size_t i = 0; i < read_.size(); ++i) {
    if (has_input(i) && !read_[i]) {
      refuse("input " + std::to_string(i) + " ('" + node_.input(static_cast<int>(i)) +
             "') is not understood in this opset");
    }
  }
}

std::size_t image_axis(std::int64_t axis, std::size_t rank) {
  const auto axes = static_cast<std::int64_t>(rank) + 1;
  if (axis < -axes || axis >= axes) {
    refuse("axis " + std::to_string(axis) + " does not exist; the tensor has " + std::to_string(axes) +
           " axes with the batch");
  }
  const std::int64_t from_front = axis < 0 ? axis + axes : axis;
  if (from_front == 0) {
    refuse("axis " + std::to_string(axis) + " is the batch; images must stay apart");
  }
  return static_cast<std::size_t>(from_front - 1);
}

}  // namespace homolog::conversion
