// Receptive fields, parameters and multiply-accumulates against published numbers.
#include "conversion/graph/geometry.hpp"

#include <gtest/gtest.h>

#include <string>

namespace homolog::conversion::geometry_test {
namespace {

/// Graphs of windows without weights: geometry needs none.
class Shapes {
 public:
  explicit Shapes(Dims input) {
    graph_.tensors.push_back({"input", std::move(input)});
    graph_.inputs = {0};
  }

  TensorId conv(TensorId in, std::int64_t out_channels, std::int64_t kernel, std::int64_t stride,
                std::int64_t pad, std::int64_t groups = 1, std::int64_t dilation = 1) {
    Convolution op{.window = square(kernel, stride, pad, dilation), .groups = groups};
    op.in_channels = dims(in)[0];
    op.out_channels = out_channels;
    return add(op, {in});
  }
  TensorId pool(TensorId in, std::int64_t kernel, std::int64_t stride, std::int64_t pad = 0) {
    return add(MaxPool{square(kernel, stride, pad, 1)}, {in});
  }
  TensorId dense(TensorId in, std::int64_t out_features) {
    const TensorId flat = add(View{}, {in}, {size_of(dims(in))});
    return add(Dense{.in_features = dims(flat)[0], .out_features = out_features}, {flat});
  }
  TensorId add(Op op, std::vector<TensorId> inputs, Dims out = {}) {
    std::vector<Dims> in;
    for (const TensorId id : inputs) {
      in.push_back(dims(id));
    }
    const auto id = static_cast<TensorId>(graph_.tensors.size());
    graph_.tensors.push_back({"t" + std::to_string(id), out.empty() ? infer_dims(op, in) : std::move(out)});
    graph_.nodes.push_back({"", "", std::move(op), std::move(inputs), id});
    return id;
  }

  [[nodiscard]] const Dims& dims(TensorId id) const {
    return graph_.tensors.at(static_cast<std::size_t>(id)).dims;
  }
  [[nodiscard]] const FloatGraph& graph() const { return graph_; }
  [[nodiscard]] ReceptiveField field(TensorId id) const {
    return receptive_fields(graph_).at(static_cast<std::size_t>(id));
  }

 private:
  static Window2d square(std::int64_t kernel, std::int64_t stride, std::int64_t pad, std::int64_t dilation) {
    return {.kernel_h = kernel,
            .kernel_w = kernel,
            .stride_h = stride,
            .stride_w = stride,
            .pad_top = pad,
            .pad_left = pad,
            .pad_bottom = pad,
            .pad_right = pad,
            .dilation_h = dilation,
            .dilation_w = dilation};
  }

  FloatGraph graph_{};
};

/// ResNet-50 up to the last stage; returns the last tensor of each stage. The stride of a stage is on the
/// 3x3 of its first unit (torchvision) or of its last unit, for the stage that follows (TF-Slim).
std::vector<TensorId> resnet50(Shapes& net, bool stride_in_last_unit) {
  TensorId x = net.pool(net.conv(0, 64, 7, 2, 3), 3, 2, 1);
  std::vector<TensorId> stages;
  const std::vector<int> units{3, 4, 6, 3};
  for (std::size_t stage = 0; stage < units.size(); ++stage) {
    const std::int64_t width = 64 << stage;
    for (int unit = 0; unit < units[stage]; ++unit) {
      const bool strided =
          stride_in_last_unit ? unit + 1 == units[stage] && stage + 1 < units.size() : unit == 0 && stage > 0;
      const std::int64_t stride = strided ? 2 : 1;
      const TensorId inner =
          net.conv(net.conv(net.conv(x, width, 1, 1, 0), width, 3, stride, 1), 4 * width, 1, 1, 0);
      const TensorId shortcut = net.conv(x, 4 * width, 1, stride, 0);
      x = net.add(Add{}, {inner, shortcut});
    }
    stages.push_back(x);
  }
  return stages;
}

std::vector<std::int64_t> sizes(const Shapes& net, const std::vector<TensorId>& tensors) {
  std::vector<std::int64_t> result;
  for (const TensorId id : tensors) {
    result.push_back(net.field(id).size_h);
    EXPECT_EQ(net.field(id).size_w, net.field(id).size_h);
  }
  return result;
}

// Both conventions: METHODS.md; Araujo et al. 2019, table of ResNet v1 50 (483).
TEST(ReceptiveFields, OfResNet50DependOnThePlaceOfTheStride) {
  Shapes torchvision({3, 224, 224});
  const auto stages = resnet50(torchvision, false);
  EXPECT_EQ(sizes(torchvision, stages), (std::vector<std::int64_t>{35, 91, 267, 427}));
  EXPECT_EQ(torchvision.field(stages.back()).stride_h, 32);
  Shapes slim({3, 224, 224});
  EXPECT_EQ(sizes(slim, resnet50(slim, true)), (std::vector<std::int64_t>{35, 99, 291, 483}));
}

// Araujo et al. 2019: AlexNet v2 195, VGG-16 212, both with stride 32 at the last pooling.
TEST(ReceptiveFields, OfAlexNetAndVgg16AreThePublishedOnes) {
  Shapes alexnet({3, 224, 224});
  TensorId x = alexnet.pool(alexnet.conv(0, 64, 11, 4, 0), 3, 2);
  x = alexnet.pool(alexnet.conv(x, 192, 5, 1, 2), 3, 2);
  x = alexnet.conv(alexnet.conv(alexnet.conv(x, 384, 3, 1, 1), 384, 3, 1, 1), 256, 3, 1, 1);
  EXPECT_EQ(alexnet.field(alexnet.pool(x, 3, 2)), (ReceptiveField{195, 195, 32, 32}));

  Shapes vgg({3, 224, 224});
  x = 0;
  for (const auto& [width, convolutions] : {std::pair(64, 2), {128, 2}, {256, 3}, {512, 3}, {512, 3}}) {
    for (int i = 0; i < convolutions; ++i) {
      x = vgg.conv(x, width, 3, 1, 1);
    }
    x = vgg.pool(x, 2, 2);
  }
  EXPECT_EQ(vgg.field(x), (ReceptiveField{212, 212, 32, 32}));
  x = vgg.dense(vgg.dense(vgg.dense(x, 4096), 4096), 1000);
  EXPECT_EQ(vgg.field(x), (ReceptiveField{224, 224, 224, 224}));  // the whole image
  EXPECT_EQ(macs(vgg.graph()), 15470264320U);                     // "15.5 billion multiply-adds"
}

TEST(ReceptiveFields, DilationWidensAndJoinsTakeTheLargest) {
  Shapes net({4, 32, 32});
  const TensorId dilated = net.conv(0, 4, 3, 1, 4, 1, 4);
  const TensorId pointwise = net.conv(0, 4, 1, 1, 0);
  EXPECT_EQ(net.field(dilated).size_h, 9);  // 1 + 2 * 4
  EXPECT_EQ(net.field(net.add(Concat{0}, {pointwise, dilated})).size_h, 9);
  EXPECT_EQ(net.field(net.add(Relu{}, {pointwise})).size_h, 1);
}

TEST(ReceptiveFields, AbsurdStridesDoNotOverflow) {
  Shapes net({1, 1, 1});
  TensorId x = 0;
  for (int i = 0; i < 10; ++i) {
    x = net.pool(x, 1, 2147483647);
  }
  EXPECT_EQ(net.field(net.conv(x, 1, 3, 1, 1)).size_h, 2147483647);  // cut off
}

TEST(Macs, CountWeightsTimesPositions) {
  Shapes net({4, 10, 10});
  const TensorId grouped = net.conv(0, 6, 3, 1, 0, 2);  // 6 * 8 * 8 outputs, 2 channels * 9 each
  EXPECT_EQ(macs(net.graph(), net.graph().nodes.back()), 6U * 8 * 8 * 2 * 9);
  net.pool(grouped, 2, 2);
  EXPECT_EQ(macs(net.graph(), net.graph().nodes.back()), 0U);
  EXPECT_EQ(macs(net.graph()), 6U * 8 * 8 * 2 * 9);
}

TEST(Parameters, CountWhatWasTrained) {
  const auto of = [](Op op) { return parameters(Node{"", "", std::move(op), {}, 0}); };
  EXPECT_EQ(of(Convolution{.weights = std::vector<float>(54, 1), .bias = {1, 0, 2}}), 57U);
  EXPECT_EQ(of(Convolution{.weights = std::vector<float>(54, 1), .bias = {0, 0, 0}}),
            54U);  // the file has none
  EXPECT_EQ(of(Dense{.weights = std::vector<float>(6, 1), .bias = {1, 1}}), 8U);
  EXPECT_EQ(of(Affine{.scale = {2, 3}, .shift = {1, 1}}), 4U);
  EXPECT_EQ(of(Affine{.scale = {2}, .shift = {0}}), 1U);  // Mul
  EXPECT_EQ(of(Affine{.scale = {1}, .shift = {2}}), 1U);  // Add
  EXPECT_EQ(of(Relu{}), 0U);
}

}  // namespace
}  // namespace homolog::conversion::geometry_test
