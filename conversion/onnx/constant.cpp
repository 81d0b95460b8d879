#include "conversion/onnx/constant.hpp"

#include <onnx/onnx_pb.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "conversion/graph/limits.hpp"
#include "conversion/onnx/refuse.hpp"

namespace homolog::conversion {
namespace {

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian and copied as it is");

std::string element_type(int type) {
  return onnx::TensorProto_DataType_IsValid(type)
             ? onnx::TensorProto_DataType_Name(static_cast<onnx::TensorProto_DataType>(type))
             : "number " + std::to_string(type);
}

/// Bytes of one element in raw_data; 0 for types that are never read.
std::size_t raw_bytes(int type) {
  switch (type) {
    case onnx::TensorProto::FLOAT:
    case onnx::TensorProto::INT32: return 4;
    case onnx::TensorProto::INT64: return 8;
    case onnx::TensorProto::BOOL: return 1;
    default: return 0;
  }
}

/// Values given one by one in the field for the tensor's type.
int typed_count(const onnx::TensorProto& tensor) {
  switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT: return tensor.float_data_size();
    case onnx::TensorProto::INT32:
    case onnx::TensorProto::BOOL: return tensor.int32_data_size();
    case onnx::TensorProto::INT64: return tensor.int64_data_size();
    default: return 0;
  }
}

template <class T>
std::vector<T> raw_values(const std::string& raw) {
  std::vector<T> values(raw.size() / sizeof(T));
  if (!values.empty()) {
    std::memcpy(values.data(), raw.data(), values.size() * sizeof(T));
  }
  return values;
}

template <class T>
std::vector<Extent> plain_extents(const std::vector<T>& values) {
  std::vector<Extent> extents;
  extents.reserve(values.size());
  for (const T value : values) {
    extents.push_back({value, false});
  }
  return extents;
}

}  // namespace

Constant::Constant(const onnx::TensorProto& tensor, std::string name)
    : values_(&tensor), name_(std::move(name)), shape_(tensor.dims().begin(), tensor.dims().end()) {
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL || tensor.external_data_size() > 0) {
    refuse("the values of '" + name_ +
           "' are stored outside the file (external data); save the model as one file");
  }
  if (tensor.has_segment()) {
    refuse("'" + name_ + "' is stored in segments, which is not supported");
  }
  const auto size = checked_size_of(shape_);
  if (!size.has_value()) {
    refuse("'" + name_ + "' has impossible extents " + to_string(shape_));
  }
  size_ = *size;
  const std::size_t bytes = raw_bytes(tensor.data_type());
  if (bytes == 0) {
    return;  // refused by its type when it is read
  }
  const auto expected = static_cast<std::size_t>(size_);
  const bool complete = tensor.has_raw_data() ? tensor.raw_data().size() == expected * bytes
                                              : static_cast<std::size_t>(typed_count(tensor)) == expected;
  if (!complete) {
    refuse("'" + name_ + "' should have " + std::to_string(size_) + " values (" + to_string(shape_) +
           "), the file holds another number");
  }
}

Constant::Constant(std::vector<float> values, Dims shape, std::string name)
    : values_(std::move(values)), name_(std::move(name)), shape_(std::move(shape)) {
  size_ = size_of(shape_);
}

Constant::Constant(std::vector<Extent> values, Dims shape, std::string name)
    : values_(std::move(values)), name_(std::move(name)), shape_(std::move(shape)) {
  size_ = size_of(shape_);
}

Constant::Constant(std::vector<float> values, bool scalar, std::string name)
    : values_(std::move(values)), name_(std::move(name)) {
  size_ = std::ssize(std::get<std::vector<float>>(values_));
  shape_ = scalar ? Dims{} : Dims{size_};
}

Constant::Constant(std::vector<std::int64_t> values, bool scalar, std::string name)
    : values_(plain_extents(values)), name_(std::move(name)), size_(std::ssize(values)) {
  shape_ = scalar ? Dims{} : Dims{size_};
}

void Constant::refuse_type(const char* needed) const {
  std::string given = is_integer() ? "INT64" : "FLOAT";
  if (const auto* tensor = std::get_if<const onnx::TensorProto*>(&values_); tensor != nullptr) {
    given = element_type((*tensor)->data_type());
  }
  refuse("'" + name_ + "' has element type " + given + "; only " + needed + " is supported here");
}

std::vector<float> Constant::any_floats() const {
  if (const auto* values = std::get_if<std::vector<float>>(&values_); values != nullptr) {
    return *values;
  }
  const auto* file = std::get_if<const onnx::TensorProto*>(&values_);
  if (file == nullptr || (*file)->data_type() != onnx::TensorProto::FLOAT) {
    refuse_type("FLOAT (float32)");
  }
  const onnx::TensorProto& t = **file;
  return t.has_raw_data() ? raw_values<float>(t.raw_data())
                          : std::vector<float>(t.float_data().begin(), t.float_data().end());
}

std::vector<float> Constant::floats() const {
  std::vector<float> values = any_floats();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      refuse("value " + std::to_string(i) + " of '" + name_ + "' is " +
             (std::isnan(values[i]) ? "NaN" : "infinite") + "; all must be finite");
    }
  }
  return values;
}

float Constant::scalar() const {
  if (size_ != 1) {
    refuse("'" + name_ + "' must be one number, it is " + to_string(shape_));
  }
  const float value = any_floats().front();
  if (std::isnan(value)) {
    refuse("'" + name_ + "' is NaN");
  }
  return value;
}

bool Constant::is_integer() const {
  if (const auto* file = std::get_if<const onnx::TensorProto*>(&values_); file != nullptr) {
    const int type = (*file)->data_type();
    return type == onnx::TensorProto::INT64 || type == onnx::TensorProto::INT32;
  }
  return std::holds_alternative<std::vector<Extent>>(values_);
}

std::vector<Extent> Constant::extents() const {
  if (const auto* values = std::get_if<std::vector<Extent>>(&values_); values != nullptr) {
    return *values;
  }
  if (!is_integer()) {
    refuse_type("INT64");
  }
  const onnx::TensorProto& t = **std::get_if<const onnx::TensorProto*>(&values_);
  if (t.data_type() == onnx::TensorProto::INT64) {
    return plain_extents(t.has_raw_data()
                             ? raw_values<std::int64_t>(t.raw_data())
                             : std::vector<std::int64_t>(t.int64_data().begin(), t.int64_data().end()));
  }
  return plain_extents(t.has_raw_data()
                           ? raw_values<std::int32_t>(t.raw_data())
                           : std::vector<std::int32_t>(t.int32_data().begin(), t.int32_data().end()));
}

std::vector<std::int64_t> Constant::integers() const {
  std::vector<std::int64_t> values;
  for (const Extent& extent : extents()) {
    if (extent.is_batch) {
      refuse("'" + name_ +
             "' holds the batch extent; only the first extent of a Reshape's shape may depend on it");
    }
    values.push_back(extent.value);
  }
  return values;
}

bool Constant::flag() const {
  const auto* file = std::get_if<const onnx::TensorProto*>(&values_);
  if (file == nullptr || (*file)->data_type() != onnx::TensorProto::BOOL) {
    refuse_type("BOOL");
  }
  if (size_ != 1) {
    refuse("'" + name_ + "' must be one bool, it is " + to_string(shape_));
  }
  return (*file)->has_raw_data() ? (*file)->raw_data().front() != 0 : (*file)->int32_data(0) != 0;
}

Constant Constant::selected(const std::function<std::size_t(std::size_t)>& source, Dims shape,
                            std::string name) const {
  const auto size = static_cast<std::size_t>(size_of(shape));
  const auto select = [&](const auto& values) {
    auto result = values;
    result.resize(size);
    for (std::size_t i = 0; i < result.size(); ++i) {
      result[i] = values[source(i)];
    }
    return result;
  };
  return is_integer() ? Constant(select(extents()), std::move(shape), std::move(name))
                      : Constant(select(any_floats()), std::move(shape), std::move(name));
}

}  // namespace homolog::conversion
