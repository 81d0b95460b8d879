#include "sim/core/set_bits.hpp"

#include <gtest/gtest.h>

#include <bit>

namespace homolog::sim::set_bits_test {
namespace {

TEST(SetBits, OfEveryByteGiveTheByteBack) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    const SetBits& bits = kSetBits[byte];
    EXPECT_EQ(bits.count, std::popcount(byte));
    unsigned again = 0;
    for (std::size_t i = 0; i < bits.count; ++i) {
      EXPECT_TRUE(i == 0 || bits.places[i] > bits.places[i - 1]);
      again |= 1U << bits.places[i];
    }
    EXPECT_EQ(again, byte);
    EXPECT_EQ(kPlaces[byte], bits.places);
  }
}

}  // namespace
}  // namespace homolog::sim::set_bits_test
