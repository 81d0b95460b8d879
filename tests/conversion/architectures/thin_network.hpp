#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/onnx_builder.hpp"

namespace homolog::test {

/// What a convolution or pooling slides over the map; (h, w).
struct Slide {
  std::int64_t kernel_h = 1, kernel_w = 1;
  std::int64_t stride = 1;
  std::int64_t pad_h = 0, pad_w = 0;

  /// k x k, padded so that stride 1 keeps the extents (k odd).
  static Slide square(std::int64_t k, std::int64_t stride = 1) { return {k, k, stride, k / 2, k / 2}; }
  static Slide valid(std::int64_t k, std::int64_t stride = 1) { return {k, k, stride, 0, 0}; }
};

/// Writes an ONNX model layer by layer, as a deep-learning library exports it, with weights as at the start
/// of a training: He-uniform, biases and the parameters of batch norms random. The statistics of batch norms
/// are those of a forward pass on random images, and convolutions with biases are scaled and shifted so that
/// their outputs on these images have mean bias and variance 1 (Salimans and Kingma 2016): no layer is silent
/// and none explodes, however deep the network.
///
/// Values are known by name; every function returns the value that it makes. All numbers depend on the seed
/// alone.
class ThinNetwork {
 public:
  using Value = std::string;

  /// `input` is [C,H,W].
  ThinNetwork(std::int64_t opset, const conversion::Dims& input, unsigned seed);

  [[nodiscard]] Value input() const { return "image"; }
  [[nodiscard]] const conversion::Dims& dims(const Value& value) const { return dims_.at(value); }

  /// Weights that several convolutions may share; returns their name. With `groups` = in it is depthwise.
  std::string kernel(std::int64_t out, std::int64_t in, const Slide& slide, std::int64_t groups = 1);
  Value conv(const Value& x, const std::string& kernel, const Slide& slide, std::int64_t groups = 1);
  Value conv(const Value& x, std::int64_t out, const Slide& slide, bool bias = false,
             std::int64_t groups = 1);
  /// Batch normalisation; gamma in [low, high], of random sign where `any_sign`.
  Value norm(const Value& x, float low = 0.5F, float high = 1.5F, bool any_sign = false);
  Value relu(const Value& x);
  /// Clip to [0, 6]: bounds as attributes (opset < 11) or as Constant nodes.
  Value relu6(const Value& x);
  Value max_pool(const Value& x, const Slide& slide, bool ceil_mode = false);
  Value average_pool(const Value& x, const Slide& slide, bool count_include_pad = false);
  Value global_average(const Value& x);
  Value add(const Value& a, const Value& b);
  Value concat(const std::vector<Value>& parts);
  Value flatten(const Value& x);
  Value linear(const Value& x, std::int64_t out);

  /// Any other node with one output, whose dims the caller knows.
  Value node(const std::string& op, const std::vector<std::string>& inputs, const conversion::Dims& dims,
             const std::vector<OnnxAttribute>& attributes = {});
  /// Constants for such nodes; they return their names.
  std::string integers(const std::vector<std::int64_t>& values);
  std::string floats(const std::vector<std::int64_t>& shape, const std::vector<float>& values);
  /// Uniform in [-bound, bound].
  std::vector<float> uniform(std::size_t count, float bound);

  [[nodiscard]] OnnxBuilder& builder() { return builder_; }
  [[nodiscard]] std::int64_t opset() const { return opset_; }

  /// The bytes of the model whose output is `x`.
  [[nodiscard]] std::string finish(const Value& x);

 private:
  std::string fresh(const std::string& stem) { return stem + "_" + std::to_string(count_++); }
  [[nodiscard]] onnx::TensorProto& initializer(const std::string& name);

  OnnxBuilder builder_;
  std::int64_t opset_;
  std::map<Value, conversion::Dims> dims_{};
  /// Kernel and bias of convolutions with biases.
  std::map<Value, std::pair<std::string, std::string>> biased_{};
  std::uint64_t random_;
  unsigned seed_;
  int count_ = 0;
};

/// An image [C,H,W] as networks see it after normalisation: smooth patterns and noise, mean 0, variance
/// about 1.
[[nodiscard]] std::vector<float> random_image(const conversion::Dims& dims, unsigned seed);

}  // namespace homolog::test
