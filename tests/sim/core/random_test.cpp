#include "sim/core/random.hpp"

#include <gtest/gtest.h>

#include <array>

namespace homolog::sim::random_test {
namespace {

using Words = std::array<std::uint32_t, 4>;

// The known answers of Random123 (tests/kat_vectors) for philox4x32 with 10 rounds.
TEST(Philox, GivesThePublishedAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, 0), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, 0xffffffffffffffff),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0x299f31d0a4093822),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, IsKnownAtCompileTime) {
  static_assert(philox({0, 0, 0, 0}, 0)[0] == 0x6627e8d5);
}

TEST(Uniform, LiesInTheHalfOpenUnitInterval) {
  EXPECT_EQ(uniform(0), 0.0F);
  EXPECT_EQ(uniform(0xffffffff), 1.0F - 0x1p-24F);
  EXPECT_EQ(uniform(0x80000000), 0.5F);
}

}  // namespace
}  // namespace homolog::sim::random_test
