#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tbb/task_arena.h>

#include <cmath>
#include <deque>
#include <numeric>

#include "experiments/rsa/inference/cross_validation.hpp"
#include "experiments/rsa/inference/folds.hpp"
#include "experiments/rsa/inference/nnls.hpp"
#include "sim/core/error.hpp"
#include "tests/experiments/rsa/inference_support.hpp"

namespace homolog::experiments::inference_flexible_test {
namespace {

constexpr std::uint64_t kSeed = (std::uint64_t{1} << 40U) + 7;  // of the fixtures
using Multiplicities = std::vector<std::uint32_t>;

Eigen::MatrixXd matrix(const test::Table& table) {
  Eigen::MatrixXd result(static_cast<Eigen::Index>(table.rows), static_cast<Eigen::Index>(table.columns));
  for (Eigen::Index i = 0; i < result.rows(); ++i) {
    for (Eigen::Index j = 0; j < result.cols(); ++j) {
      result(i, j) = table.values[static_cast<std::size_t>(i * result.cols() + j)];
    }
  }
  return result;
}

FlexibleModel model_of(FlexibleKind kind, const std::vector<Rdm>& components) {
  static std::deque<OrderedRdm> kept;  // models refer to their components
  FlexibleModel model{.kind = kind};
  for (const Rdm& component : components) {
    model.components.emplace_back(kept.emplace_back(component));
  }
  return model;
}

/// Weights on the whole data.
std::vector<double> fit_to(const std::string& name, const FlexibleModel& model,
                           const std::vector<Rdm>& subjects) {
  const Comparison comparison = comparisons().find(name);
  const ResampledComparison whole(comparison, Multiplicities(subjects.front().n(), 1));
  const ResampledSubjects reference(whole, ordered(subjects), true);
  const Multiplicities copies(subjects.size(), 1);
  return fit(model, {.comparison = whole, .subjects = reference, .copies = copies});
}

/// w_1 of the first and w_2 of the second RDM, plus an offset.
Rdm mixture(const std::vector<Rdm>& rdms, double first, double second, double offset) {
  Rdm result(rdms[0].n());
  for (std::size_t k = 0; k < result.pairs().size(); ++k) {
    result.pairs()[k] = offset + first * rdms[0].pairs()[k] + second * rdms[1].pairs()[k];
  }
  return result;
}

TEST(NonnegativeLeastSquares, AgreesWithScipy) {
  const auto& tables = test::inference_tables();
  for (const std::string k : {"0", "1", "2", "3"}) {
    const Eigen::VectorXd w = nonnegative_least_squares(matrix(tables.at("nnls.a" + k)),
                                                        matrix(tables.at("nnls.b" + k)).row(0).transpose());
    const Eigen::VectorXd expected = matrix(tables.at("nnls.w" + k)).row(0).transpose();
    EXPECT_LT((w - expected).norm(), 1e-12) << k;  // well-conditioned 15 x 6 matrices
  }
}

TEST(NonnegativeLeastSquares, SatisfiesTheKuhnTuckerConditionsWithDependentColumns) {
  Eigen::MatrixXd a = Eigen::MatrixXd::Random(20, 4);
  a.col(2) = a.col(0);                   // equal
  a.col(3) = 2.0 * a.col(1) + a.col(0);  // dependent
  for (int trial = 0; trial < 20; ++trial) {
    const Eigen::VectorXd b = Eigen::VectorXd::Random(20);
    const Eigen::VectorXd w = nonnegative_least_squares(a, b);
    const Eigen::VectorXd gradient = a.transpose() * (b - a * w);
    for (Eigen::Index k = 0; k < 4; ++k) {
      EXPECT_GE(w(k), 0.0);
      EXPECT_LT(gradient(k), 1e-12);  // no column would lower the residual
      EXPECT_LT(std::abs(w(k) * gradient(k)), 1e-12);
    }
  }
}

TEST(NonnegativeLeastSquares, OfNothingToFitIsZero) {
  EXPECT_EQ(nonnegative_least_squares(Eigen::MatrixXd::Ones(5, 2), Eigen::VectorXd::Zero(5)).norm(), 0.0);
  EXPECT_EQ(nonnegative_least_squares(Eigen::MatrixXd::Zero(5, 2), Eigen::VectorXd::Ones(5)).norm(), 0.0);
  EXPECT_EQ(nonnegative_least_squares(Eigen::MatrixXd::Ones(5, 2), -Eigen::VectorXd::Ones(5)).norm(), 0.0);
  EXPECT_EQ(nonnegative_least_squares(Eigen::MatrixXd(0, 2), Eigen::VectorXd(0)).norm(), 0.0);
}

TEST(FlexibleModel, WeightedFindsTheWeightsOfANoiselessMixture) {
  const std::vector<Rdm> components = test::random_rdms(3, 8, 1, 1, 100);
  const std::vector<Rdm> subject = {mixture(components, 0.5, 2.0, 3.0)};
  const std::vector<double> weights =
      fit_to("pearson", model_of(FlexibleKind::weighted, components), subject);
  EXPECT_NEAR(weights[0] / weights[1], 0.25, 1e-10);  // the offset does not matter, nor does the scale
  EXPECT_NEAR(weights[2] / weights[1], 0.0, 1e-10);
}

TEST(FlexibleModel, InterpolatedFindsThePlaceBetweenNeighbours) {
  std::vector<Rdm> components = test::random_rdms(3, 8, 1, 1, 100);
  std::vector<Rdm> last = {components[1], components[2]};
  const std::vector<Rdm> subject = {mixture(last, 0.3, 0.7, 0.0)};
  for (const std::string name : {"pearson", "cosine"}) {
    const std::vector<double> weights =
        fit_to(name, model_of(FlexibleKind::interpolated, components), subject);
    EXPECT_EQ(weights[0], 0.0);
    EXPECT_NEAR(weights[1], 0.3, 1e-10) << name;
    EXPECT_NEAR(weights[2], 0.7, 1e-10) << name;
  }
}

TEST(FlexibleModel, SelectedIsTheBestComponentForEveryComparison) {
  const std::vector<Rdm> components = test::random_rdms(4, 8, 1, 1, 100);
  const std::vector<Rdm> subject = {mixture({components[2], components[0]}, 1.0, 0.1, 0.0)};
  for (const std::string& name : comparisons().names()) {
    const Comparison comparison = comparisons().find(name);
    const std::vector<double> own = on_scale(comparison.scale, subject[0].pairs());
    if (std::isnan(comparison.compare(own, own))) {
      continue;  // for example distances of no patterns, which have no Riemannian distance
    }
    EXPECT_EQ(fit_to(name, model_of(FlexibleKind::selected, components), subject),
              (std::vector<double>{0.0, 0.0, 1.0, 0.0}))
        << name;
  }
}

TEST(FlexibleModel, ThatAgreesInNoPartTakesTheLeastBadComponent) {
  const std::vector<Rdm> components = test::random_rdms(2, 8, 1, 1, 100);
  const std::vector<Rdm> subject = {mixture(components, -1.0, -0.6, 200.0)};
  EXPECT_EQ(fit_to("pearson", model_of(FlexibleKind::weighted, components), subject),
            (std::vector<double>{0.0, 1.0}));
}

TEST(FlexibleModel, OfConstantComponentsIsDefined) {
  const std::vector<Rdm> components = {Rdm(8), Rdm(8)};
  const std::vector<Rdm> subjects = test::random_rdms(2, 8, 1);
  for (const FlexibleKind kind :
       {FlexibleKind::weighted, FlexibleKind::interpolated, FlexibleKind::selected}) {
    EXPECT_EQ(fit_to("pearson", model_of(kind, components), subjects), (std::vector<double>{1.0, 0.0}));
  }
}

TEST(FlexibleModel, WithoutComponentsIsRefused) {
  EXPECT_THROW(static_cast<void>(fit_to("pearson", {}, test::random_rdms(2, 8, 1))), Error);
}

TEST(Folds, DealCopiesTogetherAndDifferentOnesEvenly) {
  const Multiplicities stimuli = {2, 0, 1, 1, 3, 1, 0, 1, 1};  // 7 different
  const FoldAssignment folds =
      assign({.stimuli = 2, .subjects = 2}, stimuli, Multiplicities{1, 1, 1}, {.seed = 4});
  std::vector<int> sizes(2, 0);
  for (std::size_t i = 0; i < stimuli.size(); ++i) {
    ASSERT_LT(folds.stimuli[i], 2U);
    sizes[folds.stimuli[i]] += stimuli[i] > 0 ? 1 : 0;
  }
  EXPECT_EQ(sizes, (std::vector<int>{4, 3}));
}

TEST(Folds, HaveTheDefaultsOfTheirNumber) {
  EXPECT_EQ(default_stimulus_folds(11.9), 2U);
  EXPECT_EQ(default_stimulus_folds(12), 3U);
  EXPECT_EQ(default_stimulus_folds(24), 4U);
  EXPECT_EQ(default_stimulus_folds(40), 5U);
  EXPECT_EQ(default_subject_folds(1), 1U);
  EXPECT_EQ(default_subject_folds(5), 2U);
  EXPECT_EQ(default_subject_folds(6), 3U);
  EXPECT_EQ(default_subject_folds(12), 4U);
  EXPECT_EQ(default_subject_folds(20), 5U);
}

struct FlexibleCase {
  std::string kind;
  std::string comparison;
  double tolerance;
};

class CrossValidated : public testing::TestWithParam<FlexibleCase> {};

TEST_P(CrossValidated, AgreesWithExplicitFoldsInNumpy) {
  const std::map<std::string, FlexibleKind> kinds = {{"weighted", FlexibleKind::weighted},
                                                     {"interpolated", FlexibleKind::interpolated},
                                                     {"selected", FlexibleKind::selected}};
  const std::vector<FlexibleModel> models = {
      model_of(kinds.at(GetParam().kind), test::rdms_of("flexible.components", 12))};
  const CrossValidation result = cross_validate(
      comparisons().find(GetParam().comparison), models, ordered(test::rdms_of("flexible.subjects", 12)),
      {.stimulus_folds = 3, .subject_folds = 2, .repeats = 3, .seed = kSeed});
  const std::vector<double>& expected =
      test::inference_tables().at("flexible." + GetParam().kind + "." + GetParam().comparison).values;
  EXPECT_NEAR(result.values[0], expected[0], GetParam().tolerance);
  EXPECT_NEAR(result.ceiling.low, expected[1], 1e-12);
  EXPECT_NEAR(result.ceiling.high, expected[2], 1e-12);
}

// 1e-11: least squares by two algorithms. 1e-6: a numerical optimum of the share against a closed form.
INSTANTIATE_TEST_SUITE_P(
    All, CrossValidated,
    testing::Values(FlexibleCase{"weighted", "pearson", 1e-11}, FlexibleCase{"weighted", "cosine", 1e-11},
                    FlexibleCase{"weighted", "spearman", 1e-11},
                    FlexibleCase{"interpolated", "pearson", 1e-6},
                    FlexibleCase{"interpolated", "cosine", 1e-6}, FlexibleCase{"selected", "pearson", 1e-12},
                    FlexibleCase{"selected", "spearman", 1e-12}, FlexibleCase{"selected", "kendall", 1e-12}),
    [](const auto& name) { return name.param.kind + "_" + name.param.comparison; });

TEST(FlexibleModel, IsFittedWithAnOffsetWhereTheComparisonSeesNone) {
  const std::vector<Rdm> subject = test::random_rdms(1, 14, 3);
  std::vector<Rdm> components = test::random_rdms(2, 14, 4);
  components[0] = subject[0];
  for (double& pair : components[0].pairs()) {
    pair += 1000.0;
  }
  for (const std::string name : {"pearson", "whitened_pearson"}) {
    const std::vector<double> weights = fit_to(name, model_of(FlexibleKind::weighted, components), subject);
    EXPECT_NEAR(weights[1] / weights[0], 0.0, 1e-9) << name;  // the first is the subject but for an offset
  }
}

TEST(CrossValidate, WithOneSubjectFitsAndTestsIt) {
  const std::vector<FlexibleModel> models = {model_of(FlexibleKind::weighted, test::random_rdms(2, 12, 1))};
  const CrossValidation result =
      cross_validate(comparisons().find("pearson"), models, ordered(test::random_rdms(1, 12, 2)), {});
  EXPECT_TRUE(std::isfinite(result.values[0]));
  EXPECT_TRUE(std::isnan(result.ceiling.low));
}

TEST(CrossValidate, RefusesWhatCannotBeDivided) {
  const Comparison comparison = comparisons().find("pearson");
  const std::vector<OrderedRdm> subjects = ordered(test::random_rdms(3, 8, 2));
  const std::vector<FlexibleModel> models = {model_of(FlexibleKind::weighted, test::random_rdms(2, 8, 1))};
  const auto expect_message = [&](const std::string& message, const std::vector<FlexibleModel>& tested,
                                  const std::vector<OrderedRdm>& reference,
                                  const CrossValidationOptions& options) {
    try {
      static_cast<void>(cross_validate(comparison, tested, reference, options));
      ADD_FAILURE() << message;
    } catch (const Error& error) {
      EXPECT_THAT(error.message(), testing::HasSubstr(message));
    }
  };
  expect_message("8 stimuli are too few for 3 folds", models, subjects, {.stimulus_folds = 3});
  expect_message("3 subjects are too few for 4 folds", models, subjects, {.subject_folds = 4});
  expect_message("2 are the least", models, subjects, {.stimulus_folds = 1});
  expect_message("0 assignments", models, subjects, {.repeats = 0});
  expect_message("at least one model", {}, subjects, {});
  expect_message("at least one model", models, {}, {});
  expect_message("no component", {FlexibleModel{}}, subjects, {});
  expect_message("of 8 and of 9 stimuli", models, ordered(test::random_rdms(3, 9, 2)), {});
}

TEST(FlexibleInference, DoesNotDependOnThreads) {
  const std::vector<FlexibleModel> models = {
      model_of(FlexibleKind::weighted, test::random_rdms(3, 14, 1)),
      model_of(FlexibleKind::interpolated, test::random_rdms(3, 14, 3))};
  const std::vector<OrderedRdm> subjects = ordered(test::random_rdms(5, 14, 2));
  std::vector<InferenceResult> results;
  for (const int threads : {1, 2}) {
    tbb::task_arena arena(threads);
    arena.execute([&] {
      results.push_back(
          infer(comparisons().find("spearman"), models, subjects, {.bootstrap = {.samples = 20}}));
    });
  }
  for (std::size_t m = 0; m < models.size(); ++m) {
    EXPECT_EQ(results[0].models[m].value, results[1].models[m].value);
    EXPECT_EQ(results[0].models[m].standard_error, results[1].models[m].standard_error);
    EXPECT_EQ(results[0].models[m].p_below_ceiling, results[1].models[m].p_below_ceiling);
  }
}

TEST(FlexibleInference, HasAValueAnErrorAndACeilingInEveryDraw) {
  const std::vector<Rdm> components = test::random_rdms(2, 20, 1, 1, 100);
  std::vector<Rdm> subjects;
  for (const Rdm& noise : test::random_rdms(6, 20, 7, 1, 60)) {
    subjects.push_back(mixture({mixture(components, 1.0, 0.5, 0.0), noise}, 1.0, 1.0, 0.0));
  }
  const std::vector<FlexibleModel> models = {model_of(FlexibleKind::weighted, components),
                                             model_of(FlexibleKind::selected, {components[1]})};
  const InferenceResult result =
      infer(comparisons().find("pearson"), models, ordered(subjects), {.bootstrap = {.samples = 60}});
  EXPECT_TRUE(result.stimuli && result.subjects);
  EXPECT_EQ(result.dof, 5.0);
  for (const ModelInference& model : result.models) {
    EXPECT_EQ(model.draws, 60U);
    EXPECT_GT(model.standard_error, 0.0);
    EXPECT_GT(model.p_below_ceiling, 0.0);
  }
  EXPECT_GT(result.ceiling.high, result.ceiling.low);
  EXPECT_LT(result.models[0].p_above_zero, 0.01);
  EXPECT_LT(result.differences[0].p, 0.05);  // one component is not the mixture of two
}

TEST(FlexibleInference, DrawsSubjectsOnlyIfThereAreEnoughForFolds) {
  const std::vector<FlexibleModel> models = {model_of(FlexibleKind::weighted, test::random_rdms(2, 12, 1))};
  const std::vector<OrderedRdm> three = ordered(test::random_rdms(3, 12, 2));
  const Comparison comparison = comparisons().find("pearson");
  const InferenceResult result = infer(comparison, models, three, {.bootstrap = {.samples = 10}});
  EXPECT_TRUE(result.stimuli);
  EXPECT_FALSE(result.subjects);
  EXPECT_THROW(
      static_cast<void>(infer(comparison, models, three, {.bootstrap = {.stimuli = false, .samples = 10}})),
      Error);
}

TEST(FlexibleInference, RefusesTooFewStimuliForFoldsOfADraw) {
  const std::vector<FlexibleModel> models = {model_of(FlexibleKind::weighted, test::random_rdms(2, 9, 1))};
  EXPECT_THROW(static_cast<void>(infer(comparisons().find("pearson"), models,
                                       ordered(test::random_rdms(5, 9, 2)), {.bootstrap = {.samples = 10}})),
               Error);
  const std::vector<FlexibleModel> more = {model_of(FlexibleKind::weighted, test::random_rdms(2, 12, 1))};
  EXPECT_THROW(
      static_cast<void>(infer(comparisons().find("pearson"), more, ordered(test::random_rdms(5, 12, 2)),
                              {.bootstrap = {.samples = 10}, .repeats = 1})),
      Error);
}

}  // namespace
}  // namespace homolog::experiments::inference_flexible_test
