#include "experiments/behaviour/image_level.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "experiments/behaviour/image_level_draw.hpp"
#include "experiments/behaviour/normal_quantile.hpp"
#include "sim/core/nan.hpp"
#include "tests/experiments/behaviour/support.hpp"
#include "tests/experiments/predictivity/support.hpp"

namespace homolog::experiments::image_level_test {
namespace {

class ImageLevel : public testing::Test {
 protected:
  void SetUp() override {
    matrices_ = test::read_matrices("tests/experiments/behaviour");
    ASSERT_TRUE(matrices_.count("labels"));
    for (Eigen::Index i = 0; i < 12; ++i) {
      labels_.push_back(static_cast<std::int64_t>(matrices_.at("labels")(0, i)));
    }
  }
  static void expect_same(const Eigen::MatrixXd& got, const Eigen::MatrixXd& wanted) {
    ASSERT_EQ(got.rows(), wanted.rows());
    ASSERT_EQ(got.cols(), wanted.cols());
    for (Eigen::Index k = 0; k < got.size(); ++k) {
      ASSERT_EQ(std::isnan(got.data()[k]), std::isnan(wanted.data()[k])) << k;
      if (!std::isnan(wanted.data()[k])) {
        EXPECT_NEAR(got.data()[k], wanted.data()[k], 1e-11) << k;  // 1 - p near 1 has 1e-16 / 1e-5 left
      }
    }
  }
  std::map<std::string, Eigen::MatrixXd> matrices_{};
  std::vector<std::int64_t> labels_{};
};

TEST_F(ImageLevel, ANetworkChoosesByItsSoftmax) {
  expect_same(binary_choices(matrices_.at("scores"), labels_), matrices_.at("choices"));
}

TEST_F(ImageLevel, I2nFollowsItsDefinition) {
  expect_same(image_level_i2n(matrices_.at("choices"), labels_), matrices_.at("i2n"));
}

TEST_F(ImageLevel, I2nOfCountsWithGapsAndCertainChoicesIsDefined) {
  expect_same(image_level_i2n(matrices_.at("human"), labels_), matrices_.at("human.i2n"));
}

TEST_F(ImageLevel, ConsistencyIsTheCorrelationOfWhatBothHave) {
  EXPECT_NEAR(image_level_correlation(image_level_i2n(matrices_.at("choices"), labels_),
                                      image_level_i2n(matrices_.at("human"), labels_)),
              matrices_.at("consistency")(0, 0), 1e-11);
}

TEST_F(ImageLevel, I2nSumsToZeroOverTheImagesOfAnObject) {
  const Eigen::MatrixXd i2n = image_level_i2n(matrices_.at("choices"), labels_);
  for (Eigen::Index d = 0; d < 5; ++d) {
    for (const std::int64_t object : {0, 1, 2, 4}) {
      double sum = 0.0;
      for (Eigen::Index i = 0; i < 12; ++i) {
        sum += labels_[static_cast<std::size_t>(i)] == object && object != d && d != 3 ? i2n(i, d) : 0.0;
      }
      EXPECT_NEAR(sum, 0.0, 1e-12);
    }
  }
}

/// `rows` of a matrix, each as often as `copies` says.
Choices repeated_rows(const Choices& choices, const std::vector<std::uint32_t>& copies) {
  std::vector<Eigen::Index> rows(copies.size());
  std::iota(rows.begin(), rows.end(), Eigen::Index{0});
  return choices(test::repeated(rows, copies), Eigen::all);
}

// An image drawn m times counts as m images: in false alarms, in means by object and in r.
TEST_F(ImageLevel, CopiesOfAnImageAreImages) {
  for (const unsigned seed : {1U, 2U, 3U, 4U}) {
    SCOPED_TRACE(seed);
    const std::vector<std::uint32_t> copies = test::some_copies(12, seed);
    const std::vector<std::int64_t> labels = test::repeated(labels_, copies);
    std::vector<ChoiceRates> rates;
    std::vector<Eigen::MatrixXd> wanted;
    for (const std::string name : {"choices", "human"}) {
      rates.push_back(choice_rates(matrices_.at(name)));
      wanted.push_back(image_level_i2n(repeated_rows(matrices_.at(name), copies), labels));
    }
    const ImageLevelDraw first(rates[0], labels_, copies);
    const ImageLevelDraw second(rates[1], labels_, copies);
    Eigen::Index row = 0;
    for (Eigen::Index i = 0; i < 12; ++i) {
      for (std::uint32_t copy = 0; copy < copies[static_cast<std::size_t>(i)]; ++copy, ++row) {
        for (Eigen::Index d = 0; d < 5; ++d) {
          const double got = first.at(i, d, labels_[static_cast<std::size_t>(i)]);
          ASSERT_EQ(std::isnan(got), std::isnan(wanted[0](row, d)));
          if (!std::isnan(got)) {
            EXPECT_NEAR(got, wanted[0](row, d), 1e-13);  // sums of up to 36 numbers below 5, in another order
          }
        }
      }
    }
    EXPECT_NEAR(image_level_correlation(first, second, 5, labels_, copies),
                image_level_correlation(wanted[0], wanted[1]), 1e-12);
  }
}

TEST_F(ImageLevel, ADrawWithoutImagesIsUndefined) {
  const ChoiceRates rates = choice_rates(matrices_.at("choices"));
  std::vector<std::uint32_t> copies(12, 0);
  copies[0] = 12;  // one image alone has no other object to be told from
  const ImageLevelDraw draw(rates, labels_, copies);
  EXPECT_TRUE(std::isnan(image_level_correlation(draw, draw, 5, labels_, copies)));
}

TEST(I2n, OfAlwaysRightAndAlwaysWrongIsZero) {
  const std::vector<std::int64_t> labels{0, 0, 1, 1};
  Choices choices = Choices::Constant(4, 2, kNaN);
  choices(0, 1) = choices(1, 1) = 1.0;  // always right about object 0,
  choices(2, 0) = choices(3, 0) = 0.0;  // always wrong about object 1: no sensitivity, only a bias
  EXPECT_EQ(image_level_i2n(choices, labels)(0, 1), 0.0);
  choices(1, 1) = 0.5;  // z = 0 less infinity: limited to -5; its mean with 0 is -2.5
  EXPECT_EQ(image_level_i2n(choices, labels)(0, 1), 2.5);
}

TEST(I2n, OfOneObjectHasNoTask) {
  const std::vector<std::int64_t> labels{0, 0, 0};
  const Choices choices = binary_choices(Scores::Random(3, 2), labels);
  EXPECT_TRUE(choices.array().isNaN().all());
  EXPECT_TRUE(image_level_i2n(choices, labels).array().isNaN().all());
  EXPECT_TRUE(std::isnan(image_level_correlation(choices, choices)));
}

TEST(ImageLevelCorrelation, IsUndefinedForConstantsAndTooFew) {
  Eigen::MatrixXd x(2, 2);
  x << 1.0, 2.0, 3.0, kNaN;
  EXPECT_DOUBLE_EQ(image_level_correlation(x, x), 1.0);
  EXPECT_TRUE(std::isnan(image_level_correlation(x, Eigen::MatrixXd::Ones(2, 2))));
  x(0, 0) = kNaN;
  EXPECT_TRUE(std::isnan(image_level_correlation(x, x)));
}

TEST(NormalQuantile, IsThatOfSciPy) {
  const auto matrices = test::read_matrices("tests/experiments/behaviour");
  const Eigen::MatrixXd& rates = matrices.at("rates");
  for (Eigen::Index k = 0; k < rates.size(); ++k) {
    const double wanted = matrices.at("quantiles")(0, k);
    EXPECT_NEAR(normal_quantile(rates(0, k)), wanted,
                2e-14 * std::max(1.0, std::abs(wanted)));  // two libraries
  }
}

TEST(NormalQuantile, IsInfiniteAtTheEndsAndUndefinedBeyond) {
  EXPECT_EQ(normal_quantile(0.0), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(normal_quantile(1.0), std::numeric_limits<double>::infinity());
  EXPECT_NEAR(normal_quantile(0.5), 0.0, 1e-16);
  EXPECT_TRUE(std::isnan(normal_quantile(-0.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(1.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(kNaN)));
}

}  // namespace
}  // namespace homolog::experiments::image_level_test
