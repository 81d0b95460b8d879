#include "experiments/run/accuracy.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace homolog::experiments::accuracy_test {
namespace {

TEST(AccuracyCount, CountsAnswersPerStepAndAgreementWithTheFloatNetwork) {
  AccuracyCount count(2, 3);
  const std::vector<float> float_first{0.0F, 2.0F, 1.0F};  // answers 1
  const std::vector<float> first{1.0F, 0.0F, 0.0F,         // answers 0
                                 0.0F, 1.0F, 0.0F};        // answers 1
  count.add(float_first, first, 1);
  const std::vector<float> float_second{3.0F, 2.0F, 1.0F};  // answers 0
  const std::vector<float> second{0.0F, 0.0F, 1.0F,         // answers 2
                                  1.0F, 1.0F, 1.0F};        // a tie: the lowest, 0
  count.add(float_second, second, 2);
  EXPECT_EQ(count.float_accuracy(), 0.5);
  EXPECT_EQ(count.spiking(), (std::vector<double>{0.5, 0.5}));
  EXPECT_EQ(count.agreement(), (std::vector<double>{0.0, 1.0}));
}

TEST(AccuracyCount, SaysNothingOfAccuracyWhenALabelIsMissing) {
  AccuracyCount count(1, 2);
  const std::vector<float> scores{0.0F, 1.0F};
  count.add(scores, scores, 1);
  count.add(scores, scores, {});
  EXPECT_TRUE(std::isnan(count.float_accuracy()));
  EXPECT_TRUE(count.spiking().empty());
  EXPECT_EQ(count.agreement(), (std::vector<double>{1.0}));
}

}  // namespace
}  // namespace homolog::experiments::accuracy_test
