#include "experiments/analysis/spike_trains.hpp"

#include <gtest/gtest.h>

#include <random>

namespace homolog::experiments::spike_trains_test {
namespace {

TEST(SpikeTrains, CountsSpikesOfAnyWindowAsAWalkOverTheSteps) {
  std::mt19937 random(3);
  const std::int64_t steps = 150;
  std::vector<std::uint64_t> train(static_cast<std::size_t>(SpikeTrains::words(steps)));
  std::vector<double> fired;
  for (std::int64_t step = 0; step < steps; ++step) {
    if (random() % 3 == 0 || step == 63 || step == 64 || step == 127) {
      train[static_cast<std::size_t>(step / 64)] |= std::uint64_t{1} << (step % 64);
      fired.push_back(static_cast<double>(step));
    }
  }
  std::vector<double> listed;
  append_spike_steps(train, listed);
  EXPECT_EQ(listed, fired);
  for (std::int64_t first = 0; first <= steps; ++first) {
    for (std::int64_t last = first; last <= steps; ++last) {
      const auto wanted = std::count_if(fired.begin(), fired.end(), [&](double step) {
        return step >= static_cast<double>(first) && step < static_cast<double>(last);
      });
      ASSERT_EQ(spikes_between(train, first, last), wanted) << first << " to " << last;
    }
  }
  EXPECT_EQ(spikes_between(train, -5, 1000), static_cast<std::int64_t>(fired.size()));
}

}  // namespace
}  // namespace homolog::experiments::spike_trains_test
