#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "conversion/graph/float_graph.hpp"

namespace homolog::conversion {

/// The float network on oneDNN: activations of any tensor for a batch of images.
///
/// Primitives are created once, for one batch size and one set of kept tensors; batch normalisation,
/// ReLU and sums are fused into convolutions where no kept tensor lies between, layouts are oneDNN's own
/// except where a tensor is kept. Runs on the calling thread alone (oneDNN's OpenMP is held to one thread
/// for the call): run several FloatNetworks side by side for more. An object is not thread-safe.
///
/// The same image gives the same bits in every place of a batch and for every n, since every call
/// computes the full batch (missing images are zeros), and whatever the number of cores. They depend on
/// `keep` (fused operators round once) and on the processor's instruction set. With oneDNN 2.6 on AVX2
/// they do not depend on `batch` either, but oneDNN is free to choose other kernels for another batch:
/// whoever compares bits uses one batch size.
class FloatNetwork {
 public:
  /// `keep`: tensors that run() hands out, each once (graph.outputs if empty). `batch` >= 1.
  /// The graph is copied as far as needed. Throws Error(model) if oneDNN cannot run an operator.
  FloatNetwork(const FloatGraph& graph, std::vector<TensorId> keep, std::int64_t batch);
  FloatNetwork(FloatNetwork&&) noexcept;
  FloatNetwork& operator=(FloatNetwork&&) noexcept;
  ~FloatNetwork();

  /// Values of one kept tensor for the n images, [n, dims] row-major. Valid during the call.
  using Receiver = std::function<void(TensorId, std::span<const float>)>;

  /// inputs: one span per graph input, [n, dims]; 1 <= n <= batch. Calls `receive` once per kept tensor,
  /// in the order of `keep`.
  void run(const std::vector<std::span<const float>>& inputs, std::int64_t n, const Receiver& receive);

  [[nodiscard]] std::int64_t batch() const noexcept;
  /// Bytes that activations and weights need, for estimates of memory.
  [[nodiscard]] std::uint64_t bytes() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace homolog::conversion
