#include "conversion/graph/geometry.hpp"

#include <algorithm>

#include "conversion/graph/limits.hpp"

namespace homolog::conversion {
namespace {

const Dims& dims_of(const FloatGraph& graph, TensorId id) {
  return graph.tensors.at(static_cast<std::size_t>(id)).dims;
}

/// Fields larger than any image are cut off here, so that no product of strides can overflow.
std::int64_t bounded(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? kMaxElements : std::min(product, kMaxElements);
}

ReceptiveField through_window(const ReceptiveField& in, const Window2d& w) {
  ReceptiveField out;
  out.size_h = std::min(in.size_h + bounded((w.kernel_h - 1) * w.dilation_h, in.stride_h), kMaxElements);
  out.size_w = std::min(in.size_w + bounded((w.kernel_w - 1) * w.dilation_w, in.stride_w), kMaxElements);
  out.stride_h = bounded(in.stride_h, w.stride_h);
  out.stride_w = bounded(in.stride_w, w.stride_w);
  return out;
}

ReceptiveField whole_image(const FloatGraph& graph) {
  for (const TensorId input : graph.inputs) {
    const Dims& dims = dims_of(graph, input);
    if (dims.size() == 3) {
      return {dims[1], dims[2], dims[1], dims[2]};
    }
  }
  return {};
}

ReceptiveField largest(const std::vector<ReceptiveField>& fields, const Node& node) {
  ReceptiveField out;
  for (const TensorId input : node.inputs) {
    const ReceptiveField& in = fields.at(static_cast<std::size_t>(input));
    out.size_h = std::max(out.size_h, in.size_h);
    out.size_w = std::max(out.size_w, in.size_w);
    out.stride_h = std::max(out.stride_h, in.stride_h);
    out.stride_w = std::max(out.stride_w, in.stride_w);
  }
  return out;
}

ReceptiveField field_of(const FloatGraph& graph, const std::vector<ReceptiveField>& fields,
                        const Node& node) {
  const ReceptiveField in = largest(fields, node);
  if (const auto* convolution = std::get_if<Convolution>(&node.op)) {
    return through_window(in, convolution->window);
  }
  if (const auto* pool = std::get_if<MaxPool>(&node.op)) {
    return through_window(in, pool->window);
  }
  if (const auto* pool = std::get_if<AveragePool>(&node.op)) {
    return through_window(in, pool->window);
  }
  const auto* softmax = std::get_if<Softmax>(&node.op);
  const bool along_map = softmax != nullptr && softmax->axis > 0;
  if (std::holds_alternative<Dense>(node.op) || std::holds_alternative<View>(node.op) || along_map) {
    return whole_image(graph);
  }
  return in;
}

/// Filled in on import, or without effect: not a parameter of the trained network.
std::uint64_t size_unless_all(float neutral, const std::vector<float>& values) {
  const bool all = std::all_of(values.begin(), values.end(), [neutral](float v) { return v == neutral; });
  return all ? 0 : values.size();
}

}  // namespace

std::uint64_t macs(const FloatGraph& graph, const Node& node) {
  const auto outputs = static_cast<std::uint64_t>(size_of(dims_of(graph, node.output)));
  if (const auto* convolution = std::get_if<Convolution>(&node.op)) {
    const Window2d& w = convolution->window;
    return outputs * static_cast<std::uint64_t>(convolution->in_channels / convolution->groups * w.kernel_h *
                                                w.kernel_w);
  }
  if (const auto* dense = std::get_if<Dense>(&node.op)) {
    return outputs * static_cast<std::uint64_t>(dense->in_features);
  }
  return 0;
}

std::uint64_t macs(const FloatGraph& graph) {
  std::uint64_t sum = 0;
  for (const Node& node : graph.nodes) {
    sum += macs(graph, node);
  }
  return sum;
}

std::uint64_t parameters(const Node& node) {
  if (const auto* convolution = std::get_if<Convolution>(&node.op)) {
    return convolution->weights.size() + size_unless_all(0.0F, convolution->bias);
  }
  if (const auto* dense = std::get_if<Dense>(&node.op)) {
    return dense->weights.size() + size_unless_all(0.0F, dense->bias);
  }
  if (const auto* affine = std::get_if<Affine>(&node.op)) {
    return size_unless_all(1.0F, affine->scale) + size_unless_all(0.0F, affine->shift);
  }
  return 0;
}

std::vector<ReceptiveField> receptive_fields(const FloatGraph& graph) {
  std::vector<ReceptiveField> fields(graph.tensors.size());
  for (const Node& node : graph.nodes) {
    fields.at(static_cast<std::size_t>(node.output)) = field_of(graph, fields, node);
  }
  return fields;
}

}  // namespace homolog::conversion
