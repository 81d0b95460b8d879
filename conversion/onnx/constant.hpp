#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "conversion/graph/float_graph.hpp"

namespace onnx {
class TensorProto;
}

namespace homolog::conversion {

/// One integer of a shape that the file computes: a number, or the batch extent, whatever that is.
struct Extent {
  std::int64_t value = 0;
  bool is_batch = false;  ///< then value is 0
};

/// A value that the file itself holds: an initializer, what a Constant node makes, or what follows from those
/// and from the extents of tensors alone. It may refer to the file's tensor and must not outlive the parsed
/// model; values are copied out and checked on demand. All functions throw Error(model) with the reason; the
/// caller adds the node.
class Constant {
 public:
  /// `name` for messages. Refuses external data, segments, and a count of values that is not the shape's.
  Constant(const onnx::TensorProto& tensor, std::string name);
  /// Of values instead of a tensor; [size] or, with size 1 and `scalar`, rank 0.
  Constant(std::vector<float> values, bool scalar, std::string name);
  Constant(std::vector<std::int64_t> values, bool scalar, std::string name);
  /// Of any shape; values.size() must be its size.
  Constant(std::vector<float> values, Dims shape, std::string name);
  Constant(std::vector<Extent> values, Dims shape, std::string name);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// All extents as in the file; a constant has no batch axis of its own. An extent may be 0.
  [[nodiscard]] const Dims& shape() const noexcept { return shape_; }
  [[nodiscard]] std::int64_t size() const noexcept { return size_; }

  /// float32, all finite: weights.
  [[nodiscard]] std::vector<float> floats() const;
  /// One float32 that may be infinite (a bound), but not NaN.
  [[nodiscard]] float scalar() const;
  /// int64 or int32: axes, shapes, pads. The batch extent is refused: it is not a number.
  [[nodiscard]] std::vector<std::int64_t> integers() const;
  /// The same with the batch extent: target shapes.
  [[nodiscard]] std::vector<Extent> extents() const;
  [[nodiscard]] bool is_integer() const;
  /// One bool.
  [[nodiscard]] bool flag() const;

  /// Element i is element source(i) of this, with the same type: views, permutations, selections.
  [[nodiscard]] Constant selected(const std::function<std::size_t(std::size_t)>& source, Dims shape,
                                  std::string name) const;

 private:
  [[nodiscard]] std::vector<float> any_floats() const;
  [[noreturn]] void refuse_type(const char* needed) const;

  /// The file's tensor, or values.
  std::variant<const onnx::TensorProto*, std::vector<float>, std::vector<Extent>> values_;
  std::string name_;
  Dims shape_{};
  std::int64_t size_ = 0;
};

}  // namespace homolog::conversion
