#include "conversion/graph/random_weights.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace homolog::conversion::random_weights_test {
namespace {

/// input -> fixed scaling -> convolution -> batch normalisation -> dense.
FloatGraph graph() {
  FloatGraph graph;
  for (int t = 0; t < 5; ++t) {
    graph.tensors.push_back({"t" + std::to_string(t), {}});
  }
  graph.inputs = {0};
  graph.nodes.push_back({"scale", "Mul", Affine{.scale = {3.0F}, .shift = {1.0F}}, {0}, 1});
  Convolution convolution;
  convolution.weights.assign(64 * 32 * 9, 0.5F);
  convolution.bias.assign(64, 0.25F);
  graph.nodes.push_back({"conv", "Conv", convolution, {1}, 2});
  graph.nodes.push_back({"bn", "BatchNormalization", Affine{.scale = {2.0F}, .shift = {7.0F}}, {2}, 3});
  Dense dense;
  dense.weights.assign(10 * 500, 0.5F);
  dense.bias.assign(10, 0.25F);
  graph.nodes.push_back({"fc", "Gemm", dense, {3}, 4});
  graph.outputs = {4};
  return graph;
}

TEST(RandomWeights, AreNormalWithTheVarianceOfHe) {
  const FloatGraph random = with_random_weights(graph(), 5);
  const auto check = [](const std::vector<float>& weights, double fan_in) {
    const auto n = static_cast<double>(weights.size());
    double mean = 0.0;
    double square = 0.0;
    double fourth = 0.0;
    for (const float weight : weights) {
      mean += weight / n;
      square += static_cast<double>(weight) * weight / n;
      fourth += std::pow(static_cast<double>(weight), 4) / n;
    }
    const double variance = 2.0 / fan_in;
    EXPECT_NEAR(mean, 0.0, 5.0 * std::sqrt(variance / n));                  // 5 standard errors
    EXPECT_NEAR(square / variance, 1.0, 5.0 * std::sqrt(2.0 / n));          // of a variance of normals
    EXPECT_NEAR(fourth / square / square, 3.0, 5.0 * std::sqrt(24.0 / n));  // kurtosis
  };
  const auto& convolution = std::get<Convolution>(random.nodes[1].op);
  check(convolution.weights, 32 * 9);
  check(std::get<Dense>(random.nodes[3].op).weights, 500);
  EXPECT_EQ(convolution.bias, std::vector<float>(64, 0.0F));
}

TEST(RandomWeights, ReplaceOnlyWhatIsLearned) {
  const FloatGraph random = with_random_weights(graph(), 5);
  EXPECT_EQ(std::get<Affine>(random.nodes[0].op).scale, std::vector<float>{3.0F});  // preprocessing
  EXPECT_EQ(std::get<Affine>(random.nodes[2].op).scale, std::vector<float>{1.0F});
  EXPECT_EQ(std::get<Affine>(random.nodes[2].op).shift, std::vector<float>{0.0F});
}

TEST(RandomWeights, LeaveNoNormalisationBehindAndPickTheSameChannels) {
  // input -> convolution -> pick channels 2, 0 -> sum with itself -> ReLU -> batch normalisation, as in
  // networks that normalise before activations.
  FloatGraph graph;
  for (int t = 0; t < 6; ++t) {
    graph.tensors.push_back({"t" + std::to_string(t), {}});
  }
  graph.inputs = {0};
  Convolution convolution{.in_channels = 3, .out_channels = 3};
  convolution.weights.assign(9, 1.0F);  // three ones in each row: no choice of one
  convolution.bias.assign(3, 0.0F);
  graph.nodes.push_back({"conv", "Conv", convolution, {0}, 1});
  Convolution pick{.in_channels = 3, .out_channels = 2};
  pick.weights = {0, 0, 1, 1, 0, 0};
  pick.bias = {0, 0};
  graph.nodes.push_back({"pick", "Gather", pick, {1}, 2});
  graph.nodes.push_back({"add", "Add", Add{}, {2, 2}, 3});
  graph.nodes.push_back({"relu", "Relu", Relu{}, {3}, 4});
  graph.nodes.push_back({"bn", "BatchNormalization", Affine{.scale = {2.0F}, .shift = {7.0F}}, {4}, 5});
  const FloatGraph random = with_random_weights(graph, 5);
  EXPECT_NE(std::get<Convolution>(random.nodes[0].op).weights, convolution.weights);
  EXPECT_EQ(std::get<Convolution>(random.nodes[1].op).weights, pick.weights);
  EXPECT_EQ(std::get<Affine>(random.nodes[4].op).scale, std::vector<float>{1.0F});
  EXPECT_EQ(std::get<Affine>(random.nodes[4].op).shift, std::vector<float>{0.0F});
}

TEST(RandomWeights, DependOnTheSeedAlone) {
  const auto weights = [](std::uint64_t seed) {
    return std::get<Dense>(with_random_weights(graph(), seed).nodes[3].op).weights;
  };
  EXPECT_EQ(weights(1), weights(1));
  EXPECT_NE(weights(1), weights(2));
}

}  // namespace
}  // namespace homolog::conversion::random_weights_test
