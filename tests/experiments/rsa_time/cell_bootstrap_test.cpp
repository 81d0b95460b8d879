#include "experiments/rsa_time/cell_bootstrap.hpp"

#include <gtest/gtest.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "experiments/rsa_time/generalisation.hpp"
#include "experiments/rsa_time/generalisation_intervals.hpp"

namespace homolog::experiments::cell_bootstrap_test {
namespace {

constexpr std::size_t kStimuli = 9;
constexpr std::size_t kSubjects = 4;

std::vector<Rdm> random_rdms(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> draw(0.0, 2.0);
  std::vector<Rdm> rdms;
  for (std::size_t k = 0; k < count; ++k) {
    std::vector<double> pairs(Rdm::pair_count(kStimuli));
    for (double& pair : pairs) {
      pair = draw(random);
    }
    rdms.emplace_back(kStimuli, pairs);
  }
  return rdms;
}

/// A layer in which window 1 of 4 has no RDM.
WindowRdms windows_of(unsigned seed) {
  WindowRdms windows;
  windows.rdms = ordered(random_rdms(3, seed));
  windows.place = {0, 2, 3};
  windows.undefined = {0, 9, 0, 0};
  return windows;
}

/// Two times, [subject, time].
LoadedRdms reference() {
  return {.subjects = kSubjects, .times = 2, .rdms = random_rdms(2 * kSubjects, 3)};
}

std::vector<OrderedRdm> subjects_at(const LoadedRdms& loaded, std::size_t time) {
  std::vector<Rdm> rdms;
  for (std::size_t s = 0; s < loaded.subjects; ++s) {
    rdms.push_back(loaded.rdms[s * loaded.times + time]);
  }
  return ordered(rdms);
}

// Sums in another order; errors are some 0.1.
constexpr double kRounding = 1e-10;

/// infer() makes every draw anew for every time and keeps it.
void expect_as_infer(const std::string& name, bool stimuli, bool subjects) {
  SCOPED_TRACE(name + (stimuli ? " stimuli" : "") + (subjects ? " subjects" : ""));
  const Comparison comparison = comparisons().find(name);
  const BootstrapOptions options{
      .stimuli = stimuli, .subjects = subjects, .samples = 40, .level = 0.9, .seed = 11};
  const std::vector<WindowRdms> layers{windows_of(1), windows_of(2)};
  const LoadedRdms loaded = reference();
  const std::vector<Generalisation> matrices =
      reference_generalisation(comparison, layers, loaded, options, {});
  ASSERT_EQ(matrices.size(), 2U);
  for (std::size_t layer = 0; layer < 2; ++layer) {
    const Generalisation& matrix = matrices[layer];
    for (std::size_t t = 0; t < 2; ++t) {
      const InferenceResult expected = infer(comparison, layers[layer].rdms, subjects_at(loaded, t), options);
      for (std::size_t k = 0; k < 3; ++k) {
        const std::size_t cell = layers[layer].place[k] * 2 + t;
        const ModelInference& model = expected.models[k];
        EXPECT_NEAR(matrix.value[cell], model.value, kRounding);
        EXPECT_NEAR(matrix.standard_error[cell], model.standard_error, kRounding);
        EXPECT_NEAR(matrix.ci_low[cell], model.ci_low, 10.0 * kRounding);  // t is below 10
        EXPECT_NEAR(matrix.ci_high[cell], model.ci_high, 10.0 * kRounding);
        EXPECT_NEAR(matrix.p[cell], model.p_above_zero, 100.0 * kRounding);  // value / error of some 0.1
      }
      EXPECT_TRUE(std::isnan(matrix.value[1 * 2 + t]));
      EXPECT_TRUE(std::isnan(matrix.p_fdr[1 * 2 + t]));
    }
  }
}

TEST(CellErrors, AreThoseOfInferForEveryWayOfDrawing) {
  expect_as_infer("spearman", true, true);
  expect_as_infer("spearman", true, false);
  expect_as_infer("spearman", false, true);
  expect_as_infer("kendall", true, true);     // no matrix product
  expect_as_infer("linear_cka", true, true);  // whole matrices
}

TEST(CellErrors, OfWindowsWithWindowsAreSymmetricAndThoseOfOneSubject) {
  const Comparison comparison = comparisons().find("pearson");
  const BootstrapOptions options{.subjects = false, .samples = 40, .seed = 11};
  const WindowRdms windows = windows_of(1);
  const Generalisation matrix = own_generalisation(comparison, windows, options, {});
  const InferenceResult expected =
      infer(comparison, windows.rdms, std::span(windows.rdms).subspan(2, 1), options);
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(matrix.value[windows.place[k] * 4 + 3], expected.models[k].value, kRounding);
    EXPECT_NEAR(matrix.standard_error[windows.place[k] * 4 + 3], expected.models[k].standard_error,
                kRounding);
    EXPECT_TRUE(std::isnan(matrix.p[windows.place[k] * 5])) << "a window is not tested against itself";
  }
  EXPECT_EQ(matrix.ci_low[0 * 4 + 3], matrix.ci_low[3 * 4 + 0]);
  // Three pairs of windows: the largest p stays, the smallest is at most three times as large.
  const double largest = std::max({matrix.p[0 * 4 + 2], matrix.p[0 * 4 + 3], matrix.p[2 * 4 + 3]});
  EXPECT_DOUBLE_EQ(std::max({matrix.p_fdr[0 * 4 + 2], matrix.p_fdr[0 * 4 + 3], matrix.p_fdr[2 * 4 + 3]}),
                   largest);
}

TEST(CellErrors, HaveTheSameBitsForAnyNumberOfThreadsAndNoneWithoutBootstrap) {
  const Comparison comparison = comparisons().find("spearman");
  const std::vector<WindowRdms> layers{windows_of(1), windows_of(2)};
  const LoadedRdms loaded = reference();
  const auto compute = [&](int threads) {
    tbb::task_arena arena(threads);
    return arena.execute([&] {
      return reference_generalisation(comparison, layers, loaded, BootstrapOptions{.samples = 70}, {});
    });
  };
  const auto one = compute(1);
  const auto three = compute(3);
  for (const std::size_t cell : {0U, 1U, 4U, 5U, 6U, 7U}) {
    EXPECT_EQ(one[1].standard_error[cell], three[1].standard_error[cell]);
  }
  const Generalisation plain = reference_generalisation(comparison, layers, loaded, {}, {})[1];
  EXPECT_EQ(plain.value[0], one[1].value[0]);
  EXPECT_TRUE(std::isnan(plain.standard_error[0]));
}

TEST(CellGrids, AreBoundedInMemory) {
  EXPECT_EQ(columns_at_once(1000, 1, 10000), 1U);  // one RDM of 50 million pairs is more than allowed
  EXPECT_LE(columns_at_once(400, 16, 92) * 16 * Rdm::pair_count(92) * 20, std::size_t{1} << 26U);
  EXPECT_LE(columns_at_once(100000, 1, 4) * 100000, std::size_t{1} << 17U);
}

TEST(GeneralisationIntervals, AreAffordableAsMatrixProducts) {
  const MatrixSize meg{.rows = 400, .columns = 400, .subjects = 16, .stimuli = 92, .samples = 1000};
  EXPECT_DOUBLE_EQ(multiply_adds(meg), 400.0 * 400.0 * 16.0 * 1000.0 * 0.4 * (92.0 * 91.0 / 2.0));
  EXPECT_TRUE(affordable(comparisons().find("spearman"), meg));
  EXPECT_FALSE(affordable(comparisons().find("kendall"), meg));
  MatrixSize many = meg;
  many.stimuli = 1000;
  EXPECT_FALSE(affordable(comparisons().find("spearman"), many));
}

}  // namespace
}  // namespace homolog::experiments::cell_bootstrap_test
