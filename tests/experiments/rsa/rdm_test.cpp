#include "experiments/rsa/rdm.hpp"

#include <gtest/gtest.h>

#include "sim/core/error.hpp"

namespace homolog::experiments::rdm_test {
namespace {

TEST(Rdm, KeepsTheUpperTriangleRowByRow) {
  const Rdm rdm(4, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(rdm.square(), (std::vector<double>{0, 1, 2, 3,  //
                                               1, 0, 4, 5,  //
                                               2, 4, 0, 6,  //
                                               3, 5, 6, 0}));
  const std::vector<double> square = rdm.square();
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j) {
      EXPECT_EQ(rdm.at(i, j), square[i * 4 + j]);
    }
  }
}

TEST(Rdm, OfNoPatternOrOnePatternHasNoPairs) {
  EXPECT_TRUE(Rdm(0).pairs().empty());
  EXPECT_TRUE(Rdm(1).pairs().empty());
  EXPECT_EQ(Rdm(1).square(), std::vector<double>{0.0});
}

TEST(Rdm, RefusesAWrongNumberOfPairs) {
  EXPECT_THROW(Rdm(4, {1, 2, 3}), Error);
}

TEST(MeanRdm, AveragesPairByPairAndRefusesOtherSizes) {
  const std::vector<Rdm> rdms = {Rdm(3, {1, 2, 3}), Rdm(3, {3, 2, 7})};
  const Rdm mean = mean_rdm(rdms);
  EXPECT_EQ(std::vector<double>(mean.pairs().begin(), mean.pairs().end()), (std::vector<double>{2, 2, 5}));
  EXPECT_THROW(static_cast<void>(mean_rdm(std::vector<Rdm>{Rdm(3), Rdm(4)})), Error);
  EXPECT_THROW(static_cast<void>(mean_rdm({})), Error);
}

}  // namespace
}  // namespace homolog::experiments::rdm_test
