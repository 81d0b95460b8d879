#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace homolog::conversion {

// The float network as a value. All maps are per image (the batch axis is implied and always first in
// the ONNX file), row-major; maps of images are [C, H, W]. Weights keep ONNX's order.

using TensorId = std::int32_t;
/// Extents of one image's share of a tensor, batch axis left out: [C, H, W], [K], or any rank 0..4.
using Dims = std::vector<std::int64_t>;

/// Product of the extents (1 for rank 0).
[[nodiscard]] std::int64_t size_of(const Dims& dims) noexcept;
/// "64x55x55".
[[nodiscard]] std::string to_string(const Dims& dims);

/// Geometry of a sliding window over [H, W]. All pads are explicit (auto_pad is resolved on import);
/// ceil_mode is resolved into the output shape.
struct Window2d {
  std::int64_t kernel_h = 1, kernel_w = 1;
  std::int64_t stride_h = 1, stride_w = 1;
  std::int64_t pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
  std::int64_t dilation_h = 1, dilation_w = 1;
};

/// out[oc, oy, ox] = bias[oc] + sum weights[oc, ic, ky, kx] * in[...]; input and output [C, H, W].
struct Convolution {
  Window2d window{};
  std::int64_t groups = 1;
  std::int64_t in_channels = 0, out_channels = 0;
  std::vector<float> weights{};  ///< [OC, IC / groups, KH, KW]
  std::vector<float> bias{};     ///< [OC]; zeros when the file has none
};
/// out[o] = bias[o] + sum weights[o, i] * in[i]; input and output rank 1.
struct Dense {
  std::int64_t in_features = 0, out_features = 0;
  std::vector<float> weights{};  ///< [O, I]
  std::vector<float> bias{};     ///< [O]
};
/// out = scale * in + shift: batch normalisation in inference form and Add, Sub, Mul, Div by constants.
/// `scale` and `shift` have the same size: 1 (whole tensor), dims[0] (per channel) or size_of(dims).
struct Affine {
  std::vector<float> scale{};
  std::vector<float> shift{};
};
struct Relu {};
/// min(max(in, low), high); low may be -infinity, high +infinity.
struct Clip {
  float low = 0.0F;
  float high = 0.0F;
};
/// Positions outside the map do not take part.
struct MaxPool {
  Window2d window{};
};
/// Mean over the window. Positions outside the map count as zeros when count_include_pad, but for those
/// that only ceil_mode adds (beyond the explicit pads), which never count; else they do not take part.
/// GlobalAveragePool and ReduceMean over H, W become one whose window is the map.
struct AveragePool {
  Window2d window{};
  bool count_include_pad = false;
};
/// Sum of two or more tensors of the same dims.
struct Add {};
/// Concatenation along `axis` of the dims (0 = channel).
struct Concat {
  std::int64_t axis = 0;
};
/// Same values in the same row-major order, other dims: Flatten, Reshape, Squeeze, Unsqueeze, and
/// Transpose where it only moves extents of 1.
struct View {};
/// Constant padding of [C, H, W] along H and W.
struct Pad {
  std::int64_t top = 0, left = 0, bottom = 0, right = 0;
  float value = 0.0F;
};
/// Over `axis` of the dims. At the end of a network it is recognised as readout.
struct Softmax {
  std::int64_t axis = 0;
  bool logarithm = false;
};

using Op = std::variant<Convolution, Dense, Affine, Relu, Clip, MaxPool, AveragePool, Add, Concat, View, Pad,
                        Softmax>;

struct Tensor {
  std::string name{};  ///< ONNX value name
  Dims dims{};
};

/// One operation; `output` is written by this node alone.
struct Node {
  std::string name{};       ///< ONNX node name, or the name of its first output when it has none
  std::string operation{};  ///< ONNX operator type, e.g. "BatchNormalization"
  Op op{};
  std::vector<TensorId> inputs{};
  TensorId output = 0;
};

/// A network whose every operator is known and every shape inferred. Nodes are in topological order.
/// Operators without effect (Identity, Dropout, Constant) are gone; their names are in `aliases`.
struct FloatGraph {
  std::vector<Tensor> tensors{};
  std::vector<Node> nodes{};
  std::vector<TensorId> inputs{};  ///< an image network has one; rank 3 dims [C, H, W]
  std::vector<TensorId> outputs{};
  /// Names of values that are another tensor's values, e.g. the output of an Identity.
  std::vector<std::pair<std::string, TensorId>> aliases{};
  /// metadata_props input_mean and input_std, if the file has them: one number per channel.
  std::vector<float> input_mean{};
  std::vector<float> input_std{};
  std::string file{};    ///< as given, for messages
  std::string sha256{};  ///< of the file, lower-case hex; empty when made in memory
  std::int64_t opset = 0;
  std::string producer{};
};

/// The tensor that carries the class scores: the only output, or the input of a Softmax or LogSoftmax
/// that makes it (through views). Throws Error(model) if the graph has not exactly one output.
[[nodiscard]] TensorId readout_tensor(const FloatGraph& graph);

/// The node that writes `tensor`, or nullptr for an input.
[[nodiscard]] const Node* producer_of(const FloatGraph& graph, TensorId tensor);

/// Tensor of this name (aliases included), or nothing.
[[nodiscard]] std::optional<TensorId> find_tensor(const FloatGraph& graph, const std::string& name);

/// ONNX value name as layer name: '/' replaced by '.', a leading '.' removed.
[[nodiscard]] std::string layer_name(const std::string& onnx_name);

/// Checks what FloatGraph promises: topological order, each tensor written once, extents >= 1, weight
/// counts and output dims that fit the operator, all weights finite. Throws Error(model) with node
/// name and reason. Importers call it last, so that everything behind them may rely on it.
void validate(const FloatGraph& graph);

/// The dims that `op` gives for these inputs. `ceil_mode` applies to pooling windows only.
/// Throws Error(model) with the reason (the caller adds the node) if they do not fit.
[[nodiscard]] Dims infer_dims(const Op& op, const std::vector<Dims>& inputs, bool ceil_mode = false);

}  // namespace homolog::conversion
