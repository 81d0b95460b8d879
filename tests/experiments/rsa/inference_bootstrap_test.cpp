#include "experiments/rsa/inference/bootstrap.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tbb/task_arena.h>

#include <cmath>
#include <limits>
#include <random>

#include "experiments/rsa/inference/draws.hpp"
#include "experiments/rsa/inference/student_t.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"
#include "tests/experiments/rsa/inference_support.hpp"

namespace homolog::experiments::inference_bootstrap_test {
namespace {

constexpr std::uint64_t kSeed = (std::uint64_t{1} << 40U) + 7;  // of the fixtures

/// Sums of squared deviations of values known to 1e-15, of which roots are taken.
const double kTolerance = 1e-11;

void expect_near(const std::vector<double>& actual, const std::vector<double>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t k = 0; k < actual.size(); ++k) {
    EXPECT_NEAR(actual[k], expected[k], kTolerance) << "column " << k;
  }
}

/// Everything of a result as numbers; NaN as -1000, so that results can be compared.
std::vector<double> numbers(const InferenceResult& result) {
  std::vector<double> all = {result.ceiling.low, result.ceiling.high, result.ceiling_error.low,
                             result.ceiling_error.high, result.dof};
  for (const ModelInference& m : result.models) {
    all.insert(all.end(), {m.value, m.standard_error, m.ci_low, m.ci_high, m.p_above_zero, m.p_below_ceiling,
                           static_cast<double>(m.draws)});
  }
  for (const ModelDifference& d : result.differences) {
    all.insert(all.end(), {d.difference, d.standard_error, d.p});
  }
  for (double& value : all) {
    value = std::isnan(value) ? -1000.0 : value;
  }
  return all;
}

void expect_error(ErrorKind kind, const std::string& message, const std::vector<Rdm>& models,
                  const std::vector<Rdm>& subjects, const BootstrapOptions& options) {
  try {
    static_cast<void>(infer(comparisons().find("spearman"), models, subjects, options));
    ADD_FAILURE() << "no error: " << message;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    EXPECT_THAT(error.message(), testing::HasSubstr(message));
  }
}

TEST(Draws, AgreeWithAnIndependentPhilox) {
  const auto& tables = test::inference_tables();
  for (std::uint32_t b = 0; b < 5; ++b) {
    EXPECT_EQ(
        multiplicities_with(3, 9, {.seed = kSeed, .purpose = Purpose::stimuli, .draw = b}).multiplicities,
        test::counts(tables.at("philox.stimuli"), b));
    EXPECT_EQ(permutation(9, {.seed = kSeed, .purpose = Purpose::permutation, .draw = b}),
              test::counts(tables.at("philox.permutation"), b));
  }
}

TEST(Draws, HaveAsManyAsThereAreAndEachIsEquallyOftenThere) {
  std::vector<double> sums(7, 0.0);
  for (std::uint32_t b = 0; b < 10000; ++b) {
    std::uint32_t total = 0;
    const std::vector<std::uint32_t> counts = multiplicities(7, {.seed = 1, .draw = b});
    for (std::size_t k = 0; k < 7; ++k) {
      total += counts[k];
      sums[k] += counts[k];
    }
    ASSERT_EQ(total, 7U);
  }
  for (const double sum : sums) {
    EXPECT_NEAR(sum / 10000.0, 1.0, 4.0 * std::sqrt(6.0 / 7.0 / 10000.0));  // 4 standard errors
  }
}

TEST(Draws, WithTooFewDifferentOnesAreDrawnAgain) {
  std::uint32_t rejected = 0;
  for (std::uint32_t b = 0; b < 200; ++b) {
    const AcceptedDraw draw = multiplicities_with(3, 3, {.seed = 5, .draw = b});
    EXPECT_EQ(draw.multiplicities, (std::vector<std::uint32_t>{1, 1, 1}));
    rejected += draw.rejected;
  }
  // Rejections before a success of probability 6/27: mean 3.5, standard deviation 3.97.
  EXPECT_NEAR(rejected / 200.0, 3.5, 4.0 * 3.97 / std::sqrt(200.0));
  EXPECT_THROW(static_cast<void>(multiplicities_with(4, 3, {.seed = 5})), Error);
}

TEST(StudentT, AgreesWithScipy) {
  const auto& tables = test::inference_tables();
  const test::Table& tails = tables.at("student_t");
  for (std::size_t k = 0; k < tails.rows; ++k) {
    const std::vector<double> row = test::row(tails, k);
    EXPECT_NEAR(student_t_upper_tail(row[0], row[1]), row[2], 1e-12 + 1e-10 * row[2]);  // two libraries
    EXPECT_NEAR(student_t_two_tails(row[0], row[1]), row[3], 1e-12 + 1e-10 * row[3]);
  }
  const test::Table& quantiles = tables.at("student_t_quantile");
  for (std::size_t k = 0; k < quantiles.rows; ++k) {
    const std::vector<double> row = test::row(quantiles, k);
    EXPECT_NEAR(student_t_quantile(row[0], row[1]), row[2], 1e-9 * (1.0 + std::abs(row[2])));
  }
}

TEST(StudentT, HasValuesForDegenerateStatistics) {
  EXPECT_EQ(student_t_upper_tail(std::numeric_limits<double>::infinity(), 3.0), 0.0);
  EXPECT_EQ(student_t_upper_tail(-std::numeric_limits<double>::infinity(), 3.0), 1.0);
  EXPECT_TRUE(std::isnan(student_t_upper_tail(kNaN, 3.0)));
  EXPECT_EQ(t_statistic(0.0, 0.0, 1.0), 0.0);
  EXPECT_EQ(t_statistic(1e-14, 1e-16, 1.0), 0.0);  // rounding
  EXPECT_TRUE(std::isinf(t_statistic(0.5, 0.0, 1.0)));
  EXPECT_TRUE(std::isnan(t_statistic(0.5, kNaN, 1.0)));
  EXPECT_DOUBLE_EQ(t_statistic(0.5, 0.25, 1.0), 2.0);
}

TEST(DualBootstrap, IsTheFormula) {
  const test::Table& table = test::inference_tables().at("dual");
  for (std::size_t k = 0; k < table.rows; ++k) {
    const std::vector<double> row = test::row(table, k);
    const DrawVariances draws{.both = row[0], .subjects = row[1], .stimuli = row[2]};
    EXPECT_NEAR(
        dual_bootstrap_variance(draws, static_cast<std::size_t>(row[3]), static_cast<std::size_t>(row[4])),
        row[5], 1e-15)  // variances of order 0.01
        << "row " << k;
  }
  EXPECT_TRUE(std::isnan(dual_bootstrap_variance({.both = kNaN, .subjects = 1.0, .stimuli = 1.0}, 5, 5)));
}

TEST(DualBootstrap, FindsTheVarianceOfAMeanOverTwoRandomDimensions) {
  // The mean of a_s + b_i + e_si over S subjects and n stimuli has the variance va / S + vb / n + ve / (S n);
  // here with sample variances that are given exactly, the expected variances over draws are known:
  // subjects: (va + ve / n) (S - 1) / S^2 and so on; both adds ve terms three times (Schuett et al. 2023).
  const double subjects = 12;
  const double stimuli = 30;
  const double va = 2.0;
  const double vb = 3.0;
  const double ve = 5.0;
  const double fs = (subjects - 1.0) / subjects;
  const double fn = (stimuli - 1.0) / stimuli;
  const double v_subjects = fs * (va + ve / stimuli) / subjects;
  const double v_stimuli = fn * (vb + ve / subjects) / stimuli;
  const double v_both = v_subjects + v_stimuli + fs * fn * ve / (subjects * stimuli);
  const double expected = va / subjects + vb / stimuli + ve / (subjects * stimuli);
  EXPECT_NEAR(dual_bootstrap_variance({.both = v_both, .subjects = v_subjects, .stimuli = v_stimuli}, 12, 30),
              std::min(expected, v_both), 1e-12);
}

TEST(ReplicateVariance, LeavesUndefinedDrawsOut) {
  Replicates replicates(2, 1, 4);
  const double values[2][4] = {{1.0, kNaN, 3.0, 5.0}, {0.0, 2.0, kNaN, 1.0}};
  for (std::size_t c = 0; c < 2; ++c) {
    for (std::size_t b = 0; b < 4; ++b) {
      replicates.at(c, 0, b) = values[c][b];
    }
  }
  EXPECT_DOUBLE_EQ(replicate_variance(replicates, 0), 4.0);     // of 1, 3, 5
  EXPECT_DOUBLE_EQ(replicate_variance(replicates, 0, 1), 4.5);  // of 1, 4
}

TEST(ReplicateVariance, IsNotDefinedWithOneDraw) {
  Replicates replicates(1, 1, 3);
  replicates.at(0, 0, 1) = 0.5;
  EXPECT_TRUE(std::isnan(replicate_variance(replicates, 0)));
}

TEST(ReplicateVariance, WithRepeatsIsThatOfInfinitelyManyRepeats) {
  Replicates replicates(1, 2, 3);
  const double values[2][3] = {{1.0, 2.0, 6.0}, {3.0, 2.0, 7.0}};
  for (std::size_t r = 0; r < 2; ++r) {
    for (std::size_t b = 0; b < 3; ++b) {
      replicates.at(0, r, b) = values[r][b];
    }
  }
  // Means 2, 2, 6.5: variance 6.75; single variances 7 and 7.
  EXPECT_DOUBLE_EQ(replicate_variance(replicates, 0), (2.0 * 6.75 - 7.0) / 1.0);
}

class Inference : public testing::TestWithParam<std::string> {};

TEST_P(Inference, AgreesWithExplicitResamplingInNumpy) {
  const auto& tables = test::inference_tables();
  const std::vector<Rdm> models = test::rdms_of("models", 9);
  const std::vector<Rdm> subjects = test::rdms_of("subjects", 9);
  const InferenceResult result =
      infer(comparisons().find(GetParam()), models, subjects, {.samples = 40, .level = 0.9, .seed = kSeed});
  for (std::size_t m = 0; m < models.size(); ++m) {
    const ModelInference& model = result.models[m];
    SCOPED_TRACE("model " + std::to_string(m));
    expect_near({model.value, model.standard_error, model.ci_low, model.ci_high, model.p_above_zero,
                 model.p_below_ceiling},
                test::row(tables.at("infer." + GetParam()), m));
    EXPECT_EQ(model.draws, 40U);
  }
  ASSERT_EQ(result.differences.size(), 3U);
  for (std::size_t k = 0; k < result.differences.size(); ++k) {
    const ModelDifference& pair = result.differences[k];
    expect_near({static_cast<double>(pair.first), static_cast<double>(pair.second), pair.difference,
                 pair.standard_error, pair.p},
                test::row(tables.at("infer.differences." + GetParam()), k));
  }
  expect_near({result.ceiling.low, result.ceiling.high, result.ceiling_error.low, result.ceiling_error.high},
              test::row(tables.at("infer.ceiling." + GetParam()), 0));
  EXPECT_EQ(result.dof, 3.0);
  EXPECT_TRUE(result.stimuli && result.subjects);
}

TEST_P(Inference, DoesNotDependOnThreads) {
  const Comparison comparison = comparisons().find(GetParam());
  const std::vector<Rdm> models = test::random_rdms(11, 12, 1);
  const std::vector<Rdm> subjects = test::random_rdms(5, 12, 2);
  std::vector<std::vector<double>> results;
  for (const int threads : {1, 2}) {
    tbb::task_arena arena(threads);
    arena.execute(
        [&] { results.push_back(numbers(infer(comparison, models, subjects, {.samples = 70, .seed = 3}))); });
  }
  EXPECT_EQ(results[0], results[1]);
}

TEST_P(Inference, OfAConstantModelIsNotDefinedAndLeavesOthersAlone) {
  const Comparison comparison = comparisons().find(GetParam());
  std::vector<Rdm> models = test::random_rdms(2, 8, 1);
  const std::vector<Rdm> subjects = test::random_rdms(4, 8, 2);
  const InferenceResult without = infer(comparison, models, subjects, {.samples = 30});
  models.insert(models.begin() + 1, Rdm(8));  // zeros
  const InferenceResult with = infer(comparison, models, subjects, {.samples = 30});
  const ModelInference& undefined = with.models[1];
  EXPECT_TRUE(std::isnan(undefined.value));
  EXPECT_TRUE(std::isnan(undefined.standard_error));
  EXPECT_TRUE(std::isnan(undefined.ci_low));
  EXPECT_TRUE(std::isnan(undefined.p_above_zero));
  EXPECT_TRUE(std::isnan(undefined.p_below_ceiling));
  EXPECT_EQ(undefined.draws, 0U);
  EXPECT_TRUE(std::isnan(with.differences[0].p));  // (0, 1)
  EXPECT_EQ(with.models[0].p_above_zero, without.models[0].p_above_zero);
  EXPECT_EQ(with.models[2].standard_error, without.models[1].standard_error);
  EXPECT_EQ(with.differences[1].p, without.differences[0].p);  // (0, 2)
}

INSTANTIATE_TEST_SUITE_P(All, Inference,
                         testing::Values("spearman", "spearman_squared", "pearson", "cosine", "kendall",
                                         "kendall_tau_a"),
                         [](const auto& name) { return name.param; });

TEST(Infer, WithOneSubjectDrawsOnlyStimuli) {
  const std::vector<Rdm> models = test::random_rdms(2, 10, 1);
  const std::vector<Rdm> one = test::random_rdms(1, 10, 2);
  const Comparison comparison = comparisons().find("spearman");
  const InferenceResult both = infer(comparison, models, one, {.samples = 50});
  const InferenceResult stimuli = infer(comparison, models, one, {.subjects = false, .samples = 50});
  EXPECT_EQ(numbers(both), numbers(stimuli));
  EXPECT_TRUE(both.stimuli);
  EXPECT_FALSE(both.subjects);
  EXPECT_EQ(both.dof, 9.0);
  EXPECT_TRUE(std::isnan(both.ceiling.low));
  EXPECT_TRUE(std::isnan(both.models[0].p_below_ceiling));
  EXPECT_GT(both.models[0].standard_error, 0.0);
}

TEST(Infer, OverSubjectsIsTheTTestOfTheirValues) {
  // The bootstrap variance of a mean is its plug-in variance; n / (n - 1) makes it that of the t test.
  const Comparison comparison = comparisons().find("pearson");
  const std::vector<Rdm> models = test::random_rdms(1, 10, 1);
  const std::vector<Rdm> subjects = test::random_rdms(6, 10, 2);
  const InferenceResult result =
      infer(comparison, models, subjects, {.stimuli = false, .samples = 40000, .ceilings = false});
  std::vector<double> values;
  for (const Rdm& subject : subjects) {
    values.push_back(pearson_correlation(models[0].pairs(), subject.pairs()));
  }
  double squares = 0.0;
  for (const double value : values) {
    squares += (value - mean(values)) * (value - mean(values));
  }
  EXPECT_EQ(result.dof, 5.0);
  EXPECT_NEAR(result.models[0].value, mean(values), 1e-14);
  // A standard deviation from 40,000 draws has a relative error of about 1 / sqrt(80,000); 4 of them.
  EXPECT_NEAR(result.models[0].standard_error / std::sqrt(squares / 5.0 / 6.0), 1.0,
              4.0 / std::sqrt(80000.0));
}

TEST(DrawValues, OverSubjectsAreMeansOverTheDrawnSubjects) {
  const std::vector<Rdm> subjects = test::random_rdms(5, 8, 3);
  const std::vector<Rdm> models = test::random_rdms(2, 8, 4);
  const BootstrapDraws drawn = draw_values(comparisons().find("pearson"), ordered(models), ordered(subjects),
                                           {.stimuli = false, .samples = 20, .seed = kSeed});
  ASSERT_EQ(drawn.replicates.subjects.samples(), 20U);
  EXPECT_TRUE(drawn.replicates.both.empty());
  EXPECT_TRUE(drawn.replicates.stimuli.empty());
  for (std::uint32_t b = 0; b < 20; ++b) {
    const std::vector<std::uint32_t> copies =
        multiplicities(5, {.seed = kSeed, .purpose = Purpose::subjects, .draw = b});
    for (std::size_t m = 0; m < 2; ++m) {
      double mean = 0.0;
      for (std::size_t s = 0; s < 5; ++s) {
        mean += 0.2 * copies[s] * pearson_correlation(models[m].pairs(), subjects[s].pairs());
      }
      EXPECT_NEAR(drawn.replicates.subjects.of(m, 0)[b], mean, kTolerance);
    }
  }
}

TEST(Infer, OfEqualModelsFindsNoDifference) {
  std::vector<Rdm> models = test::random_rdms(1, 10, 1);
  models.push_back(models.front());
  const InferenceResult result =
      infer(comparisons().find("spearman"), models, test::random_rdms(4, 10, 2), {.samples = 30});
  EXPECT_EQ(result.differences[0].difference, 0.0);
  EXPECT_EQ(result.differences[0].standard_error, 0.0);
  EXPECT_EQ(result.differences[0].p, 1.0);
}

TEST(Infer, OfTheSubjectItselfIsCertain) {
  const std::vector<Rdm> one = test::random_rdms(1, 10, 2, 1000, 1000);
  const InferenceResult result = infer(comparisons().find("spearman"), one, one, {.samples = 30});
  EXPECT_NEAR(result.models[0].value, 1.0, 1e-14);
  EXPECT_NEAR(result.models[0].standard_error, 0.0, 1e-14);
  EXPECT_LT(result.models[0].p_above_zero, 1e-12);
}

TEST(Infer, WithThreeStimuliDrawsThemAgainUntilAllAreThere) {
  const InferenceResult result = infer(comparisons().find("spearman"), test::random_rdms(1, 3, 1, 100),
                                       test::random_rdms(3, 3, 2, 100), {.samples = 50});
  EXPECT_GT(result.redrawn, 0U);
  EXPECT_EQ(result.dof, 2.0);
}

TEST(Infer, RefusesWhatCannotBeInferred) {
  const std::vector<Rdm> three = test::random_rdms(3, 6, 1);
  const std::vector<Rdm> other = test::random_rdms(3, 7, 1);
  const std::vector<Rdm> one = test::random_rdms(1, 6, 1);
  expect_error(ErrorKind::data, "at least one model", {}, three, {});
  expect_error(ErrorKind::data, "at least one model", three, {}, {});
  expect_error(ErrorKind::data, "of 6 and of 7 stimuli", three, other, {});
  expect_error(ErrorKind::data, "3 are the least", test::random_rdms(1, 2, 1), test::random_rdms(1, 2, 1),
               {});
  expect_error(ErrorKind::data, "3 are the least", {Rdm()}, {Rdm()}, {});
  expect_error(ErrorKind::data, "cannot be drawn from one", three, one, {.stimuli = false});
  expect_error(ErrorKind::data, "NaN", {Rdm(3, {1.0, kNaN, 2.0})}, test::random_rdms(2, 3, 1), {});
  expect_error(ErrorKind::config, "neither", three, three, {.stimuli = false, .subjects = false});
  expect_error(ErrorKind::config, "2 to 1000000", three, three, {.samples = 1});
  expect_error(ErrorKind::config, "2 to 1000000", three, three, {.samples = 1'000'001});
  for (const double level : {0.0, 1.0, -0.5, kNaN}) {
    expect_error(ErrorKind::config, "between 0 and 1", three, three, {.level = level});
  }
  expect_error(ErrorKind::config, "more memory", three, three, {.max_memory = 1000});
}

TEST(Infer, HasTheSameBitsWithMemoryForOneDrawAtATime) {
  const Comparison comparison = comparisons().find("spearman");
  const std::vector<Rdm> models = test::random_rdms(3, 12, 1);
  const std::vector<Rdm> subjects = test::random_rdms(5, 12, 2);
  const BootstrapOptions plenty{.samples = 70, .seed = 3};
  BootstrapOptions scarce = plenty;
  scarce.max_memory = 0;
  while (draws_at_once(shape_of(models, subjects), scarce) < 1) {
    scarce.max_memory += 1000;  // less than one draw takes
  }
  ASSERT_EQ(draws_at_once(shape_of(models, subjects), scarce), 1U);
  tbb::task_arena arena(2);
  arena.execute([&] {
    EXPECT_EQ(numbers(infer(comparison, models, subjects, scarce)),
              numbers(infer(comparison, models, subjects, plenty)));
  });
}

TEST(Infer, IsStoppedByItsProgress) {
  const std::vector<Rdm> rdms = test::random_rdms(2, 6, 1);
  const Progress stop = [](double share) {
    if (share > 0.0) {
      throw Error(ErrorKind::interrupted, "stopped");
    }
  };
  EXPECT_THROW(static_cast<void>(infer(comparisons().find("pearson"), rdms, rdms, {}, stop)), Error);
}

TEST(Infer, KeepsTheLevelOfItsIntervalsOverSubjects) {
  // Subjects are drawn from a population, stimuli are fixed: 95 % intervals contain the population's mean in
  // 95 % of samples.
  const std::size_t n = 8;
  const Comparison comparison = comparisons().find("pearson");
  std::mt19937 random(77);
  std::normal_distribution<double> normal;
  std::vector<double> shared(Rdm::pair_count(n));
  for (double& value : shared) {
    value = normal(random);
  }
  const Rdm model(n, shared);
  const auto subject = [&] {
    std::vector<double> pairs = shared;
    for (double& value : pairs) {
      value += 1.5 * normal(random);
    }
    return Rdm(n, pairs);
  };
  double truth = 0.0;
  const int population = 20000;
  for (int k = 0; k < population; ++k) {
    truth += pearson_correlation(shared, subject().pairs()) / population;
  }
  const int samples = 300;
  int covered = 0;
  for (int k = 0; k < samples; ++k) {
    std::vector<Rdm> subjects;
    for (int s = 0; s < 8; ++s) {
      subjects.push_back(subject());
    }
    const InferenceResult result =
        infer(comparison, std::vector<Rdm>{model}, subjects,
              {.stimuli = false, .samples = 200, .seed = static_cast<std::uint64_t>(k), .ceilings = false});
    covered += result.models[0].ci_low <= truth && truth <= result.models[0].ci_high ? 1 : 0;
  }
  // 4 standard errors of a share of 0.95 in 300.
  EXPECT_NEAR(static_cast<double>(covered) / samples, 0.95, 4.0 * std::sqrt(0.95 * 0.05 / samples));
}

}  // namespace
}  // namespace homolog::experiments::inference_bootstrap_test
