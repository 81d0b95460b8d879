#include "tests/conversion/architectures/families.hpp"

#include "tests/conversion/architectures/thin_network.hpp"

namespace homolog::test {
namespace {

using Value = ThinNetwork::Value;

constexpr std::int64_t kClasses = 10;

Value conv_norm(ThinNetwork& n, const Value& x, std::int64_t out, const Slide& slide) {
  return n.norm(n.conv(x, out, slide));
}
Value conv_norm_relu(ThinNetwork& n, const Value& x, std::int64_t out, const Slide& slide) {
  return n.relu(conv_norm(n, x, out, slide));
}

/// x.view(x.size(0), -1) as PyTorch traces it.
Value traced_flatten(ThinNetwork& n, const Value& x) {
  const Value shape = n.node("Shape", {x}, {});
  onnx::TensorProto zero;
  zero.set_data_type(onnx::TensorProto::INT64);
  zero.add_int64_data(0);
  const Value index = n.node("Constant", {}, {}, {{"value", zero}});
  const Value batch = n.node("Gather", {shape, index}, {}, {{"axis", 0}});
  const Value front = n.node("Unsqueeze", {batch, n.integers({0})}, {});
  const Value target = n.node("Concat", {front, n.integers({-1})}, {}, {{"axis", 0}});
  return n.node("Reshape", {x, target}, {conversion::size_of(n.dims(x))});
}

/// The 1x1, 3x3, 1x1 of a bottleneck, or two 3x3; the last without ReLU.
Value resnet_branch(ThinNetwork& n, const Value& x, std::int64_t width, std::int64_t stride, ResNet kind) {
  if (kind == ResNet::basic) {
    const Value first = conv_norm_relu(n, x, width, Slide::square(3, stride));
    return conv_norm(n, first, width, Slide::square(3));
  }
  const bool early = kind == ResNet::stride_on_1x1;
  const Value first = conv_norm_relu(n, x, width, Slide::square(1, early ? stride : 1));
  const Value second = conv_norm_relu(n, first, width, Slide::square(3, early ? 1 : stride));
  return conv_norm(n, second, 4 * width, Slide::square(1));
}

Value resnet_block(ThinNetwork& n, const Value& x, std::int64_t width, std::int64_t stride, ResNet kind) {
  if (kind == ResNet::preactivation) {
    const Value active = n.relu(n.norm(x, 0.5F, 1.5F, true));
    const bool project = stride != 1 || n.dims(x)[0] != width;
    const Value skip = project ? n.conv(active, width, Slide::square(1, stride)) : x;
    const Value first = n.relu(n.norm(n.conv(active, width, Slide::square(3, stride))));
    return n.add(n.conv(first, width, Slide::square(3)), skip);
  }
  const Value branch = resnet_branch(n, x, width, stride, kind);
  const std::int64_t channels = n.dims(branch)[0];
  const bool project = stride != 1 || n.dims(x)[0] != channels;
  const Value skip = project ? conv_norm(n, x, channels, Slide::square(1, stride)) : x;
  return n.relu(n.add(branch, skip));
}

Value fire(ThinNetwork& n, const Value& x, std::int64_t squeeze, std::int64_t expand) {
  const Value s = n.relu(n.conv(x, squeeze, Slide::square(1), true));
  return n.concat(
      {n.relu(n.conv(s, expand, Slide::square(1), true)), n.relu(n.conv(s, expand, Slide::square(3), true))});
}

/// Batch norm before a ReLU6 whose upper bound some activations reach.
Value wide_norm(ThinNetwork& n, const Value& x) {
  return n.norm(x, 1.0F, 4.0F);
}

Value inverted_residual(ThinNetwork& n, const Value& x, std::int64_t out, std::int64_t stride,
                        std::int64_t expansion) {
  const std::int64_t hidden = n.dims(x)[0] * expansion;
  Value y = x;
  if (expansion != 1) {
    y = n.relu6(wide_norm(n, n.conv(y, hidden, Slide::square(1))));
  }
  y = n.relu6(wide_norm(n, n.conv(y, hidden, Slide::square(3, stride), false, hidden)));
  y = n.norm(n.conv(y, out, Slide::square(1)));
  return stride == 1 && n.dims(x)[0] == out ? n.add(x, y) : y;
}

}  // namespace

std::string vgg(bool norm_and_average) {
  ThinNetwork n(norm_and_average ? 13 : 11, {3, 16, 16}, 1);
  Value x = n.input();
  for (const std::int64_t width : {8, 12, 16}) {
    for (int k = 0; k < 2; ++k) {
      x = n.conv(x, width, Slide::square(3), !norm_and_average);
      x = n.relu(norm_and_average ? n.norm(x) : x);
    }
    x = norm_and_average ? n.average_pool(x, Slide::valid(2, 2)) : n.max_pool(x, Slide::valid(2, 2));
  }
  if (norm_and_average) {
    return n.finish(n.linear(traced_flatten(n, x), kClasses));
  }
  x = n.relu(n.linear(n.flatten(x), 24));
  x = n.node("Dropout", {x}, n.dims(x), {{"ratio", 0.5F}});
  return n.finish(n.linear(x, kClasses));
}

std::string resnet(ResNet kind) {
  const bool bottleneck = kind == ResNet::stride_on_1x1 || kind == ResNet::stride_on_3x3;
  ThinNetwork n(bottleneck ? 17 : 14, {3, bottleneck ? 32 : 16, bottleneck ? 32 : 16}, 2);
  Value x = bottleneck ? n.max_pool(conv_norm_relu(n, n.input(), 8, Slide::square(7, 2)), Slide::square(3, 2))
                       : n.conv(n.input(), 8, Slide::square(3));
  if (kind == ResNet::basic) {
    x = n.relu(n.norm(x));
  }
  for (const std::int64_t stage : {0, 1, 2}) {
    const std::int64_t width = bottleneck ? 4 + 2 * stage : 8 + 4 * stage;
    x = resnet_block(n, x, width, stage == 0 ? 1 : 2, kind);
    x = resnet_block(n, x, width, 1, kind);
  }
  if (kind == ResNet::preactivation) {
    x = n.relu(n.norm(x));
  }
  return n.finish(n.linear(n.flatten(n.global_average(x)), kClasses));
}

std::string squeezenet() {
  ThinNetwork n(12, {3, 31, 31}, 3);
  Value x = n.relu(n.conv(n.input(), 12, Slide::valid(3, 2), true));
  x = n.max_pool(x, Slide::valid(3, 2), true);
  x = fire(n, fire(n, x, 4, 8), 4, 8);
  x = n.max_pool(x, Slide::valid(3, 2), true);
  x = fire(n, fire(n, x, 6, 12), 6, 12);
  x = n.node("Dropout", {x}, n.dims(x));
  x = n.relu(n.conv(x, kClasses, Slide::square(1), true));
  return n.finish(n.flatten(n.global_average(x)));
}

std::string mobilenet_v1() {
  ThinNetwork n(18, {3, 24, 24}, 4);
  const auto strided = [&](const Value& x) {  // TensorFlow's SAME for even extents: only behind the map
    return n.node("Pad", {x, n.integers({0, 0, 0, 0, 0, 0, 1, 1})},
                  {n.dims(x)[0], n.dims(x)[1] + 1, n.dims(x)[2] + 1});
  };
  Value x = n.relu6(wide_norm(n, n.conv(strided(n.input()), 8, Slide::valid(3, 2))));
  for (const std::int64_t stride : {1, 2, 1, 2, 1}) {
    const std::int64_t channels = n.dims(x)[0];
    const Slide slide = stride == 1 ? Slide::square(3) : Slide::valid(3, 2);
    x = n.conv(stride == 1 ? x : strided(x), channels, slide, false, channels);
    x = n.relu6(wide_norm(n, x));
    x = n.relu6(wide_norm(n, n.conv(x, channels + (stride == 2 ? 8 : 0), Slide::square(1))));
  }
  const std::int64_t features = n.dims(x)[0];
  x = n.node("Reshape", {n.global_average(x), n.integers({-1, features})}, {features});
  const auto weights = static_cast<std::size_t>(features * kClasses);
  const Value kernel =
      n.node("Transpose", {n.floats({kClasses, features}, n.uniform(weights, 0.5F))}, {}, {{"perm", {1, 0}}});
  x = n.node("MatMul", {x, kernel}, {kClasses});
  x = n.node("Add", {x, n.floats({kClasses}, n.uniform(kClasses, 0.2F))}, {kClasses});
  return n.finish(n.node("Softmax", {x}, {kClasses}, {{"axis", -1}}));
}

std::string mobilenet_v2() {
  ThinNetwork n(18, {3, 24, 24}, 5);
  Value x = n.relu6(wide_norm(n, n.conv(n.input(), 8, Slide::square(3, 2))));
  x = inverted_residual(n, x, 4, 1, 1);
  x = inverted_residual(n, x, 6, 2, 4);
  x = inverted_residual(n, x, 6, 1, 4);
  x = inverted_residual(n, x, 6, 1, 4);
  x = inverted_residual(n, x, 8, 2, 4);
  x = inverted_residual(n, x, 8, 1, 4);
  x = n.relu6(wide_norm(n, n.conv(x, 32, Slide::square(1))));
  x = n.node("ReduceMean", {x, n.integers({2, 3})}, {32}, {{"keepdims", 0}});
  return n.finish(n.linear(n.node("Identity", {x}, {32}), kClasses));
}

std::string densenet() {
  ThinNetwork n(16, {3, 24, 24}, 6);
  constexpr std::int64_t kGrowth = 4;
  Value x = n.max_pool(conv_norm_relu(n, n.input(), 8, Slide::square(5, 2)), Slide::square(3, 2));
  for (const bool last : {false, true}) {
    std::vector<Value> features{x};
    for (int k = 0; k < 3; ++k) {
      const Value all = features.size() == 1 ? x : n.concat(features);
      const Value wide = n.conv(n.relu(n.norm(all, 0.5F, 1.5F, true)), 2 * kGrowth, Slide::square(1));
      features.push_back(n.conv(n.relu(n.norm(wide)), kGrowth, Slide::square(3)));
    }
    x = n.concat(features);
    x = n.relu(n.norm(x, 0.5F, 1.5F, true));
    if (!last) {
      x = n.average_pool(n.conv(x, n.dims(x)[0] / 2, Slide::square(1)), Slide::valid(2, 2));
    }
  }
  return n.finish(n.linear(n.flatten(n.global_average(x)), kClasses));
}

std::string inception_v3() {
  ThinNetwork n(20, {3, 31, 31}, 7);
  const auto basic = [&](const Value& x, std::int64_t out, const Slide& slide) {
    return conv_norm_relu(n, x, out, slide);
  };
  const Slide row{1, 7, 1, 0, 3}, column{7, 1, 1, 3, 0};
  const Slide short_row{1, 3, 1, 0, 1}, short_column{3, 1, 1, 1, 0};

  // transform_input: from the statistics of ImageNet to those of TensorFlow, channel by channel.
  std::vector<Value> channels;
  const std::vector<float> factor{0.458F, 0.448F, 0.45F}, shift{-0.03F, -0.088F, -0.188F};
  for (const int c : {0, 1, 2}) {
    onnx::TensorProto number;
    number.set_data_type(onnx::TensorProto::INT64);
    number.add_int64_data(c);
    const Value index = n.node("Constant", {}, {}, {{"value", number}});
    Value x = n.node("Gather", {n.input(), index}, {31, 31}, {{"axis", 1}});
    x = n.node("Unsqueeze", {x, n.integers({1})}, {1, 31, 31});
    x = n.node("Mul", {x, n.floats({}, {factor[static_cast<std::size_t>(c)]})}, n.dims(x));
    channels.push_back(n.node("Add", {x, n.floats({}, {shift[static_cast<std::size_t>(c)]})}, n.dims(x)));
  }
  Value x = basic(n.concat(channels), 8, Slide::valid(3, 2));
  x = basic(basic(x, 8, Slide::valid(3)), 8, Slide::square(3));
  x = n.concat({basic(x, 6, Slide::square(1)), basic(basic(x, 4, Slide::square(1)), 6, Slide::square(5)),
                basic(basic(basic(x, 4, Slide::square(1)), 6, Slide::square(3)), 6, Slide::square(3)),
                basic(n.average_pool(x, Slide::square(3), true), 4, Slide::square(1))});
  x = n.concat({basic(x, 8, Slide::valid(3, 2)),
                basic(basic(basic(x, 4, Slide::square(1)), 6, Slide::square(3)), 6, Slide::valid(3, 2)),
                n.max_pool(x, Slide::valid(3, 2))});
  const Value seven = basic(basic(basic(x, 6, Slide::square(1)), 6, row), 8, column);
  x = n.concat({basic(x, 8, Slide::square(1)), seven,
                basic(basic(basic(x, 6, Slide::square(1)), 6, column), 8, row),
                basic(n.average_pool(x, Slide::square(3), true), 8, Slide::square(1))});
  const Value narrow = basic(x, 8, Slide::square(1));
  x = n.concat({basic(x, 8, Slide::square(1)),
                n.concat({basic(narrow, 6, short_row), basic(narrow, 6, short_column)}),
                basic(n.average_pool(x, Slide::square(3), true), 6, Slide::square(1))});
  x = n.node("Dropout", {n.global_average(x)}, {n.dims(x)[0], 1, 1});
  return n.finish(n.linear(n.flatten(x), kClasses));
}

std::string cornet_s() {
  ThinNetwork n(21, {3, 32, 32}, 8);
  Value x = conv_norm_relu(n, n.input(), 6, Slide::square(7, 2));
  x = conv_norm_relu(n, n.max_pool(x, Slide::square(3, 1)), 6, Slide::square(3));
  struct Area {
    std::int64_t channels;
    int times;
  };
  for (const Area& area : {Area{8, 2}, Area{8, 4}, Area{12, 2}}) {
    const std::int64_t out = area.channels;
    constexpr std::int64_t kExpansion = 2;  // 4 in the paper
    x = n.conv(x, out, Slide::square(1));   // conv_input
    const std::string skip = n.kernel(out, out, Slide::square(1));
    const std::string first = n.kernel(kExpansion * out, out, Slide::square(1));
    const std::string second = n.kernel(kExpansion * out, kExpansion * out, Slide::square(3));
    const std::string third = n.kernel(out, kExpansion * out, Slide::square(1));
    for (int t = 0; t < area.times; ++t) {
      const std::int64_t stride = t == 0 ? 2 : 1;
      const Value around = t == 0 ? n.norm(n.conv(x, skip, Slide::square(1, 2))) : x;
      Value y = n.relu(n.norm(n.conv(x, first, Slide::square(1))));
      y = n.relu(n.norm(n.conv(y, second, Slide::square(3, stride))));
      y = n.norm(n.conv(y, third, Slide::square(1)));
      x = n.node("Identity", {n.relu(n.add(y, around))}, n.dims(y));
    }
  }
  return n.finish(n.linear(n.flatten(n.global_average(x)), kClasses));
}

std::string patchwork() {
  ThinNetwork n(19, {3, 20, 20}, 9);
  Value x = n.max_pool(n.conv(n.input(), 8, Slide::square(3)), Slide::square(3, 2));
  x = n.relu(wide_norm(n, x));
  const Value dilated = n.node(
      "AveragePool", {x}, n.dims(x),
      {{"kernel_shape", {3, 3}}, {"dilations", {2, 2}}, {"pads", {2, 2, 2, 2}}, {"count_include_pad", 1}});
  const Value some = n.node("Slice", {x, n.integers({1}), n.integers({8}), n.integers({1}), n.integers({2})},
                            {4, n.dims(x)[1], n.dims(x)[2]});
  const Value mixed = n.norm(n.conv(some, 8, Slide::square(1)));
  Value sum = n.node("Sum", {dilated, mixed, x}, n.dims(x));
  sum = n.relu6(sum);
  Value grouped = n.norm(sum, 0.5F, 1.5F, true);
  grouped = n.relu(n.norm(n.conv(grouped, 12, Slide::square(3, 2), false, 2)));
  const Value largest = n.node("GlobalMaxPool", {grouped}, {12, 1, 1});
  const Value rows =
      n.node("ReduceMean", {grouped, n.integers({3})}, {12, n.dims(grouped)[1]}, {{"keepdims", 0}});
  const Value mean = n.node("ReduceMean", {rows, n.integers({2})}, {12}, {{"keepdims", 0}});
  const Value both = n.node("Concat", {n.flatten(largest), mean}, {24}, {{"axis", 1}});
  return n.finish(n.linear(both, kClasses));
}

}  // namespace homolog::test
