#include "experiments/behaviour/consistency_table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "experiments/behaviour/error_consistency.hpp"
#include "sim/core/nan.hpp"
#include "tests/experiments/behaviour/support.hpp"

namespace homolog::experiments::consistency_table_test {
namespace {

/// Four observers of 30 stimuli, who saw about nine of ten.
std::vector<std::vector<double>> random_answers() {
  std::mt19937 random(4);
  std::uniform_real_distribution<double> draw(0.0, 1.0);
  std::vector<std::vector<double>> answers(4, std::vector<double>(30));
  for (std::vector<double>& observer : answers) {
    for (double& answer : observer) {
      answer = draw(random) < 0.1 ? kNaN : draw(random) < 0.7 ? 1.0 : 0.0;
    }
  }
  return answers;
}

TEST(ConsistencyTable, CountsCopiesAsRepeatedAnswersToTheLastBit) {
  const std::vector<std::vector<double>> answers = random_answers();
  const std::vector<std::uint32_t> copies = test::some_copies(30, 3);
  const ConsistencyTable table({answers.begin(), answers.end()});
  const Eigen::MatrixXd kappas = table.kappas(copies);
  const Eigen::VectorXd accuracies = table.accuracies(copies);
  for (std::size_t a = 0; a < 4; ++a) {
    const std::vector<double> repeated = test::repeated(answers[a], copies);
    EXPECT_EQ(accuracies[static_cast<Eigen::Index>(a)], accuracy_of(repeated));
    for (std::size_t b = 0; b < 4; ++b) {
      EXPECT_EQ(kappas(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b)),
                error_consistency(repeated, test::repeated(answers[b], copies)).kappa);
    }
  }
}

TEST(ConsistencyTable, OfNothingIsUndefined) {
  const std::vector<std::vector<double>> answers{{1.0, 0.0}, {1.0, 1.0}};
  const ConsistencyTable table({answers.begin(), answers.end()});
  const std::vector<std::uint32_t> none{0, 0};
  EXPECT_TRUE(table.kappas(none).array().isNaN().all());
  EXPECT_TRUE(table.accuracies(none).array().isNaN().all());
}

TEST(MeansOfCopies, LeaveOutWhatIsUndefinedAndPairsOfCopies) {
  Eigen::VectorXd values(3);
  values << 1.0, kNaN, 4.0;
  EXPECT_DOUBLE_EQ(mean_of_copies(values, std::vector<std::uint32_t>{2, 5, 1}), 2.0);
  EXPECT_TRUE(std::isnan(mean_of_copies(values, std::vector<std::uint32_t>{0, 5, 0})));
  Eigen::MatrixXd kappas(3, 3);
  kappas << 1.0, 0.5, 0.25, 0.5, 1.0, kNaN, 0.25, kNaN, 1.0;
  EXPECT_DOUBLE_EQ(mean_of_pairs(kappas, std::vector<std::uint32_t>{2, 1, 3}),
                   (2 * 0.5 + 6 * 0.25) / 8);  // (a, b) twice, (a, c) six times
  EXPECT_TRUE(std::isnan(mean_of_pairs(kappas, std::vector<std::uint32_t>{3, 0, 0})));
}

}  // namespace
}  // namespace homolog::experiments::consistency_table_test
