#include <gtest/gtest.h>

#include "conversion/graph/float_graph.hpp"
#include "sim/core/error.hpp"

namespace homolog::conversion::infer_dims_test {
namespace {

std::string refusal(const Op& op, const std::vector<Dims>& inputs, bool ceil_mode = false) {
  try {
    (void)infer_dims(op, inputs, ceil_mode);
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::model);
    return e.message();
  }
  return "";
}

/// Positions of a window along one axis, by trying every start: it must fit into the padded map, or, in
/// ceil mode, start before the padding behind the map.
std::int64_t tried_positions(std::int64_t extent, const Window2d& w, bool ceil_mode) {
  const std::int64_t span = (w.kernel_h - 1) * w.dilation_h + 1;
  const std::int64_t end = extent + w.pad_bottom;
  std::int64_t count = 0;
  bool complete = true;  // the window before this one did not reach the end exactly or beyond
  for (std::int64_t start = -w.pad_top; complete && start < end; start += w.stride_h) {
    const bool fits = start + span <= end;
    const bool starts_in_time = start < extent;
    if (fits || (ceil_mode && starts_in_time)) {
      ++count;
    }
    complete = start + span < end;
  }
  return count;
}

TEST(InferDims, PoolingCountsTheWindowsThatFit) {
  int compared = 0;
  for (std::int64_t extent = 1; extent <= 9; ++extent) {
    for (std::int64_t kernel = 1; kernel <= 4; ++kernel) {
      for (std::int64_t stride = 1; stride <= 4; ++stride) {
        for (std::int64_t before = 0; before < kernel; ++before) {
          for (std::int64_t after = 0; after < kernel; ++after) {
            const Window2d window{
                .kernel_h = kernel, .stride_h = stride, .pad_top = before, .pad_bottom = after};
            if (extent + before + after < kernel) {
              continue;
            }
            for (const bool ceil_mode : {false, true}) {
              SCOPED_TRACE(testing::Message() << extent << " kernel " << kernel << " stride " << stride
                                              << " pads " << before << " " << after << " ceil " << ceil_mode);
              const std::int64_t expected = tried_positions(extent, window, ceil_mode);
              if (!refusal(MaxPool{window}, {{1, extent, 1}}, ceil_mode).empty()) {
                continue;  // a window wholly in the padding
              }
              EXPECT_EQ(infer_dims(MaxPool{window}, {{1, extent, 1}}, ceil_mode), (Dims{1, expected, 1}));
              ++compared;
            }
          }
        }
      }
    }
  }
  EXPECT_GT(compared, 1000);
}

TEST(InferDims, ConvolutionTakesFloor) {
  const Convolution conv{.window = {.kernel_h = 7,
                                    .kernel_w = 7,
                                    .stride_h = 2,
                                    .stride_w = 2,
                                    .pad_top = 3,
                                    .pad_left = 3,
                                    .pad_bottom = 3,
                                    .pad_right = 3},
                         .in_channels = 3,
                         .out_channels = 64};
  EXPECT_EQ(infer_dims(conv, {{3, 224, 224}}), (Dims{64, 112, 112}));  // the first layer of ResNet
  EXPECT_EQ(refusal(conv, {{4, 224, 224}}), "the weights are for 3 input channels, the input is 4x224x224");
  EXPECT_EQ(refusal(conv, {{3, 224}}), "needs a map [C, H, W] for each image, its input is 3x224");
}

TEST(InferDims, AffineNeedsOneValueOnePerChannelOrOnePerElement) {
  const auto affine = [](std::size_t n) { return Affine{std::vector<float>(n), std::vector<float>(n)}; };
  for (const std::size_t n : {1U, 2U, 12U}) {
    EXPECT_EQ(infer_dims(affine(n), {{2, 2, 3}}), (Dims{2, 2, 3}));
  }
  EXPECT_EQ(refusal(affine(3), {{2, 2, 3}}),
            "has 3 scales and 3 shifts for 2x2x3; one, one per channel or one per element is possible");
  EXPECT_EQ(refusal(Affine{{1, 1}, {1}}, {{2}}),
            "has 2 scales and 1 shifts for 2; one, one per channel or one per element is possible");
}

TEST(InferDims, AddAndConcatCompareTheirInputs) {
  EXPECT_EQ(infer_dims(Add{}, {{2, 3}, {2, 3}, {2, 3}}), (Dims{2, 3}));
  EXPECT_EQ(refusal(Add{}, {{2, 3}}), "takes two or more computed inputs");
  EXPECT_EQ(infer_dims(Concat{1}, {{2, 3}, {2, 4}, {2, 1}}), (Dims{2, 8}));
  EXPECT_EQ(refusal(Concat{0}, {{2, 3}, {2, 4}}), "cannot join 2x3 and 2x4 along axis 0 of the image");
  EXPECT_EQ(refusal(Concat{0}, {{2, 3}, {2}}), "cannot join 2x3 and 2 along axis 0 of the image");
  EXPECT_EQ(refusal(Concat{2}, {{2, 3}}), "has no axis 2 in 2x3");
  EXPECT_EQ(refusal(Concat{0}, {}), "has no input");
}

TEST(InferDims, ResultsThatAreTooLargeAreRefused) {
  EXPECT_EQ(refusal(Pad{.top = 65535, .bottom = 65535}, {{1, 1, 65536}}),
            "the result 1x131071x65536 has more than 2147483647 elements per image");
  EXPECT_EQ(refusal(Concat{0}, {{2147483647}, {1}}), "the result is too large");
}

TEST(InferDims, AnOperatorOfOneInputRefusesTwo) {
  EXPECT_EQ(refusal(Relu{}, {{2}, {2}}), "takes one computed input, has 2");
  EXPECT_EQ(refusal(Softmax{1}, {{2}}), "has no axis 1 in 2");
}

}  // namespace
}  // namespace homolog::conversion::infer_dims_test
