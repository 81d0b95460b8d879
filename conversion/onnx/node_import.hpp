#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conversion/onnx/attributes.hpp"
#include "conversion/onnx/graph_builder.hpp"
#include "conversion/onnx/refuse.hpp"

namespace homolog::conversion {

/// One node of the file, as an operator's importer sees it: typed inputs, strict attributes, and ways to
/// say what the first output is. Roles are the names of ONNX's operator pages ("X", "W", "B"). All
/// functions throw Error(model) with the reason; the caller adds the node.
class NodeImport {
 public:
  NodeImport(const onnx::NodeProto& node, std::string label, std::int64_t opset, GraphBuilder& builder);

  [[nodiscard]] std::int64_t opset() const noexcept { return opset_; }
  [[nodiscard]] Attributes& attributes() noexcept { return attributes_; }
  /// The batch extent if the file fixes it.
  [[nodiscard]] std::optional<std::int64_t> batch() const noexcept { return builder_.batch(); }

  /// Number of inputs, omitted ones (empty names) in between included.
  [[nodiscard]] std::size_t input_count() const noexcept;
  /// Whether input i is given. Optional inputs may be left out at the end or have an empty name.
  [[nodiscard]] bool has_input(std::size_t i) const noexcept;
  [[nodiscard]] bool is_constant(std::size_t i);
  /// Input i as a computed tensor.
  [[nodiscard]] TensorId tensor(std::size_t i, const char* role);
  /// Its extents, without the batch.
  [[nodiscard]] Dims dims(std::size_t i, const char* role) { return builder_.dims(tensor(i, role)); }
  /// Input i as a constant.
  [[nodiscard]] const Constant& constant(std::size_t i, const char* role);
  /// The finite float32 values of a constant, counted as parameters.
  [[nodiscard]] std::vector<float> parameters(std::size_t i, const char* role);
  /// To be called before `count` parameters are made here.
  void spend(std::int64_t count) { builder_.spend(count); }
  void spend_broadcast(std::int64_t count) { builder_.spend_broadcast(count); }
  /// Takes an input that has no effect on inference.
  void ignore_input(std::size_t i);

  /// The first output is `op` of these tensors; its extents are inferred.
  void emit(Op op, const std::vector<TensorId>& inputs, bool ceil_mode = false);
  /// The first output is a view of `input` with these extents. A view that undoes the view before it becomes
  /// another name of the tensor that both look at.
  void emit_view(TensorId input, Dims dims);
  /// A step on the way to the first output, named after it.
  [[nodiscard]] TensorId emit_step(const char* suffix, Op op, TensorId input);
  [[nodiscard]] TensorId emit_view_step(const char* suffix, TensorId input, Dims dims);
  /// The first output is input i itself.
  void forward_input(std::size_t i);
  /// The first output is a constant.
  void emit_constant(const Constant& value);
  /// Name of output i, "" when left out.
  [[nodiscard]] std::string output_name(std::size_t i) const;

  /// Refuses attributes and inputs that were not read.
  void finish() const;

 private:
  const Value& value(std::size_t i, const char* role);

  const onnx::NodeProto& node_;
  std::string label_;
  std::int64_t opset_;
  GraphBuilder& builder_;
  Attributes attributes_;
  std::vector<bool> read_;
};

/// `axis` of [batch, dims...] (negative: from the end) as an index into dims.
/// Throws Error(model) if there is no such axis or it is the batch.
[[nodiscard]] std::size_t image_axis(std::int64_t axis, std::size_t rank);

}  // namespace homolog::conversion
