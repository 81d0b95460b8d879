// Each operator on odd sizes against plain loops in double.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "graphs.hpp"
#include "naive.hpp"

namespace homolog::test::operators_test {
namespace {

constexpr std::int64_t kImages = 3;

/// Largest |difference| of one image's values, in units of the largest |expected| (at least 1).
double difference(const float* values, const Values& expected) {
  double largest = 0.0;
  double scale = 1.0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double error = std::abs(static_cast<double>(values[i]) - expected[i]);
    largest = std::isnan(error) ? std::numeric_limits<double>::infinity() : std::max(largest, error);
    scale = std::max(scale, std::abs(expected[i]));
  }
  return largest / scale;
}

/// Keeps `keep` of a batch of 4 and compares three random images with the loops. Tolerance 1e-5: some
/// hundred terms of order 1, each rounded at 2^-24 = 6e-8.
void expect_like_loops(const conversion::FloatGraph& graph, const std::vector<TensorId>& keep) {
  conversion::FloatNetwork network(graph, keep, kImages + 1);
  const auto inputs = random_inputs(graph, kImages, 1234);
  const Activations activations = run(network, inputs, kImages);
  ASSERT_EQ(activations.size(), keep.size());
  for (std::size_t n = 0; n < kImages; ++n) {
    std::vector<Values> image;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      const std::size_t size = size_of(graph, graph.inputs[k]);
      const auto first = inputs[k].begin() + static_cast<std::ptrdiff_t>(n * size);
      image.emplace_back(first, first + static_cast<std::ptrdiff_t>(size));
    }
    const std::vector<Values> expected = evaluate(graph, image);
    for (const TensorId tensor : keep) {
      const std::size_t size = size_of(graph, tensor);
      ASSERT_EQ(activations.at(tensor).size(), kImages * size);
      EXPECT_LT(
          difference(activations.at(tensor).data() + n * size, expected[static_cast<std::size_t>(tensor)]),
          1e-5)
          << "image " << n << ", tensor " << tensor << " of "
          << conversion::to_string(graph.tensors[static_cast<std::size_t>(tensor)].dims);
    }
  }
}

/// The output alone (everything that can be fused is) and all tensors together (nothing is).
void expect_like_loops(GraphMaker& maker, TensorId output) {
  const conversion::FloatGraph graph = maker.finish(output);
  expect_like_loops(graph, {output});
  expect_like_loops(graph, all_tensors(graph));
}

TEST(FloatNetwork, ConvolvesLikeLoopsForOddWindowsAndGroups) {
  struct Case {
    Dims in;
    std::int64_t out_channels, groups;
    Window2d window;
  };
  const std::vector<Case> cases{
      {{3, 11, 13},
       16,
       1,
       {.kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1}},
      {{5, 9, 7}, 10, 1, {.kernel_h = 3, .kernel_w = 2, .stride_h = 2, .stride_w = 3}},
      {{8, 12, 10},
       24,
       1,
       {.kernel_h = 5,
        .kernel_w = 3,
        .stride_h = 2,
        .pad_top = 2,
        .pad_left = 0,
        .pad_bottom = 1,
        .pad_right = 2}},
      {{16, 9, 9},
       8,
       1,
       {.kernel_h = 3,
        .kernel_w = 3,
        .pad_top = 2,
        .pad_left = 3,
        .pad_bottom = 4,
        .pad_right = 1,
        .dilation_h = 2,
        .dilation_w = 3}},
      {{12, 6, 6},
       12,
       12,
       {.kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1}},
      {{16, 7, 7},
       32,
       16,
       {.kernel_h = 3, .kernel_w = 3, .stride_h = 2, .stride_w = 2, .pad_top = 1, .pad_left = 1}},
      {{6, 8, 8}, 9, 3, {.kernel_h = 3, .kernel_w = 3, .pad_top = 1}},
      {{16, 8, 8}, 16, 2, {.kernel_h = 1, .kernel_w = 1}},
      {{32, 5, 5}, 17, 1, {.kernel_h = 1, .kernel_w = 1, .stride_h = 2, .stride_w = 2}},
      {{64, 4, 4}, 10, 1, {.kernel_h = 4, .kernel_w = 4}},
      {{1, 1, 1}, 1, 1, {.kernel_h = 1, .kernel_w = 1}},
      {{1, 28, 28}, 6, 1, {.kernel_h = 5, .kernel_w = 5}},
      {{2, 3, 3},
       8,
       1,
       {.kernel_h = 3, .kernel_w = 3, .pad_top = 9, .pad_left = 8, .pad_bottom = 7, .pad_right = 6}},
  };
  for (std::size_t k = 0; k < cases.size(); ++k) {
    SCOPED_TRACE("case " + std::to_string(k));
    GraphMaker maker(static_cast<std::uint32_t>(100 * k));
    const TensorId x = maker.input(cases[k].in);
    expect_like_loops(maker, maker.convolution(x, cases[k].out_channels, cases[k].window, cases[k].groups));
  }
}

TEST(FloatNetwork, MultipliesMatricesLikeLoops) {
  for (const auto& [in, out] :
       std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 1}, {37, 13}, {512, 10}, {7, 129}}) {
    SCOPED_TRACE(in);
    GraphMaker maker;
    const TensorId hidden = maker.relu(maker.affine(maker.dense(maker.input({in}), out), out));
    expect_like_loops(maker, maker.dense(hidden, 5));
  }
}

TEST(FloatNetwork, PoolsLikeLoopsInBothConventions) {
  const std::vector<Window2d> windows{
      {.kernel_h = 2, .kernel_w = 2, .stride_h = 2, .stride_w = 2},
      {.kernel_h = 3, .kernel_w = 3, .stride_h = 2, .stride_w = 2},
      {.kernel_h = 3,
       .kernel_w = 2,
       .stride_h = 2,
       .stride_w = 1,
       .pad_top = 1,
       .pad_left = 1,
       .pad_bottom = 2,
       .pad_right = 0},
      {.kernel_h = 3, .kernel_w = 3, .pad_top = 2, .pad_left = 0, .pad_bottom = 0, .pad_right = 2},
      {.kernel_h = 4,
       .kernel_w = 5,
       .stride_h = 3,
       .stride_w = 4,
       .pad_top = 1,
       .pad_left = 2,
       .pad_bottom = 1,
       .pad_right = 2},
      {.kernel_h = 2,
       .kernel_w = 2,
       .stride_h = 1,
       .stride_w = 2,
       .pad_top = 1,
       .pad_left = 1,
       .pad_bottom = 1,
       .pad_right = 1,
       .dilation_h = 2,
       .dilation_w = 3},
  };
  for (const std::int64_t channels : {5, 8, 20}) {
    for (const bool blocked : {false, true}) {
      for (const bool ceil_mode : {false, true}) {
        for (std::size_t k = 0; k < windows.size(); ++k) {
          SCOPED_TRACE("window " + std::to_string(k) + " channels " + std::to_string(channels) + " ceil " +
                       std::to_string(ceil_mode) + " after a convolution " + std::to_string(blocked));
          GraphMaker maker;
          TensorId x = maker.input({channels, 10, 12});
          x = blocked ? maker.convolution(x, channels, {}) : x;
          const TensorId largest = maker.node(conversion::MaxPool{windows[k]}, {x}, ceil_mode);
          const TensorId mean = maker.node(conversion::AveragePool{windows[k], false}, {x}, ceil_mode);
          const TensorId padded = maker.node(conversion::AveragePool{windows[k], true}, {x}, ceil_mode);
          expect_like_loops(maker, maker.node(conversion::Add{}, {largest, mean, padded}));
        }
      }
    }
  }
}

TEST(FloatNetwork, AveragesWholeMaps) {
  GraphMaker maker;
  const TensorId x = maker.convolution(maker.input({3, 13, 11}), 10, {.kernel_h = 3, .kernel_w = 3});
  expect_like_loops(maker, maker.node(conversion::AveragePool{{.kernel_h = 11, .kernel_w = 9}}, {x}));
}

TEST(FloatNetwork, PoolsValuesThatAreAllNegative) {
  GraphMaker maker;
  const TensorId x =
      maker.node(conversion::Affine{.scale = {1.0F}, .shift = {-1e30F}}, {maker.input({8, 5, 5})});
  expect_like_loops(
      maker,
      maker.node(
          conversion::MaxPool{
              {.kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1}},
          {x}));
}

TEST(FloatNetwork, ComputesPointwiseOperatorsOnEveryRankLikeLoops) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const Dims& dims : std::vector<Dims>{{}, {7}, {3, 5}, {10, 4, 3}, {3, 2, 5, 4}}) {
    for (const bool blocked : {false, true}) {
      if (blocked && dims.size() != 3) {
        continue;
      }
      SCOPED_TRACE("rank " + std::to_string(dims.size()) + " after a convolution " + std::to_string(blocked));
      GraphMaker maker;
      const TensorId x = blocked ? maker.convolution(maker.input(dims), dims[0], {}) : maker.input(dims);
      const TensorId one = maker.relu(maker.affine(x, 1));
      const TensorId channel = maker.affine(x, dims.empty() ? 1 : dims[0]);
      const TensorId full = maker.affine(x, conversion::size_of(dims));
      const TensorId low = maker.node(conversion::Clip{.low = 0.1F, .high = 0.5F}, {channel});
      const TensorId open = maker.node(conversion::Clip{.low = -kInfinity, .high = 0.25F}, {full});
      const TensorId above = maker.node(conversion::Clip{.low = 0.125F, .high = kInfinity}, {full});
      expect_like_loops(maker, maker.node(conversion::Add{}, {one, low, open, above, x, x}));
    }
  }
}

TEST(FloatNetwork, AnAffineOfChannelsThatFillNoBlockLeavesNothingInTheRest) {
  // oneDNN keeps maps in blocks of 8 or 16 channels; what reads a map reads whole blocks.
  GraphMaker maker;
  const Window2d one{};
  const TensorId input = maker.input({8, 5, 5});
  const TensorId conv = maker.convolution(input, 6, one);
  const TensorId norm = maker.affine(conv, 6);
  const TensorId output = maker.convolution(norm, 8, one);
  const conversion::FloatGraph graph = maker.finish(output);
  expect_like_loops(graph, {conv, output});
}

TEST(FloatNetwork, ComputesSoftmaxAlongEveryAxisLikeLoops) {
  for (const Dims& dims : std::vector<Dims>{{10}, {3, 5}, {9, 4, 3}, {3, 2, 5, 4}}) {
    for (std::size_t axis = 0; axis < dims.size(); ++axis) {
      for (const bool logarithm : {false, true}) {
        SCOPED_TRACE("rank " + std::to_string(dims.size()) + " axis " + std::to_string(axis));
        GraphMaker maker;
        const TensorId x =
            maker.node(conversion::Affine{.scale = {20.0F}, .shift = {3.0F}}, {maker.input(dims)});
        expect_like_loops(maker,
                          maker.node(conversion::Softmax{static_cast<std::int64_t>(axis), logarithm}, {x}));
      }
    }
  }
}

TEST(FloatNetwork, ConcatenatesAlongEveryAxisInEveryLayout) {
  for (std::int64_t axis = 0; axis < 3; ++axis) {
    for (const std::int64_t channels : {8, 5}) {
      SCOPED_TRACE("axis " + std::to_string(axis) + " channels " + std::to_string(channels));
      GraphMaker maker;
      const TensorId x = maker.input({channels, 4, 5});
      const TensorId a = maker.convolution(x, channels, {});
      const TensorId b = maker.relu(maker.convolution(x, axis == 0 ? 16 : channels, {}));
      const TensorId joined = maker.node(conversion::Concat{axis}, {a, x, b, a});
      expect_like_loops(maker, maker.convolution(joined, 3, {}));
    }
  }
  GraphMaker maker;
  const TensorId x = maker.input({3});
  expect_like_loops(maker, maker.node(conversion::Concat{0}, std::vector<TensorId>(70, maker.relu(x))));
}

// Where nothing else reads them, convolutions write into the concatenation. Channels that fill whole blocks
// of any processor, of AVX2 only, and of none; beside branches that are copied: pooled, read twice, with a
// sum.
TEST(FloatNetwork, ConcatenatesBranchesOfAnInceptionModuleLikeLoops) {
  for (const std::int64_t channels : {32, 24, 12}) {
    SCOPED_TRACE("channels " + std::to_string(channels));
    const Window2d same{
        .kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1};
    GraphMaker maker;
    const TensorId x = maker.relu(maker.convolution(maker.input({3, 7, 6}), channels, same));
    const TensorId narrow = maker.relu(maker.convolution(x, channels, {}));
    const TensorId wide = maker.relu(maker.convolution(x, 2 * channels, same));
    const TensorId pooled = maker.node(conversion::MaxPool{same}, {x});
    const TensorId twice = maker.convolution(x, channels, same);
    const TensorId grouped = maker.convolution(x, channels, same, channels / 4);
    const TensorId sum = maker.node(conversion::Add{}, {maker.convolution(x, channels, {}), twice});
    const TensorId joined =
        maker.node(conversion::Concat{0}, {pooled, narrow, twice, wide, grouped, maker.relu(sum)});
    const TensorId next = maker.convolution(joined, channels, same);
    const TensorId last =
        maker.node(conversion::Concat{0}, {next, maker.relu(maker.convolution(joined, channels, {}))});
    const conversion::FloatGraph graph = maker.finish(last);
    expect_like_loops(graph, {last});
    expect_like_loops(graph, {last, joined});
    expect_like_loops(graph, {last, narrow});
    expect_like_loops(graph, all_tensors(graph));
  }
}

TEST(FloatNetwork, PadsLikeLoopsAloneAndInsideAConvolution) {
  for (const float value : {0.0F, -1.5F}) {
    SCOPED_TRACE(value);
    GraphMaker maker;
    const TensorId x = maker.convolution(maker.input({3, 6, 5}), 8, {});
    const TensorId padded =
        maker.node(conversion::Pad{.top = 1, .left = 2, .bottom = 0, .right = 3, .value = value}, {x});
    expect_like_loops(maker, maker.convolution(padded, 5, {.kernel_h = 3, .kernel_w = 3, .pad_top = 1}));
  }
}

TEST(FloatNetwork, ViewsBlockedMapsInRowMajorOrder) {
  GraphMaker maker;
  const TensorId x = maker.relu(maker.convolution(maker.input({3, 6, 5}), 10, {}));
  const TensorId flat = maker.view(maker.view(x, {10, 30}), {300});
  const TensorId again = maker.view(maker.relu(flat), {30, 2, 5});
  expect_like_loops(maker, maker.dense(maker.view(maker.convolution(again, 7, {}), {70}), 4));
}

TEST(FloatNetwork, TakesSeveralInputs) {
  GraphMaker maker;
  const TensorId a = maker.input({4, 5, 5});
  const TensorId b = maker.input({4, 5, 5});
  const TensorId unused = maker.input({2});
  const TensorId sum = maker.node(conversion::Add{}, {maker.convolution(a, 4, {}), b});
  const conversion::FloatGraph graph = maker.finish(sum);
  expect_like_loops(graph, {sum});
  expect_like_loops(graph, {b, sum, unused});
}

}  // namespace
}  // namespace homolog::test::operators_test
