#pragma once

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "conversion/graph/float_graph.hpp"

namespace homolog::test {

/// Makes float graphs in memory, one line per operator; weights are random but seeded. Every function
/// returns the tensor that it made, whose name is the operator's name and a number.
class GraphBuilder {
 public:
  explicit GraphBuilder(conversion::Dims input, unsigned seed = 1) : random_(seed) {
    graph_.file = "test.onnx";
    graph_.inputs = {tensor("input", std::move(input))};
  }

  [[nodiscard]] conversion::TensorId input() const { return graph_.inputs.front(); }

  conversion::TensorId add(conversion::Op op, const std::string& operation,
                           std::vector<conversion::TensorId> inputs, conversion::Dims dims = {},
                           bool ceil_mode = false) {
    std::vector<conversion::Dims> input_dims;
    for (const conversion::TensorId id : inputs) {
      input_dims.push_back(dims_of(id));
    }
    if (dims.empty()) {
      dims = conversion::infer_dims(op, input_dims, ceil_mode);
    }
    const std::string name = operation + std::to_string(graph_.nodes.size());
    const conversion::TensorId output = tensor(name, std::move(dims));
    graph_.nodes.push_back({name, operation, std::move(op), std::move(inputs), output});
    return output;
  }

  conversion::TensorId conv(conversion::TensorId in, std::int64_t out_channels, conversion::Window2d window,
                            std::int64_t groups = 1) {
    const std::int64_t channels = dims_of(in)[0];
    conversion::Convolution op{
        .window = window, .groups = groups, .in_channels = channels, .out_channels = out_channels};
    const std::int64_t fan_in = channels / groups * window.kernel_h * window.kernel_w;
    op.weights = values(out_channels * fan_in, 1.0F / static_cast<float>(fan_in));
    op.bias = values(out_channels, 0.2F);
    return add(std::move(op), "Conv", {in});
  }
  conversion::TensorId dense(conversion::TensorId in, std::int64_t out_features) {
    const std::int64_t features = conversion::size_of(dims_of(in));
    conversion::Dense op{.in_features = features, .out_features = out_features};
    op.weights = values(out_features * features, 1.0F / static_cast<float>(features));
    op.bias = values(out_features, 0.2F);
    return add(std::move(op), "Gemm", {in});
  }
  /// Batch normalisation; the scale is positive unless `any_sign`.
  conversion::TensorId norm(conversion::TensorId in, bool any_sign = true) {
    conversion::Affine op{.scale = values(dims_of(in)[0], 1.0F), .shift = values(dims_of(in)[0], 0.5F)};
    for (float& scale : op.scale) {
      scale = any_sign ? scale + 0.5F : std::abs(scale) + 0.5F;
    }
    return add(std::move(op), "BatchNormalization", {in});
  }
  conversion::TensorId relu(conversion::TensorId in) { return add(conversion::Relu{}, "Relu", {in}); }
  conversion::TensorId flatten(conversion::TensorId in) {
    return add(conversion::View{}, "Flatten", {in}, {conversion::size_of(dims_of(in))});
  }

  [[nodiscard]] const conversion::Dims& dims_of(conversion::TensorId id) const {
    return graph_.tensors[static_cast<std::size_t>(id)].dims;
  }

  conversion::FloatGraph finish(conversion::TensorId output) {
    graph_.outputs = {output};
    conversion::validate(graph_);
    return graph_;
  }

  /// Uniform in [-range, range].
  std::vector<float> values(std::int64_t n, float range) {
    std::uniform_real_distribution<float> uniform(-range, range);
    std::vector<float> result;
    for (std::int64_t i = 0; i < n; ++i) {
      result.push_back(uniform(random_));
    }
    return result;
  }

 private:
  conversion::TensorId tensor(std::string name, conversion::Dims dims) {
    graph_.tensors.push_back({std::move(name), std::move(dims)});
    return static_cast<conversion::TensorId>(graph_.tensors.size() - 1);
  }

  conversion::FloatGraph graph_{};
  std::mt19937 random_;
};

}  // namespace homolog::test
