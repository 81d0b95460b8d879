#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conversion/graph/float_graph.hpp"

namespace onnx {
class TensorProto;
}

namespace homolog::conversion {

/// A value that the file itself holds: an initializer, or what a Constant node makes. It refers to the
/// file's tensor and must not outlive the parsed model; values are copied out and checked on demand.
/// All functions throw Error(model) with the reason; the caller adds the node.
class Constant {
 public:
  /// `name` for messages. Refuses external data, segments, and a count of values that is not the shape's.
  Constant(const onnx::TensorProto& tensor, std::string name);
  /// Of values instead of a tensor; [size] or, with size 1 and `scalar`, rank 0.
  Constant(std::vector<float> values, bool scalar, std::string name);
  Constant(std::vector<std::int64_t> values, bool scalar, std::string name);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// All extents as in the file; a constant has no batch axis of its own. An extent may be 0.
  [[nodiscard]] const Dims& shape() const noexcept { return shape_; }
  [[nodiscard]] std::int64_t size() const noexcept { return size_; }

  /// float32, all finite: weights.
  [[nodiscard]] std::vector<float> floats() const;
  /// One float32 that may be infinite (a bound), but not NaN.
  [[nodiscard]] float scalar() const;
  /// int64 or int32: axes, shapes, pads.
  [[nodiscard]] std::vector<std::int64_t> integers() const;
  /// One bool.
  [[nodiscard]] bool flag() const;

 private:
  [[nodiscard]] std::vector<float> any_floats() const;
  [[noreturn]] void refuse_type(const char* needed) const;

  const onnx::TensorProto* tensor_ = nullptr;  ///< null when the values are here
  std::vector<float> floats_{};
  std::vector<std::int64_t> integers_{};
  std::string name_;
  Dims shape_{};
  std::int64_t size_ = 0;
};

}  // namespace homolog::conversion
