#include "conversion/onnx/attributes.hpp"

#include <onnx/onnx_pb.h>

#include "conversion/onnx/refuse.hpp"

namespace homolog::conversion {
namespace {

std::string type_name(int type) {
  return onnx::AttributeProto_AttributeType_IsValid(type)
             ? onnx::AttributeProto_AttributeType_Name(static_cast<onnx::AttributeProto_AttributeType>(type))
             : std::to_string(type);
}

}  // namespace

Attributes::Attributes(const onnx::NodeProto& node) {
  for (const onnx::AttributeProto& attribute : node.attribute()) {
    if (!entries_.emplace(attribute.name(), Entry{&attribute, false}).second) {
      refuse("attribute '" + attribute.name() + "' is given twice");
    }
  }
}

const onnx::AttributeProto* Attributes::take(const std::string& name, int type) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) {
    return nullptr;
  }
  const onnx::AttributeProto& attribute = *found->second.attribute;
  found->second.read = true;
  if (!attribute.ref_attr_name().empty()) {
    refuse("attribute '" + name + "' refers to an attribute of a function, which is not supported");
  }
  if (attribute.type() != type) {
    refuse("attribute '" + name + "' has type " + type_name(attribute.type()) + ", must be " +
           type_name(type));
  }
  return &attribute;
}

std::optional<std::int64_t> Attributes::integer(const std::string& name) {
  const auto* attribute = take(name, onnx::AttributeProto::INT);
  return attribute == nullptr ? std::nullopt : std::optional<std::int64_t>(attribute->i());
}

std::int64_t Attributes::integer(const std::string& name, std::int64_t otherwise) {
  return integer(name).value_or(otherwise);
}

bool Attributes::flag(const std::string& name, bool otherwise) {
  const std::int64_t value = integer(name, otherwise ? 1 : 0);
  if (value != 0 && value != 1) {
    refuse("attribute '" + name + "' must be 0 or 1, is " + std::to_string(value));
  }
  return value == 1;
}

std::optional<float> Attributes::number(const std::string& name) {
  const auto* attribute = take(name, onnx::AttributeProto::FLOAT);
  return attribute == nullptr ? std::nullopt : std::optional<float>(attribute->f());
}

float Attributes::number(const std::string& name, float otherwise) {
  return number(name).value_or(otherwise);
}

std::string Attributes::text(const std::string& name, const std::string& otherwise) {
  const auto* attribute = take(name, onnx::AttributeProto::STRING);
  return attribute == nullptr ? otherwise : attribute->s();
}

std::optional<std::vector<std::int64_t>> Attributes::integers(const std::string& name) {
  const auto* attribute = take(name, onnx::AttributeProto::INTS);
  if (attribute == nullptr) {
    return std::nullopt;
  }
  return std::vector<std::int64_t>(attribute->ints().begin(), attribute->ints().end());
}

std::optional<std::vector<float>> Attributes::numbers(const std::string& name) {
  const auto* attribute = take(name, onnx::AttributeProto::FLOATS);
  if (attribute == nullptr) {
    return std::nullopt;
  }
  return std::vector<float>(attribute->floats().begin(), attribute->floats().end());
}

std::optional<Constant> Attributes::tensor(const std::string& name, const std::string& label) {
  const auto* attribute = take(name, onnx::AttributeProto::TENSOR);
  return attribute == nullptr ? std::nullopt : std::optional<Constant>(Constant(attribute->t(), label));
}

void Attributes::ignore(const std::string& name) {
  const auto found = entries_.find(name);
  if (found != entries_.end()) {
    found->second.read = true;
  }
}

void Attributes::finish() const {
  for (const auto& entry : entries_) {
    if (!entry.second.read) {
      refuse("attribute '" + entry.first + "' is not understood in this opset");
    }
  }
}

}  // namespace homolog::conversion
