#include "sim/engine/simd.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace homolog::sim::simd_test {
namespace {

// Vectors of 16, 32 and 64 bytes; a chunk is at least 16 floats wide, so longer ones are not used whole.
TEST(LanesInUse, AreThoseOfTheInstructionSet) {
  const std::map<std::string, std::size_t> bytes = {{"SSSE3", 16}, {"SSE4", 16},    {"AVX2", 32},
                                                    {"AVX3", 64},  {"AVX3_DL", 64}, {"AVX3_ZEN4", 64},
                                                    {"NEON", 16}};
  std::size_t known = 0;
  for (const std::string& set : instruction_sets()) {
    SCOPED_TRACE(set);
    use_instruction_set(set);
    const std::size_t lanes = lanes_in_use();
    use_instruction_set("");
    EXPECT_GE(lanes, 1U);
    EXPECT_LE(lanes, 16U);
    if (const auto found = bytes.find(set); found != bytes.end()) {
      EXPECT_EQ(lanes * sizeof(float), found->second);
      ++known;
    }
  }
  EXPECT_GT(known, 0U);
}

}  // namespace
}  // namespace homolog::sim::simd_test
