#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "conversion/onnx/import.hpp"
#include "sim/core/error.hpp"

// Small ONNX models in memory. Whoever includes this links the target onnx_messages.

namespace homolog::test {

/// An attribute of a node, e.g. {"strides", {2, 2}}, {"axis", 1}, {"alpha", 0.5F}, {"auto_pad", "VALID"}.
struct OnnxAttribute {
  OnnxAttribute(const char* name, int value) {
    proto = named(name, onnx::AttributeProto::INT);
    proto.set_i(value);
  }
  OnnxAttribute(const char* name, float value) {
    proto = named(name, onnx::AttributeProto::FLOAT);
    proto.set_f(value);
  }
  OnnxAttribute(const char* name, const char* value) {
    proto = named(name, onnx::AttributeProto::STRING);
    proto.set_s(value);
  }
  OnnxAttribute(const char* name, std::initializer_list<std::int64_t> values)
      : OnnxAttribute(name, std::vector<std::int64_t>(values)) {}
  /// T is std::int64_t or float.
  template <class T>
  OnnxAttribute(const char* name, const std::vector<T>& values) {
    if constexpr (std::is_same_v<T, float>) {
      proto = named(name, onnx::AttributeProto::FLOATS);
      proto.mutable_floats()->Add(values.begin(), values.end());
    } else {
      proto = named(name, onnx::AttributeProto::INTS);
      proto.mutable_ints()->Add(values.begin(), values.end());
    }
  }
  OnnxAttribute(const char* name, const onnx::TensorProto& value) {
    proto = named(name, onnx::AttributeProto::TENSOR);
    *proto.mutable_t() = value;
  }

  onnx::AttributeProto proto{};

 private:
  static onnx::AttributeProto named(const char* name, onnx::AttributeProto::AttributeType type) {
    onnx::AttributeProto proto;
    proto.set_name(name);
    proto.set_type(type);
    return proto;
  }
};

inline onnx::TensorProto float_tensor(const std::string& name, const std::vector<std::int64_t>& shape,
                                      const std::vector<float>& values) {
  onnx::TensorProto tensor;
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  tensor.mutable_dims()->Add(shape.begin(), shape.end());
  tensor.mutable_float_data()->Add(values.begin(), values.end());
  return tensor;
}

/// A model of one line per part; every function returns the builder, or what it added. The name of the
/// file in messages is "m.onnx".
class OnnxBuilder {
 public:
  explicit OnnxBuilder(std::int64_t opset = 13) {
    model_.set_ir_version(8);
    model_.add_opset_import()->set_version(opset);
  }

  /// float32; an extent of -1 is symbolic ("N").
  OnnxBuilder& input(const std::string& name, const std::vector<std::int64_t>& shape) {
    declare(*model_.mutable_graph()->add_input(), name, shape);
    return *this;
  }
  /// Without declared shape.
  OnnxBuilder& output(const std::string& name) {
    model_.mutable_graph()->add_output()->set_name(name);
    return *this;
  }
  OnnxBuilder& output(const std::string& name, const std::vector<std::int64_t>& shape) {
    declare(*model_.mutable_graph()->add_output(), name, shape);
    return *this;
  }
  OnnxBuilder& floats(const std::string& name, const std::vector<std::int64_t>& shape,
                      const std::vector<float>& values) {
    *model_.mutable_graph()->add_initializer() = float_tensor(name, shape, values);
    return *this;
  }
  /// As many values of `value` as the shape has elements.
  OnnxBuilder& filled(const std::string& name, const std::vector<std::int64_t>& shape, float value = 1.0F) {
    std::size_t size = 1;
    for (const std::int64_t extent : shape) {
      size *= static_cast<std::size_t>(extent);
    }
    return floats(name, shape, std::vector<float>(size, value));
  }
  /// One axis of int64.
  OnnxBuilder& integers(const std::string& name, const std::vector<std::int64_t>& values) {
    onnx::TensorProto& tensor = *model_.mutable_graph()->add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::INT64);
    tensor.add_dims(static_cast<std::int64_t>(values.size()));
    tensor.mutable_int64_data()->Add(values.begin(), values.end());
    return *this;
  }
  /// A node without name: messages call it by its first output.
  OnnxBuilder& node(const std::string& op, const std::vector<std::string>& inputs,
                    const std::vector<std::string>& outputs,
                    const std::vector<OnnxAttribute>& attributes = {}) {
    onnx::NodeProto& node = *model_.mutable_graph()->add_node();
    node.set_op_type(op);
    for (const std::string& name : inputs) {
      node.add_input(name);
    }
    for (const std::string& name : outputs) {
      node.add_output(name);
    }
    for (const OnnxAttribute& attribute : attributes) {
      *node.add_attribute() = attribute.proto;
    }
    return *this;
  }

  /// For what the functions above cannot say.
  [[nodiscard]] onnx::ModelProto& model() { return model_; }
  [[nodiscard]] onnx::GraphProto& graph() { return *model_.mutable_graph(); }

  [[nodiscard]] std::string bytes() const { return model_.SerializeAsString(); }
  [[nodiscard]] conversion::FloatGraph import() const {
    const std::string file = bytes();
    return conversion::import_model(std::as_bytes(std::span(file.data(), file.size())), "m.onnx");
  }
  /// The message of the refusal, or "" if the model is imported. Other kinds of errors pass through.
  [[nodiscard]] std::string refusal() const {
    try {
      (void)import();
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::model) {
        throw;
      }
      return e.what();
    }
    return "";
  }

 private:
  static void declare(onnx::ValueInfoProto& value, const std::string& name,
                      const std::vector<std::int64_t>& shape) {
    value.set_name(name);
    auto& type = *value.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    type.mutable_shape();
    for (const std::int64_t extent : shape) {
      auto& dim = *type.mutable_shape()->add_dim();
      if (extent < 0) {
        dim.set_dim_param("N");
      } else {
        dim.set_dim_value(extent);
      }
    }
  }

  onnx::ModelProto model_{};
};

}  // namespace homolog::test
