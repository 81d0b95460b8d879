#include "sim/network/fan_out.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/support/dense_simulator.hpp"
#include "tests/support/random_network.hpp"

namespace homolog::sim::fan_out_test {
namespace {

// Against synapses listed pair by pair.
TEST(FanOut, CountsTheSynapsesOfEveryUnit) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    const test::RandomNetwork random(seed);
    for (const Projection& projection : random.network().projections) {
      const std::vector<std::uint32_t> counts = fan_out(projection);
      std::vector<std::uint32_t> expected(counts.size(), 0);
      for (const auto& row : test::dense_detail::synapses_of(random.network(), projection)) {
        for (const auto& synapse : row) {
          ++expected.at(synapse.source);
        }
      }
      ASSERT_EQ(counts, expected) << "seed " << seed;
      EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}), synapses(projection));
    }
  }
}

}  // namespace
}  // namespace homolog::sim::fan_out_test
