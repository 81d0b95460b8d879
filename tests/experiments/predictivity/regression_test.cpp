#include "experiments/predictivity/regression.hpp"

#include <gtest/gtest.h>
#include <tbb/task_arena.h>

#include <random>

#include "experiments/predictivity/dominant_vector.hpp"
#include "experiments/predictivity/score.hpp"
#include "sim/core/error.hpp"
#include "tests/experiments/predictivity/support.hpp"

namespace homolog::experiments::regression_test {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

MatrixPatterns patterns_of(const MatrixXd& x) {
  std::vector<float> values;
  for (Index i = 0; i < x.rows(); ++i) {
    for (Index u = 0; u < x.cols(); ++u) {
      values.push_back(static_cast<float>(x(i, u)));
    }
  }
  return MatrixPatterns("layer", x.rows(), x.cols(), std::move(values));
}

MatrixXd rows_of(const MatrixXd& matrix, const std::vector<std::size_t>& rows) {
  MatrixXd taken(static_cast<Index>(rows.size()), matrix.cols());
  for (std::size_t k = 0; k < rows.size(); ++k) {
    taken.row(static_cast<Index>(k)) = matrix.row(static_cast<Index>(rows[k]));
  }
  return taken;
}

/// One of the problems of make_fixtures.py.
class Regression : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    matrices_ = test::read_matrices("tests/experiments/predictivity");
    ASSERT_TRUE(matrices_.count(GetParam() + ".x"));
    const MatrixXd& test = of("test");
    for (Index i = 0; i < of("x").rows(); ++i) {
      (((test.array() == static_cast<double>(i)).any()) ? split_.test : split_.train)
          .push_back(static_cast<std::size_t>(i));
    }
    kernel_ = split_kernel(linear_kernel(patterns_of(of("x"))), split_);
    train_ = rows_of(of("y"), split_.train);
  }
  [[nodiscard]] const MatrixXd& of(const std::string& name) const {
    return matrices_.at(GetParam() + "." + name);
  }
  void expect_near(const MatrixXd& got, const std::string& name, double tolerance) const {
    const MatrixXd& wanted = of(name);
    ASSERT_EQ(got.rows(), wanted.rows());
    ASSERT_EQ(got.cols(), wanted.cols());
    EXPECT_LE((got - wanted).cwiseAbs().maxCoeff(), tolerance) << name;
  }

  std::map<std::string, MatrixXd> matrices_{};
  Split split_{};
  SplitKernel kernel_{};
  MatrixXd train_{};
};

// Both sides take every direction to convergence; what remains is rounding, 1e-16 of values of 10, times the
// condition of up to ten deflations.
TEST_P(Regression, KernelPlsPredictsWhatPrimalPlsDoes) {
  for (const int components : {1, 3, 10}) {
    const Prediction prediction =
        predict(kernel_, train_, {.method = "pls", .components = static_cast<std::size_t>(components)});
    expect_near(prediction.values, "pls" + std::to_string(components), 1e-9);
    expect_near(prediction.values, "nipals" + std::to_string(components), 1e-8);  // a power iteration's end
    EXPECT_EQ(prediction.components, static_cast<std::size_t>(components));
  }
}

// The kernel's condition is the square of the layer's: 1e-16 times about 1e4.
TEST_P(Regression, KernelRidgePredictsWhatPrimalRidgeDoes) {
  expect_near(predict(kernel_, train_, {.method = "ridge", .alpha = 1.0}).values, "ridge", 1e-10);
  expect_near(predict(kernel_, train_, {.method = "ridge", .alpha = 1000.0}).values, "ridge1000", 1e-10);
}

TEST_P(Regression, RidgeCvChoosesTheAlphaThatScikitLearnDoes) {
  const Prediction prediction =
      predict(kernel_, train_, {.method = "ridge_cv", .alphas = logarithmic_alphas()});
  EXPECT_NEAR(prediction.alpha / of("alpha")(0, 0), 1.0, 1e-12);  // 10^x by two libraries
  expect_near(prediction.values, "ridge_cv", 1e-10);
}

TEST_P(Regression, LeastSquaresIsTheSolutionOfLeastNorm) {
  expect_near(predict(kernel_, train_, {.method = "linear"}).values, "linear", 1e-8);  // condition squared
}

TEST_P(Regression, PrincipalComponentsAreThoseOfTheTrainingPatterns) {
  const SplitKernel projected = principal_components(kernel_, 4);
  expect_near(predict(projected, train_, {.method = "ridge", .alpha = 1.0}).values, "pca", 1e-9);
}

TEST_P(Regression, AllPrincipalComponentsChangeNothing) {
  const SplitKernel projected = principal_components(kernel_, 1000);
  EXPECT_LE((predict(projected, train_, {.method = "pls", .components = 3}).values -
             predict(kernel_, train_, {.method = "pls", .components = 3}).values)
                .cwiseAbs()
                .maxCoeff(),
            1e-9);
}

TEST_P(Regression, CorrelationsPerUnitAreThoseOfSciPy) {
  const MatrixXd predicted =
      predict(kernel_, train_, {.method = "ridge_cv", .alphas = logarithmic_alphas()}).values;
  const std::vector<double> r = unit_correlations(predicted, rows_of(of("y"), split_.test));
  for (std::size_t u = 0; u < r.size(); ++u) {
    EXPECT_NEAR(r[u], of("correlations")(0, static_cast<Index>(u)), 1e-9);
  }
}

TEST_P(Regression, HeldOutResponsesNeverMatter) {
  MatrixXd shifted = of("x");
  for (const std::size_t i : split_.test) {
    shifted.row(static_cast<Index>(i)) *= 2.0;  // changes the mean over stimuli, and the test patterns
  }
  const SplitKernel other = split_kernel(linear_kernel(patterns_of(shifted)), split_);
  // The units' means over all stimuli are taken off before products are summed: rounding differs.
  EXPECT_LE((other.train - kernel_.train).cwiseAbs().maxCoeff(), 1e-10 * kernel_.train.trace());
}

INSTANTIATE_TEST_SUITE_P(Problems, Regression, testing::Values("wide", "narrow", "single"),
                         [](const auto& problem) { return problem.param; });

TEST(RidgeCv, ChoosesByLeavingEachStimulusOut) {
  auto matrices = test::read_matrices("tests/experiments/predictivity");
  Split split;
  for (std::size_t i = 0; i < 12; ++i) {
    split.train.push_back(i);
  }
  split.test = {0, 1, 2};
  const SplitKernel kernel = split_kernel(linear_kernel(patterns_of(matrices.at("left_out.x"))), split);
  const MatrixXd& tried = matrices.at("left_out.alphas");
  const Prediction prediction = predict(
      kernel, matrices.at("left_out.y"),
      {.method = "ridge_cv", .alphas = std::vector<double>(tried.data(), tried.data() + tried.size())});
  EXPECT_EQ(prediction.alpha, matrices.at("left_out.chosen")(0, 0));
}

// Responses that are a linear function of 3 directions of the layer are predicted exactly by 3 components at
// most.
TEST(Pls, StopsWhereNothingIsLeft) {
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  const MatrixXd latent = MatrixXd::NullaryExpr(20, 3, [&] { return normal(random); });
  const MatrixXd x =
      (latent * MatrixXd::NullaryExpr(3, 50, [&] { return normal(random); })).cast<float>().cast<double>();
  const MatrixXd y = x * MatrixXd::NullaryExpr(50, 4, [&] { return normal(random); });
  Split split;
  for (std::size_t i = 0; i < 20; ++i) {
    (i < 15 ? split.train : split.test).push_back(i);
  }
  const SplitKernel kernel = split_kernel(linear_kernel(patterns_of(x)), split);
  const Prediction few = predict(kernel, rows_of(y, split.train), {.method = "pls", .components = 3});
  // Single precision of x leaves further directions, of 1e-7 its size.
  EXPECT_LE((few.values - rows_of(y, split.test)).cwiseAbs().maxCoeff(), 1e-4);
  const Prediction many = predict(kernel, rows_of(y, split.train), {.method = "pls", .components = 1000});
  EXPECT_LT(many.components, 15U);
  EXPECT_LE((many.values - rows_of(y, split.test)).cwiseAbs().maxCoeff(), 1e-4);
}

TEST(AnyRegression, OntoAConstantLayerPredictsTheMean) {
  const Split split{.train = {0, 1, 2, 3}, .test = {4, 5, 6}};
  const SplitKernel kernel = split_kernel(linear_kernel(patterns_of(MatrixXd::Constant(7, 9, 0.3))), split);
  MatrixXd y(4, 2);
  y << 1, 2, 3, 4, 5, 6, 7, 8;
  for (const std::string& method : regression_methods()) {
    const Prediction prediction =
        predict(kernel, y, {.method = method, .components = 5, .alpha = 1.0, .alphas = logarithmic_alphas()});
    EXPECT_EQ(prediction.values, (MatrixXd(3, 2) << 4, 5, 4, 5, 4, 5).finished()) << method;
  }
}

TEST(AnyRegression, OfConstantResponsesPredictsThem) {
  std::mt19937 random(2);
  std::normal_distribution<double> normal;
  const Split split{.train = {0, 1, 2, 3}, .test = {4, 5, 6}};
  const SplitKernel kernel = split_kernel(
      linear_kernel(patterns_of(MatrixXd::NullaryExpr(7, 9, [&] { return normal(random); }))), split);
  for (const std::string& method : regression_methods()) {
    const Prediction prediction =
        predict(kernel, MatrixXd::Constant(4, 2, 3.0),
                {.method = method, .components = 5, .alpha = 1.0, .alphas = logarithmic_alphas()});
    EXPECT_EQ(prediction.values, MatrixXd::Constant(3, 2, 3.0)) << method;
  }
}

// Units of 1e8 make products of 1e17, beside which an alpha of 1e-8 is lost; Cholesky's factors need not
// exist.
TEST(Ridge, WithAnAlphaBelowRoundingIsLeastSquares) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  const MatrixXd x = 1e8 * MatrixXd::NullaryExpr(9, 2, [&] { return normal(random); });
  const MatrixXd y = (x * Eigen::Vector2d(1.0, 2.0)).cast<float>().cast<double>();
  const Split split{.train = {0, 1, 2, 3, 4, 5}, .test = {6, 7, 8}};
  const SplitKernel kernel = split_kernel(linear_kernel(patterns_of(x)), split);
  const MatrixXd seen = rows_of(y, split.train);
  const MatrixXd wanted = predict(kernel, seen, {.method = "linear"}).values;
  for (const double alpha : {1e-300, 1e-20, 1e-8, 1e-2}) {
    const MatrixXd got = predict(kernel, seen, {.method = "ridge", .alpha = alpha}).values;
    // Of layers of size 1e8, alpha is 1e-18 of the smallest direction's value at most: only rounding is left,
    // and of the responses, which are float, 1e-7.
    EXPECT_LT((got - wanted).norm(), 1e-6 * wanted.norm()) << alpha;
    EXPECT_LT((got - rows_of(y, split.test)).norm(), 1e-6 * wanted.norm()) << alpha;
  }
}

TEST(AnyRegression, WithAnUnknownNameIsABug) {
  const Split split{.train = {0, 1, 2}, .test = {3, 4, 5}};
  EXPECT_THROW(static_cast<void>(predict(split_kernel(MatrixXd::Identity(6, 6), split), MatrixXd::Zero(3, 1),
                                         {.method = "lasso"})),
               Error);
}

TEST(LinearKernel, HasTheSameBitsForAnyNumberOfThreads) {
  std::mt19937 random(4);
  std::normal_distribution<double> normal;
  const MatrixPatterns patterns =
      patterns_of(MatrixXd::NullaryExpr(150, 700, [&] { return normal(random); }));
  tbb::task_arena one(1);
  tbb::task_arena four(4);
  const MatrixXd a = one.execute([&] { return linear_kernel(patterns); });
  const MatrixXd b = four.execute([&] { return linear_kernel(patterns); });
  EXPECT_EQ(a, b);
  EXPECT_EQ(a, a.transpose());
}

TEST(DominantVector, SolvesTheEigenproblem) {
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  const MatrixXd root = MatrixXd::NullaryExpr(120, 90, [&] { return normal(random); });
  const MatrixXd a = root * root.transpose();
  const VectorXd v = dominant_vector(120, [&](const VectorXd& x) -> VectorXd { return a * x; });
  const double value = v.dot(a * v);
  EXPECT_LE((a * v - value * v).norm(), 1e-11 * value);
  // No other vector has a larger quotient: the trace of powers bounds the largest eigenvalue from above.
  const MatrixXd a8 = (a / value) * (a / value);
  EXPECT_LE(VectorXd(a8.diagonal()).maxCoeff(), 1.0 + 1e-9);
  VectorXd power = VectorXd::Ones(120);
  for (int k = 0; k < 5000; ++k) {
    power = (a * power).normalized();
  }
  EXPECT_NEAR(std::abs(power.dot(v)), 1.0, 1e-9);
}

TEST(DominantVector, FindsAVectorThatIsOrthogonalToOnes) {
  MatrixXd a(2, 2);
  a << 1, -1, -1, 1;
  const VectorXd v = dominant_vector(2, [&](const VectorXd& x) -> VectorXd { return a * x; });
  EXPECT_NEAR(std::abs(v[0] - v[1]), std::sqrt(2.0), 1e-12);
}

TEST(DominantVector, OfZeroAndOfOneDimensionIsDefined) {
  EXPECT_EQ(std::abs(dominant_vector(1, [](const VectorXd& x) -> VectorXd { return 3.0 * x; })[0]), 1.0);
  EXPECT_NEAR(dominant_vector(4, [](const VectorXd& x) -> VectorXd { return 0.0 * x; }).norm(), 1.0, 1e-15);
}

TEST(Alphas, AreNinetyNineFromAHundredthToTenMillion) {
  for (const std::vector<double>& alphas : {logarithmic_alphas(), brain_score_alphas()}) {
    ASSERT_EQ(alphas.size(), 99U);
    EXPECT_EQ(alphas.front(), 0.01);
    EXPECT_EQ(alphas.back(), 1e7);
    EXPECT_TRUE(std::is_sorted(alphas.begin(), alphas.end()));
  }
}

}  // namespace
}  // namespace homolog::experiments::regression_test
