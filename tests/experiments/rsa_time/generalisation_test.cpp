#include "experiments/rsa_time/generalisation.hpp"

#include <gtest/gtest.h>
#include <tbb/task_arena.h>

#include <cmath>
#include <cstring>

#include "experiments/rsa/inference/corrections.hpp"
#include "experiments/rsa_time/cell_bootstrap.hpp"
#include "experiments/rsa_time/generalisation_run.hpp"
#include "experiments/rsa_time/reference_times.hpp"
#include "tests/experiments/rsa_time/simulated_population.hpp"

namespace homolog::experiments::generalisation_test {
namespace {

using Values = std::vector<double>;

constexpr std::size_t kStimuli = 10;
constexpr std::size_t kWindows = 5;  // the first has no RDM
constexpr std::size_t kTimes = 4;
constexpr std::size_t kSubjects = 3;

/// Windows that are all mixtures with one pattern, so that values differ from 0.
struct Simulated {
  std::mt19937_64 random{11};
  test::Patterns common = test::normal_patterns(kStimuli, 6, random);
  WindowRdms first = windows();
  WindowRdms second = windows();
  LoadedRdms reference = timed();

  Rdm rdm(double share) {
    return test::squared_distances(test::mixed(common, test::normal_patterns(kStimuli, 6, random), share));
  }
  WindowRdms windows() {
    WindowRdms made{.undefined = std::vector<std::int64_t>(kWindows)};
    for (std::size_t w = 1; w < kWindows; ++w) {
      made.rdms.emplace_back(rdm(0.2 * static_cast<double>(w)));
      made.place.push_back(w);
    }
    return made;
  }
  LoadedRdms timed() {
    LoadedRdms loaded{.subjects = kSubjects, .times = kTimes};
    for (std::size_t k = 0; k < kSubjects * kTimes; ++k) {
      loaded.rdms.push_back(rdm(0.6));
    }
    return loaded;
  }
};

// Sums of a draw are in another order; the standard error of 10 stimuli is about 0.1.
constexpr double kRounding = 1e-10;

/// Against infer() of one window and one time.
void expect_cells_of_infer(const char* comparison_name, const BootstrapOptions& options) {
  Simulated data;
  const Comparison comparison = comparisons().find(comparison_name);
  const std::vector<WindowRdms> layers{data.first, data.second};
  const std::vector<Generalisation> found =
      reference_generalisation(comparison, layers, data.reference, options, {});
  ASSERT_EQ(found.size(), 2U);
  for (std::size_t l = 0; l < layers.size(); ++l) {
    EXPECT_TRUE(std::isnan(found[l].value[0]) && std::isnan(found[l].standard_error[0]) &&
                std::isnan(found[l].p[0]) && std::isnan(found[l].p_fdr[0]));
    for (std::size_t w = 1; w < kWindows; ++w) {
      for (std::size_t t = 0; t < kTimes; ++t) {
        const std::vector<OrderedRdm> subjects = ordered(rdms_at(data.reference, t));
        const InferenceResult expected =
            infer(comparison, std::span(&layers[l].rdms[w - 1], 1), subjects, options);
        const std::size_t cell = w * kTimes + t;
        EXPECT_NEAR(found[l].value[cell], expected.models[0].value, kRounding);
        EXPECT_NEAR(found[l].standard_error[cell], expected.models[0].standard_error, kRounding);
        EXPECT_NEAR(found[l].ci_low[cell], expected.models[0].ci_low, kRounding);
        EXPECT_NEAR(found[l].ci_high[cell], expected.models[0].ci_high, kRounding);
        EXPECT_NEAR(found[l].p[cell], expected.models[0].p_above_zero, kRounding);
      }
    }
    EXPECT_EQ(std::memcmp(&found[l].p_fdr[kTimes], &benjamini_hochberg(found[l].p)[kTimes],
                          (kWindows - 1) * kTimes * sizeof(double)),
              0);
  }
}

TEST(Generalisation, HasTheInferenceOfACourseInEveryCell) {
  for (const char* comparison : {"pearson", "spearman", "kendall", "linear_cka"}) {
    SCOPED_TRACE(comparison);
    expect_cells_of_infer(comparison, {.samples = 40, .seed = 3});
  }
}

TEST(Generalisation, DrawsStimuliOrSubjectsAlone) {
  expect_cells_of_infer("spearman", {.stimuli = true, .subjects = false, .samples = 40, .seed = 3});
  expect_cells_of_infer("spearman", {.stimuli = false, .subjects = true, .samples = 40, .seed = 3});
}

TEST(Generalisation, OfWindowsIsSymmetricAndHasNoTestOfAWindowWithItself) {
  Simulated data;
  const Comparison comparison = comparisons().find("pearson");
  const BootstrapOptions options{.subjects = true, .samples = 40, .seed = 3};
  const Generalisation found = own_generalisation(comparison, data.first, options, {});
  Values above;
  for (std::size_t i = 1; i < kWindows; ++i) {
    EXPECT_NEAR(found.value[i * kWindows + i], 1.0, kRounding);
    EXPECT_NEAR(found.standard_error[i * kWindows + i], 0.0, kRounding);
    EXPECT_TRUE(std::isnan(found.p[i * kWindows + i]));
    for (std::size_t j = 1; j < kWindows; ++j) {
      EXPECT_EQ(found.ci_low[i * kWindows + j], found.ci_low[j * kWindows + i]);
      if (j > i) {
        const InferenceResult expected = infer(comparison, std::span(&data.first.rdms[i - 1], 1),
                                               std::span(&data.first.rdms[j - 1], 1), options);
        EXPECT_NEAR(found.p[i * kWindows + j], expected.models[0].p_above_zero, kRounding);
        above.push_back(found.p[i * kWindows + j]);
      }
    }
  }
  // The family is the pairs of windows, each once.
  const Values corrected = benjamini_hochberg(above);
  std::size_t k = 0;
  for (std::size_t i = 1; i < kWindows; ++i) {
    for (std::size_t j = i + 1; j < kWindows; ++j) {
      EXPECT_NEAR(found.p_fdr[i * kWindows + j], corrected[k++], kRounding);
    }
  }
}

// So many stimuli that columns come in two blocks.
TEST(Generalisation, OfManyStimuliIsMadeInBlocks) {
  constexpr std::size_t kMany = 1300;
  std::mt19937_64 random(5);
  const test::Patterns common = test::normal_patterns(kMany, 6, random);
  WindowRdms windows{.undefined = std::vector<std::int64_t>(5)};
  for (std::size_t w = 0; w < 5; ++w) {
    windows.rdms.emplace_back(
        test::squared_distances(test::mixed(common, test::normal_patterns(kMany, 6, random), 0.3)));
    windows.place.push_back(w);
  }
  ASSERT_LT(columns_at_once(5, 1, kMany), 5U);
  const Comparison comparison = comparisons().find("pearson");
  const BootstrapOptions options{.samples = 3, .seed = 3};
  const Generalisation found = own_generalisation(comparison, windows, options, {});
  for (std::size_t j = 0; j < 5; ++j) {
    const InferenceResult expected = infer(comparison, windows.rdms, std::span(&windows.rdms[j], 1), options);
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_NEAR(found.value[i * 5 + j], expected.models[i].value, kRounding);
      EXPECT_NEAR(found.standard_error[i * 5 + j], expected.models[i].standard_error, kRounding);
    }
  }
}

TEST(Generalisation, HasValuesOnlyWithoutBootstrap) {
  Simulated data;
  const Comparison comparison = comparisons().find("pearson");
  const Generalisation found = own_generalisation(comparison, data.first, std::nullopt, {});
  EXPECT_FALSE(std::isnan(found.value[kWindows + 2]));
  EXPECT_TRUE(std::isnan(found.standard_error[kWindows + 2]) && std::isnan(found.p[kWindows + 2]));
}

TEST(Generalisation, OfALayerThatIsSilentHasNoNumbers) {
  Simulated data;
  const WindowRdms silent{.undefined = std::vector<std::int64_t>(2)};
  const Comparison comparison = comparisons().find("pearson");
  const BootstrapOptions options{.samples = 40};
  EXPECT_TRUE(std::isnan(own_generalisation(comparison, silent, options, {}).value[0]));
  const auto found = reference_generalisation(comparison, std::span(&silent, 1), data.reference, options, {});
  EXPECT_EQ(found[0].value.size(), 2 * kTimes);
  EXPECT_TRUE(std::isnan(found[0].p[0]));
}

TEST(CellBootstrap, HasTheSameBitsForAnyNumberOfThreads) {
  Simulated data;
  const Comparison comparison = comparisons().find("spearman");
  std::vector<const OrderedRdm*> rows;
  for (const OrderedRdm& rdm : data.first.rdms) {
    rows.push_back(&rdm);
  }
  const std::vector<OrderedRdm> columns = ordered(data.reference.rdms);
  const CellGrid grid{.rows = rows, .columns = columns, .subjects = kSubjects};
  const auto errors = [&](int threads) {
    tbb::task_arena arena(threads);
    return arena.execute([&] { return cell_errors(comparison, grid, {.samples = 50, .seed = 1}, {}); });
  };
  EXPECT_EQ(errors(1).standard_error, errors(4).standard_error);
}

TEST(CellBootstrap, TakesAsManyColumnsAsFitBoundedMemory) {
  EXPECT_EQ(columns_at_once(1, 1000, 10000), 1U);  // one column is 1 TB: as far as one does
  const std::size_t some = columns_at_once(100, 16, 92);
  EXPECT_GT(some, 1U);
  EXPECT_LE(some * 16 * Rdm::pair_count(92) * 20, std::size_t{1} << 26U);
}

TEST(GeneralisationIntervals, AreAffordableIfCellsAreAMatrixProduct) {
  const MatrixSize small{.rows = 100, .columns = 100, .subjects = 10, .stimuli = 92, .samples = 1000};
  // 0.4 * 4186 pairs * 10^4 cells * 10^4 comparisons of each
  EXPECT_DOUBLE_EQ(multiply_adds(small), 0.4 * 4186.0 * 1e8);
  EXPECT_TRUE(affordable(comparisons().find("spearman"), small));
  EXPECT_FALSE(affordable(comparisons().find("kendall"), small));
  EXPECT_FALSE(affordable(comparisons().find("linear_cka"), small));
  MatrixSize large = small;
  large.columns = 10000;
  EXPECT_FALSE(affordable(comparisons().find("spearman"), large));
}

/// Matrices of a reference by each choice, and the warnings.
std::vector<Generalisation> matrices_by(MatrixIntervals choice, const char* comparison_name,
                                        std::vector<std::string>& warnings) {
  Simulated data;
  RsaTimeSettings settings;
  settings.layers = {"relu1", "relu2"};
  settings.compare = {comparison_name};
  settings.inference.samples = 20;
  settings.generalisation_intervals = choice;
  const std::vector<Comparison> all{comparisons().find(comparison_name)};
  GeneralisationRun run(settings, all, {{.name = "MEG", .loaded = &data.reference}}, kWindows, kStimuli, 1,
                        [&](const std::string& line) { warnings.push_back(line); });
  run.add(data.first, {});
  run.add(data.second, {});
  run.finish({});
  return run.of_references()[0][0];
}

TEST(GeneralisationRun, SaysWhenMatricesHaveNoIntervals) {
  std::vector<std::string> warnings;
  EXPECT_FALSE(std::isnan(matrices_by(MatrixIntervals::automatic, "spearman", warnings)[1].p[kTimes]));
  EXPECT_TRUE(std::isnan(matrices_by(MatrixIntervals::never, "spearman", warnings)[1].p[kTimes]));
  EXPECT_FALSE(std::isnan(matrices_by(MatrixIntervals::always, "kendall", warnings)[1].p[kTimes]));
  EXPECT_TRUE(warnings.empty());
  EXPECT_TRUE(std::isnan(matrices_by(MatrixIntervals::automatic, "kendall", warnings)[1].p[kTimes]));
  ASSERT_EQ(warnings.size(), 2U);  // windows with windows, and with the reference
  EXPECT_NE(warnings[1].find("windows with MEG by kendall have no intervals"), std::string::npos);
}

}  // namespace
}  // namespace homolog::experiments::generalisation_test
