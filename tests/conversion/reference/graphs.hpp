#pragma once

// Random graphs and images, and FloatNetwork's results in a form that tests can compare.

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "conversion/graph/float_graph.hpp"
#include "conversion/reference/float_network.hpp"

namespace homolog::test {

using conversion::Dims;
using conversion::TensorId;
using conversion::Window2d;

/// Numbers in [-1, 1), the same on every platform.
inline std::vector<float> random_values(std::size_t count, std::uint32_t seed) {
  std::mt19937 generator(seed);
  std::vector<float> values(count);
  for (float& value : values) {
    value = static_cast<float>(generator() >> 8U) * 0x1p-23F - 1.0F;
  }
  return values;
}

/// Builds a graph node by node; weights are random.
class GraphMaker {
 public:
  explicit GraphMaker(std::uint32_t seed = 1) : seed_(seed) {}

  TensorId input(Dims dims) {
    graph_.inputs.push_back(tensor(std::move(dims)));
    return graph_.inputs.back();
  }
  TensorId node(conversion::Op op, std::vector<TensorId> inputs, bool ceil_mode = false) {
    std::vector<Dims> dims;
    for (const TensorId id : inputs) {
      dims.push_back(dims_of(id));
    }
    Dims result = conversion::infer_dims(op, dims, ceil_mode);
    return add(std::move(op), std::move(inputs), std::move(result));
  }
  TensorId view(TensorId input, Dims dims) { return add(conversion::View{}, {input}, std::move(dims)); }
  TensorId convolution(TensorId input, std::int64_t out_channels, const Window2d& window,
                       std::int64_t groups = 1) {
    const std::int64_t in_channels = dims_of(input)[0];
    const std::int64_t row = in_channels / groups * window.kernel_h * window.kernel_w;
    return node(conversion::Convolution{.window = window,
                                        .groups = groups,
                                        .in_channels = in_channels,
                                        .out_channels = out_channels,
                                        .weights = random(out_channels * row),
                                        .bias = random(out_channels)},
                {input});
  }
  TensorId dense(TensorId input, std::int64_t out_features) {
    const std::int64_t in_features = dims_of(input)[0];
    return node(conversion::Dense{.in_features = in_features,
                                  .out_features = out_features,
                                  .weights = random(in_features * out_features),
                                  .bias = random(out_features)},
                {input});
  }
  TensorId affine(TensorId input, std::int64_t count) {
    return node(conversion::Affine{.scale = random(count), .shift = random(count)}, {input});
  }
  TensorId relu(TensorId input) { return node(conversion::Relu{}, {input}); }

  /// The checked graph with one output.
  [[nodiscard]] conversion::FloatGraph finish(TensorId output) {
    graph_.outputs = {output};
    conversion::validate(graph_);
    return graph_;
  }

 private:
  const Dims& dims_of(TensorId id) const { return graph_.tensors[static_cast<std::size_t>(id)].dims; }
  std::vector<float> random(std::int64_t count) {
    return random_values(static_cast<std::size_t>(count), seed_++);
  }
  TensorId tensor(Dims dims) {
    const auto id = static_cast<TensorId>(graph_.tensors.size());
    graph_.tensors.push_back({.name = "t" + std::to_string(id), .dims = std::move(dims)});
    return id;
  }
  TensorId add(conversion::Op op, std::vector<TensorId> inputs, Dims dims) {
    const TensorId output = tensor(std::move(dims));
    graph_.nodes.push_back({.name = "n" + std::to_string(output),
                            .operation = "Test",
                            .op = std::move(op),
                            .inputs = std::move(inputs),
                            .output = output});
    return output;
  }

  conversion::FloatGraph graph_{};
  std::uint32_t seed_;
};

inline std::size_t size_of(const conversion::FloatGraph& graph, TensorId tensor) {
  return static_cast<std::size_t>(conversion::size_of(graph.tensors[static_cast<std::size_t>(tensor)].dims));
}

inline std::vector<TensorId> all_tensors(const conversion::FloatGraph& graph) {
  std::vector<TensorId> result;
  for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
    result.push_back(static_cast<TensorId>(t));
  }
  return result;
}

/// Values of the kept tensors, [n, dims].
using Activations = std::map<TensorId, std::vector<float>>;

/// One run; inputs [n, dims], one per graph input.
inline Activations run(conversion::FloatNetwork& network, const std::vector<std::vector<float>>& inputs,
                       std::int64_t n) {
  Activations result;
  network.run({inputs.begin(), inputs.end()}, n, [&](TensorId tensor, std::span<const float> values) {
    result[tensor].assign(values.begin(), values.end());
  });
  return result;
}

/// n random images for every input of the graph.
inline std::vector<std::vector<float>> random_inputs(const conversion::FloatGraph& graph, std::int64_t n,
                                                     std::uint32_t seed) {
  std::vector<std::vector<float>> result;
  for (const TensorId input : graph.inputs) {
    result.push_back(random_values(static_cast<std::size_t>(n) * size_of(graph, input), seed++));
  }
  return result;
}

}  // namespace homolog::test
