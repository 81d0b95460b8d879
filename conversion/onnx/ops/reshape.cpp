// Reshape to a constant shape, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Reshape.html
#include "conversion/graph/limits.hpp"
#include "conversion/onnx/constant_fold.hpp"
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

[[noreturn]] void fail(const std::vector<Extent>& target, const Dims& dims, const std::string& why) {
  std::string text;
  for (const Extent& extent : target) {
    text +=
        (text.empty() ? "" : ", ") + (extent.is_batch ? std::string("batch") : std::to_string(extent.value));
  }
  refuse("shape [" + text + "] for batch x " + to_string(dims) + ": " + why);
}

/// Whether the first extent of the target stands for the batch. -1 does when the others hold one image.
bool keeps_batch(const Extent& first, bool zero_copies, std::optional<std::int64_t> batch) {
  return first.is_batch || (first.value == 0 && zero_copies) || first.value == -1 ||
         (batch.has_value() && first.value == *batch);
}

/// The extents behind the batch: 0 copies the input's, one -1 is what remains of one image.
Dims image_extents(const std::vector<Extent>& target, const Dims& dims, bool zero_copies) {
  Dims out;
  std::optional<std::size_t> open;
  for (std::size_t i = 1; i < target.size(); ++i) {
    if (target[i].is_batch) {
      fail(target, dims, "the batch must stay first");
    }
    std::int64_t extent = target[i].value;
    if (extent == 0 && zero_copies) {
      if (i > dims.size()) {
        fail(target, dims, "0 copies an axis that the input does not have");
      }
      extent = dims[i - 1];
    }
    if (extent == -1) {
      if (open.has_value() || target.front().value == -1) {
        fail(target, dims, "-1 may stand once only");
      }
      open = out.size();
      extent = 1;
    }
    if (extent < 1) {
      fail(target, dims, "every extent must be at least 1");
    }
    out.push_back(extent);
  }
  const std::int64_t size = size_of(dims);
  const auto given = checked_size_of(out);
  if (!given.has_value() || (open.has_value() ? size % *given != 0 : *given != size)) {
    fail(target, dims,
         "the extents behind the batch must hold one image, " + std::to_string(size) + " elements");
  }
  if (open.has_value()) {
    out[*open] = size / *given;
  }
  return out;
}

/// A constant has no batch: every extent is its own.
void reshape_constant(NodeImport& node) {
  const Dims given = node.constant(0, "data").shape();
  Dims out = node.constant(1, "shape").integers();
  const bool zero_copies = node.opset() < 14 || !node.attributes().flag("allowzero", false);
  std::optional<std::size_t> open;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i] == 0 && zero_copies && i < given.size()) {
      out[i] = given[i];
    }
    if (out[i] == -1 && !open.has_value()) {
      open = i;
      out[i] = 1;
    }
  }
  const auto rest = checked_size_of(out);
  if (!rest.has_value() || *rest < 1) {
    refuse("the constant " + to_string(given) + " cannot have the extents " + to_string(out));
  }
  if (open.has_value()) {
    out[*open] = size_of(given) / *rest;
  }
  emit_reshaped(node, out);
}

void import_reshape(NodeImport& node) {
  if (node.is_constant(0)) {
    reshape_constant(node);
    return;
  }
  const TensorId input = node.tensor(0, "data");
  const Dims dims = node.dims(0, "data");
  const std::vector<Extent> target = node.constant(1, "shape").extents();
  const bool zero_copies = node.opset() < 14 || !node.attributes().flag("allowzero", false);
  if (target.empty()) {
    fail(target, dims, "the batch axis would be lost");
  }
  if (!keeps_batch(target.front(), zero_copies, node.batch())) {
    fail(target, dims,
         "the first extent must be the batch: 0, -1" +
             (node.batch().has_value() ? " or " + std::to_string(*node.batch()) : std::string()));
  }
  node.emit_view(input, image_extents(target, dims, zero_copies));
}

}  // namespace

void register_reshape(OpRegistry& registry) {
  registry.add("Reshape", "constant shape, or one made of the extents of tensors; the batch stays first",
               import_reshape);
}

}  // namespace homolog::conversion
