#include "experiments/rsa/inference/corrections.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"
#include "tests/experiments/rsa/inference_support.hpp"

namespace homolog::experiments::inference_corrections_test {
namespace {

TEST(Corrections, AreTheirDefinitions) {
  const auto& tables = test::inference_tables();
  const std::vector<double> p = tables.at("corrections.p").values;
  const std::vector<double> rate = benjamini_hochberg(p);
  const std::vector<double> familywise = bonferroni(p);
  for (std::size_t k = 0; k < p.size(); ++k) {
    EXPECT_NEAR(rate[k], tables.at("corrections.benjamini_hochberg").values[k], 1e-15);  // one division
    EXPECT_NEAR(familywise[k], tables.at("corrections.bonferroni").values[k], 1e-15);
  }
}

TEST(Corrections, LeaveUndefinedTestsOutOfTheFamily) {
  for (const auto& correct : {bonferroni, benjamini_hochberg}) {
    const std::vector<double> with = correct(std::vector<double>{kNaN, 0.01, 0.2, kNaN});
    const std::vector<double> without = correct(std::vector<double>{0.01, 0.2});
    EXPECT_TRUE(std::isnan(with[0]) && std::isnan(with[3]));
    EXPECT_EQ(with[1], without[0]);
    EXPECT_EQ(with[2], without[1]);
  }
}

TEST(Corrections, OfOneTestOrNoneChangeNothing) {
  for (const auto& correct : {bonferroni, benjamini_hochberg}) {
    EXPECT_EQ(correct(std::vector<double>{0.03}), std::vector<double>{0.03});
    EXPECT_TRUE(correct(std::vector<double>{}).empty());
  }
}

TEST(Corrections, RefuseWhatIsNoProbability) {
  for (const auto& correct : {bonferroni, benjamini_hochberg}) {
    EXPECT_THROW(static_cast<void>(correct(std::vector<double>{1.5})), Error);
    EXPECT_THROW(static_cast<void>(correct(std::vector<double>{-0.1})), Error);
  }
}

}  // namespace
}  // namespace homolog::experiments::inference_corrections_test
