#include "conversion/spiking/refit_weights.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include "conversion/spiking/apply_kernel.hpp"
#include "sim/core/error.hpp"
#include "sim/network/network.hpp"

namespace homolog::conversion::refit_weights_test {
namespace {

using Values = std::vector<float>;

std::size_t at(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  Values uniform(std::int64_t n, float low, float high) {
    std::uniform_real_distribution<float> draw(low, high);
    Values values(at(n));
    for (float& value : values) {
      value = draw(engine_);
    }
    return values;
  }
  /// Spikes of 8 steps, / steps.
  Values rates(std::int64_t n) {
    std::uniform_int_distribution<int> draw(0, 8);
    Values values(at(n));
    for (float& value : values) {
      value = static_cast<float>(draw(engine_)) / 8.0F;
    }
    return values;
  }

 private:
  std::mt19937 engine_;
};

/// An image, populations of neurons that read it, and a readout that reads them by `kernels`, one each.
sim::Network network_of(const std::vector<sim::Kernel>& kernels) {
  sim::Network network;
  network.populations.push_back({.name = "image", .shape = {.channels = 1}, .role = sim::AnalogInput{}});
  sim::Shape out;
  for (const sim::Kernel& kernel : kernels) {
    const sim::Shape in = std::visit([](const auto& k) { return k.in; }, kernel);
    out = std::visit([](const auto& k) { return k.out; }, kernel);
    network.populations.push_back({.name = "source", .shape = in});
  }
  const auto target = static_cast<sim::PopulationId>(network.populations.size());
  network.populations.push_back({.name = "target", .shape = out, .role = sim::Readout{}});
  for (std::size_t k = 0; k < kernels.size(); ++k) {
    network.projections.push_back(
        {.source = static_cast<sim::PopulationId>(k + 1), .target = target, .kernel = kernels[k]});
  }
  return network;
}

sim::Convolution convolution(sim::Shape in, sim::Shape out, sim::Window window, std::int64_t groups,
                             Random& random) {
  sim::Convolution kernel{.in = in, .out = out, .window = window, .groups = groups, .channels = out.channels};
  kernel.weights =
      random.uniform(in.channels * window.kernel_h * window.kernel_w * out.channels / groups, -1.0F, 1.0F);
  return kernel;
}

const sim::Window kSame{.kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1};
const sim::Shape kMap{.channels = 4, .height = 6, .width = 5};

/// What the target misses in one image: `missing(emissions)`, [H,W,C].
template <class Missing>
std::vector<Values> refitted(const sim::Network& network, std::int64_t images, const Missing& missing,
                             int threads = 1, bool centred = true) {
  const auto target = static_cast<sim::PopulationId>(network.populations.size() - 1);
  const sim::Shape shape = network.populations[target].shape;
  WeightRefit refit(network, target, shape.area(), centred);
  for (const int half : {0, 1}) {
    std::int64_t slot = 0;
    for (std::int64_t image = half; image < images; image += 2) {
      Random random(static_cast<unsigned>(image) + 100U);
      MeanEmissions emissions(network.populations.size());
      for (sim::PopulationId p = 1; p < target; ++p) {
        emissions[p] = random.rates(network.populations[p].shape.size());
      }
      const std::vector<double> wrong = missing(emissions, image);
      for (std::int64_t j = 0; j < shape.area(); ++j) {
        Values residual(at(shape.channels));
        for (std::int64_t c = 0; c < shape.channels; ++c) {
          residual[at(c)] = static_cast<float>(wrong[at(j * shape.channels + c)]);
        }
        refit.enter(slot, j, j, emissions, residual);
      }
      if (++slot == refit.batch()) {
        refit.finish_batch(slot, half, threads);
        slot = 0;
      }
    }
    if (slot > 0) {
      refit.finish_batch(slot, half, threads);
    }
  }
  return refit.solve(threads);
}

Values& weights_of(sim::Kernel& kernel) {
  auto* conv = std::get_if<sim::Convolution>(&kernel);
  return conv != nullptr ? conv->weights : std::get<sim::Dense>(kernel).weights;
}

/// The target misses what weights that differ would give it, computed by apply_kernel().
void expect_repaired(const std::vector<sim::Kernel>& kernels, std::int64_t images) {
  const sim::Network network = network_of(kernels);
  std::vector<sim::Kernel> difference = kernels;
  Random random(3);
  for (sim::Kernel& kernel : difference) {
    Values& weights = weights_of(kernel);
    weights = random.uniform(std::ssize(weights), -0.5F, 0.5F);
  }
  const std::vector<Values> weights =
      refitted(network, images, [&](const MeanEmissions& emissions, std::int64_t) {
        std::vector<double> sum(at(network.populations.back().shape.size()), 0.0);
        for (std::size_t k = 0; k < difference.size(); ++k) {
          apply_kernel(difference[k], std::vector<double>(emissions[k + 1].begin(), emissions[k + 1].end()),
                       sum);
        }
        return sum;
      });
  ASSERT_EQ(weights.size(), kernels.size());
  for (std::size_t k = 0; k < kernels.size(); ++k) {
    sim::Kernel before = kernels[k];
    ASSERT_EQ(weights[k].size(), weights_of(before).size());
    for (std::size_t i = 0; i < weights[k].size(); ++i) {
      // The prior of lambda = 1e-5 mean eigenvalues and 12 bits of the weight take away about 1e-3.
      EXPECT_NEAR(weights[k][i], weights_of(before)[i] + weights_of(difference[k])[i], 2e-3);
    }
  }
}

TEST(WeightRefit, RepairsAConvolution) {
  Random random(1);
  expect_repaired({convolution(kMap, {.channels = 3, .height = 6, .width = 5}, kSame, 1, random)}, 20);
}

TEST(WeightRefit, RepairsAConvolutionWithStrideAndDilation) {
  Random random(1);
  const sim::Window window{.kernel_h = 2, .kernel_w = 3, .stride_h = 2, .pad_left = 2, .dilation_w = 2};
  expect_repaired({convolution(kMap, {.channels = 3, .height = 3, .width = 5}, window, 1, random)}, 20);
}

TEST(WeightRefit, RepairsGroupedAndDepthwiseConvolutions) {
  Random random(1);
  expect_repaired({convolution(kMap, {.channels = 6, .height = 6, .width = 5}, kSame, 2, random)}, 20);
  expect_repaired({convolution(kMap, {.channels = 4, .height = 6, .width = 5}, kSame, 4, random)}, 20);
}

TEST(WeightRefit, RepairsAConvolutionOfAveragedBlocks) {
  Random random(1);
  sim::Convolution kernel = convolution(kMap, {.channels = 3, .height = 3, .width = 2}, kSame, 1, random);
  kernel.pool_h = 2;
  kernel.pool_w = 2;
  expect_repaired({kernel}, 60);
}

TEST(WeightRefit, RepairsADenseLayer) {
  Random random(1);
  sim::Dense kernel{.in = {.channels = 3, .height = 2, .width = 2}, .out = {.channels = 5}, .channels = 5};
  kernel.weights = random.uniform(12 * 5, -1.0F, 1.0F);
  expect_repaired({kernel}, 60);
}

TEST(WeightRefit, RepairsTheProjectionsOfAResidualSumTogether) {
  Random random(1);
  const sim::Shape out{.channels = 4, .height = 6, .width = 5};
  expect_repaired({convolution(kMap, out, kSame, 1, random),
                   convolution({.channels = 2, .height = 6, .width = 5}, out, {}, 1, random)},
                  30);
}

TEST(WeightRefit, RepairsConcatenatedConvolutionsEachForItself) {
  Random random(1);
  const sim::Shape out{.channels = 5, .height = 6, .width = 5};
  sim::Convolution first = convolution(kMap, out, kSame, 1, random);
  first.channels = 3;
  first.weights.resize(4 * 9 * 3);
  sim::Convolution second = convolution(kMap, out, {}, 1, random);
  second.channels = 2;
  second.first_channel = 3;
  second.weights.resize(4 * 2);
  expect_repaired({first, second}, 30);
}

/// Windows of all positions of an image, one row each, by plain indices (3 x 3, padding 1).
Eigen::MatrixXd windows(const Values& source, const sim::Shape& s) {
  Eigen::MatrixXd rows = Eigen::MatrixXd::Zero(s.area(), s.channels * 9);
  for (std::int64_t y = 0; y < s.height; ++y) {
    for (std::int64_t x = 0; x < s.width; ++x) {
      for (std::int64_t c = 0; c < s.channels; ++c) {
        for (std::int64_t k = 0; k < 9; ++k) {
          const std::int64_t v = y + k / 3 - 1;
          const std::int64_t u = x + k % 3 - 1;
          if (v >= 0 && v < s.height && u >= 0 && u < s.width) {
            rows(y * s.width + x, c * 9 + k) =
                static_cast<double>(source[at((v * s.width + u) * s.channels + c)]);
          }
        }
      }
    }
  }
  return rows;
}

struct Stacked {
  Eigen::MatrixXd x{};
  Eigen::MatrixXd r{};

  void append(const Eigen::MatrixXd& more_x, const Eigen::MatrixXd& more_r) {
    const Eigen::Index rows = x.rows();
    x.conservativeResize(rows + more_x.rows(), more_x.cols());
    r.conservativeResize(rows + more_r.rows(), more_r.cols());
    x.bottomRows(more_x.rows()) = more_x;
    r.bottomRows(more_r.rows()) = more_r;
  }
  void centre() {
    const Eigen::RowVectorXd mean_x = x.colwise().mean();
    const Eigen::RowVectorXd mean_r = r.colwise().mean();
    x.rowwise() -= mean_x;
    r.rowwise() -= mean_r;
  }
  /// Ridge regression as least squares of [x; sqrt(lambda) I] by QR.
  [[nodiscard]] Eigen::MatrixXd solution(double lambda) const {
    Stacked more = *this;
    more.append(std::sqrt(lambda) * Eigen::MatrixXd::Identity(x.cols(), x.cols()),
                Eigen::MatrixXd::Zero(x.cols(), r.cols()));
    return more.x.householderQr().solve(more.r);
  }
  [[nodiscard]] double error(const Eigen::MatrixXd& change) const { return (r - x * change).squaredNorm(); }
};

TEST(WeightRefit, IsTheCrossValidatedRidgeRegressionSolvedByQr) {
  for (const std::int64_t images : {4, 9, 40}) {
    Random random(5);
    const sim::Shape out{.channels = 3, .height = 6, .width = 5};
    const sim::Convolution kernel = convolution(kMap, out, kSame, 1, random);
    const sim::Network network = network_of({kernel});
    const Values truth = random.uniform(4 * 9 * 3, -0.3F, 0.3F);
    std::vector<Stacked> halves(2);
    const std::vector<Values> weights =
        refitted(network, images, [&](const MeanEmissions& emissions, std::int64_t image) {
          Random noise_source(static_cast<unsigned>(image));
          const Values noise = noise_source.uniform(out.size(), -0.6F, 0.6F);
          const Eigen::MatrixXd x = windows(emissions[1], kMap);
          Eigen::MatrixXd r(out.area(), 3);
          std::vector<double> wrong(at(out.size()));
          for (Eigen::Index p = 0; p < out.area(); ++p) {
            for (Eigen::Index c = 0; c < 3; ++c) {
              double sum = static_cast<double>(noise[at(p * 3 + c)]) + 0.2;
              for (Eigen::Index f = 0; f < x.cols(); ++f) {
                sum += x(p, f) * static_cast<double>(truth[at(f * 3 + c)]);
              }
              r(p, c) = static_cast<double>(static_cast<float>(sum));
              wrong[at(p * 3 + c)] = sum;
            }
          }
          halves[at(image % 2)].append(x, r);
          return wrong;
        });
    halves[0].centre();
    halves[1].centre();
    Stacked all = halves[0];
    all.append(halves[1].x, halves[1].r);
    const double mean_eigenvalue = all.x.squaredNorm() / static_cast<double>(all.x.cols());
    double best = halves[0].r.squaredNorm() + halves[1].r.squaredNorm();
    Eigen::MatrixXd expected = Eigen::MatrixXd::Zero(36, 3);
    for (const double factor : {1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5}) {
      const double lambda = factor * mean_eigenvalue;
      const double error =
          halves[1].error(halves[0].solution(lambda)) + halves[0].error(halves[1].solution(lambda));
      if (error < best) {
        best = error;
        expected = all.solution(lambda);
      }
    }
    ASSERT_GT(expected.norm(), 0.0);
    ASSERT_EQ(weights[0].size(), kernel.weights.size());
    for (Eigen::Index f = 0; f < 36; ++f) {
      for (Eigen::Index c = 0; c < 3; ++c) {
        const std::size_t i = at(f * 3 + c);
        // 12 bits, and float sums of some hundred products.
        EXPECT_NEAR(weights[0][i], static_cast<double>(kernel.weights[i]) + expected(f, c), 5e-4) << images;
      }
    }
  }
}

TEST(WeightRefit, ChangesNothingWhereNothingIsMissing) {
  Random random(1);
  const sim::Shape out{.channels = 3, .height = 6, .width = 5};
  const sim::Network network = network_of({convolution(kMap, out, kSame, 1, random)});
  for (const double constant : {0.0, 0.5}) {  // a constant is the bias's
    const std::vector<Values> weights = refitted(network, 10, [&](const MeanEmissions&, std::int64_t) {
      return std::vector<double>(at(out.size()), constant);
    });
    EXPECT_TRUE(weights[0].empty());
  }
}

TEST(WeightRefit, ChangesNothingForNoiseOnAFewImages) {
  Random random(1);
  const sim::Shape out{.channels = 3, .height = 6, .width = 5};
  const sim::Network network = network_of({convolution(kMap, out, kSame, 1, random)});
  for (const std::int64_t images : {1, 2, 4, 10}) {
    const std::vector<Values> weights = refitted(network, images, [&](const MeanEmissions&, std::int64_t) {
      const Values noise = random.uniform(out.size(), -1.0F, 1.0F);
      return std::vector<double>(noise.begin(), noise.end());
    });
    EXPECT_TRUE(weights[0].empty()) << images;
  }
}

TEST(WeightRefit, HasTheSameBitsForAnyNumberOfThreads) {
  Random random(1);
  const sim::Shape in{.channels = 16, .height = 6, .width = 5};  // more than one panel
  const sim::Shape out{.channels = 3, .height = 6, .width = 5};
  const sim::Network network = network_of({convolution(in, out, kSame, 1, random)});
  const auto missing = [&](const MeanEmissions& emissions, std::int64_t) {
    return std::vector<double>(emissions[1].begin(), emissions[1].begin() + out.size());
  };
  EXPECT_EQ(refitted(network, 30, missing, 1), refitted(network, 30, missing, 4));
}

TEST(WeightRefit, LeavesSynapsesFromTheImageAndOneToOneSynapsesAlone) {
  Random random(1);
  sim::Network network = network_of({convolution(kMap, kMap, kSame, 1, random)});
  network.populations[1].role = sim::AnalogInput{};
  EXPECT_FALSE(WeightRefit(network, 2, 1, true).possible());
  sim::OneToOne identity{.in = kMap, .out = kMap};
  EXPECT_FALSE(WeightRefit(network_of({identity}), 2, 1, true).possible());
}

TEST(WeightRefit, LeavesChannelsWithTooManyWeightsAlone) {
  sim::Dense kernel{
      .in = {.channels = WeightRefit::kMostFeatures + 1}, .out = {.channels = 1}, .channels = 1};
  kernel.weights.resize(at(kernel.in.channels));
  const sim::Network network = network_of({kernel});
  EXPECT_FALSE(WeightRefit(network, 2, 1, true).possible());
  EXPECT_EQ(WeightRefit::bytes(network, 2), 0U);
}

TEST(AddRelays, PassesOnWhatChainsOfRelaysReceive) {
  const sim::Shape half{.channels = 4, .height = 3, .width = 2};
  const sim::AveragePool pool{.in = kMap,
                              .out = half,
                              .window = {.kernel_h = 2, .kernel_w = 2, .stride_h = 2, .stride_w = 2},
                              .position_weight = Values(6, 0.25F),
                              .channel_weight = {1.0F, 2.0F, 3.0F, 4.0F}};
  const sim::AveragePool whole{.in = half,
                               .out = {.channels = 4},
                               .window = {.kernel_h = 3, .kernel_w = 2},
                               .position_weight = {1.0F / 6.0F},
                               .channel_weight = Values(4, 1.0F)};
  sim::Dense dense{.in = {.channels = 4}, .out = {.channels = 1}, .channels = 1};
  dense.weights = Values(4, 1.0F);
  sim::Network network;
  network.populations = {{.name = "image", .shape = {.channels = 1}, .role = sim::AnalogInput{}},
                         {.name = "source", .shape = kMap},
                         {.name = "half", .shape = half, .role = sim::Relay{}},
                         {.name = "whole", .shape = {.channels = 4}, .role = sim::Relay{}},
                         {.name = "target", .shape = {.channels = 1}, .role = sim::Readout{}}};
  network.projections = {{.source = 1, .target = 2, .kernel = pool},
                         {.source = 2, .target = 3, .kernel = whole},
                         {.source = 3, .target = 4, .kernel = dense}};
  const WeightRefit refit(network, 4, 1, true);
  EXPECT_TRUE(refit.possible());
  EXPECT_TRUE(refit.reads(1));
  EXPECT_FALSE(refit.reads(0));
  Random random(2);
  MeanEmissions emissions(5);
  emissions[1] = random.rates(kMap.size());
  add_relays(network, 4, emissions);
  ASSERT_EQ(emissions[3].size(), 4U);
  for (std::int64_t c = 0; c < 4; ++c) {
    double mean = 0.0;
    for (std::int64_t y = 0; y < 6; ++y) {
      for (std::int64_t x = 0; x < 4; ++x) {  // the fifth column fills no block
        mean += static_cast<double>(emissions[1][sim::hwc_index(kMap, c, y, x)]) / 24.0;
      }
    }
    EXPECT_NEAR(emissions[3][at(c)], mean * static_cast<double>(c + 1), 1e-5);
  }
}

TEST(ReplaceWeights, DividesByTheScaleOfTheChannelAndChecksTheirNumber) {
  Random random(1);
  sim::Kernel grouped = convolution(kMap, {.channels = 6, .height = 6, .width = 5}, kSame, 2, random);
  const Values ones(weights_of(grouped).size(), 1.0F);
  const Values scale{1.0F, 2.0F, 4.0F, 8.0F, 16.0F, 32.0F};
  replace_weights(grouped, ones, scale);
  // A spike of every source unit then gives channel c of an inner position 2 inputs x 9 / scale[c].
  std::vector<double> sum(6 * 30, 0.0);
  apply_kernel(grouped, std::vector<double>(at(kMap.size()), 1.0), sum);
  for (std::size_t c = 0; c < 6; ++c) {
    EXPECT_DOUBLE_EQ(sum[(1 * 5 + 1) * 6 + c], 18.0 / static_cast<double>(scale[c]));
  }
  EXPECT_THROW(replace_weights(grouped, std::vector<float>(3), scale), Error);
}

}  // namespace
}  // namespace homolog::conversion::refit_weights_test
