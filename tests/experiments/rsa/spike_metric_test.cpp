#include "experiments/rsa/spike_metric.hpp"

#include <gtest/gtest.h>
#include <tbb/task_arena.h>

#include <cmath>
#include <numeric>
#include <random>

#include "experiments/rsa/neuron_subset.hpp"
#include "tests/experiments/rsa/support.hpp"

namespace homolog::experiments::spike_metric_test {
namespace {

using Train = std::vector<double>;

Train random_train(std::mt19937& random, int steps, double rate) {
  Train train;
  std::uniform_real_distribution<double> draw(0.0, 1.0);
  for (int step = 0; step < steps; ++step) {
    if (draw(random) < rate) {
      train.push_back(step);
    }
  }
  return train;
}

/// The recursion of the definition, without a table.
double edit_cost(std::span<const double> a, std::span<const double> b, double cost) {
  if (a.empty() || b.empty()) {
    return static_cast<double>(a.size() + b.size());
  }
  const auto a_rest = a.first(a.size() - 1);
  const auto b_rest = b.first(b.size() - 1);
  return std::min({edit_cost(a_rest, b, cost) + 1.0, edit_cost(a, b_rest, cost) + 1.0,
                   edit_cost(a_rest, b_rest, cost) + cost * std::abs(a.back() - b.back())});
}

TEST(VictorPurpura, IsTheCheapestWayFromOneTrainToTheOther) {
  std::mt19937 random(5);
  for (int k = 0; k < 60; ++k) {
    const Train a = random_train(random, 20, 0.25);
    const Train b = random_train(random, 20, 0.25);
    const double cost = 0.05 * (k % 12);
    EXPECT_NEAR(victor_purpura(a, b, cost), edit_cost(a, b, cost), 1e-12);  // rounding of sums below 40
    EXPECT_DOUBLE_EQ(victor_purpura(a, b, cost), victor_purpura(b, a, cost));
  }
}

TEST(VictorPurpura, CountsSpikesWhenTimeIsFreeAndCoincidencesWhenItIsDear) {
  const Train a{1, 4, 9, 12};
  const Train b{4, 10};
  EXPECT_EQ(victor_purpura(a, b, 0.0), 2.0);
  EXPECT_EQ(victor_purpura(a, b, 1000.0), 4.0);  // 4 is common, 1, 9, 12 and 10 are not
  EXPECT_EQ(victor_purpura({}, b, 0.3), 2.0);
  EXPECT_EQ(victor_purpura({}, {}, 0.3), 0.0);
}

TEST(VanRossum, IsTheIntegralOfTheSquaredDifferenceOfFilteredTrains) {
  std::mt19937 random(6);
  const double tau = 7.0;
  for (int k = 0; k < 10; ++k) {
    const Train a = random_train(random, 40, 0.2);
    const Train b = random_train(random, 40, 0.2);
    const auto filtered = [&](const Train& train, double t) {
      return std::accumulate(train.begin(), train.end(), 0.0, [&](double sum, double spike) {
        return sum + (t >= spike ? std::exp(-(t - spike) / tau) : 0.0);
      });
    };
    // Midpoint rule: spikes are at multiples of the step, so no jump is inside a cell.
    const double dt = 0.01;
    double integral = 0.0;
    for (double t = 0.5 * dt; t < 40.0 + 25.0 * tau; t += dt) {
      const double difference = filtered(a, t) - filtered(b, t);
      integral += difference * difference * dt / tau;
    }
    EXPECT_NEAR(van_rossum_squared(a, b, tau), integral, 1e-5);  // dt^2 / 24 f'' of the rule, below 1e-5
    // The closed form.
    const auto sum = [&](const Train& x, const Train& y) {
      double total = 0.0;
      for (const double s : x) {
        for (const double t : y) {
          total += std::exp(-std::abs(s - t) / tau);
        }
      }
      return total;
    };
    EXPECT_NEAR(van_rossum_squared(a, b, tau), 0.5 * (sum(a, a) + sum(b, b)) - sum(a, b), 1e-12);
  }
  EXPECT_EQ(van_rossum_squared({}, {}, tau), 0.0);
  EXPECT_EQ(van_rossum_squared(Train{3.0}, {}, tau), 0.5);
}

TEST(NeuronSubset, IsASortedSampleThatDependsOnSeedAndLayer) {
  const std::vector<std::int64_t> subset = neuron_subset(5000, 100, 7, "relu1");
  ASSERT_EQ(subset.size(), 100U);
  EXPECT_TRUE(std::is_sorted(subset.begin(), subset.end()));
  EXPECT_EQ(std::adjacent_find(subset.begin(), subset.end()), subset.end());
  EXPECT_GE(subset.front(), 0);
  EXPECT_LT(subset.back(), 5000);
  EXPECT_EQ(subset, neuron_subset(5000, 100, 7, "relu1"));
  EXPECT_NE(subset, neuron_subset(5000, 100, 8, "relu1"));
  EXPECT_NE(subset, neuron_subset(5000, 100, 7, "relu2"));
  EXPECT_EQ(neuron_subset(4, 100, 7, "relu1"), (std::vector<std::int64_t>{0, 1, 2, 3}));
  // Each unit is drawn as often as another: 400 seeds, a tenth of 50 units; the standard deviation is 6.
  std::vector<int> drawn(50);
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    for (const std::int64_t unit : neuron_subset(50, 5, seed, "x")) {
      ++drawn[static_cast<std::size_t>(unit)];
    }
  }
  EXPECT_GT(*std::min_element(drawn.begin(), drawn.end()), 40 - 5 * 6);
  EXPECT_LT(*std::max_element(drawn.begin(), drawn.end()), 40 + 5 * 6);
}

/// Trains of 90 neurons, 3 stimuli shown twice.
class SpikeTrainRepresentations : public testing::Test {
 protected:
  void SetUp() override {
    std::mt19937 random(9);
    std::vector<Train> trains;
    for (std::int64_t k = 0; k < kPresentations * kNeurons; ++k) {
      trains.push_back(random_train(random, kSteps, 0.1));
    }
    fake_.add_trains("relu", kSteps, trains);
    source_ = {.representations = &fake_, .layer = "relu", .repetitions = 2, .steps = kSteps, .step_ms = 0.5};
    trains_ = std::move(trains);
  }

  static Representation read(const std::string& code,
                             std::vector<std::pair<std::string, std::string>> settings = {}) {
    Parameter tree{.kind = Parameter::Kind::mapping};
    for (auto& [key, value] : settings) {
      tree.entries.emplace_back(key, Parameter{.kind = Parameter::Kind::scalar, .text = value});
    }
    Parameters parameters(tree, "file", "");
    return representations().find(code)(parameters);
  }

  [[nodiscard]] const Train& train(std::int64_t presentation, std::int64_t neuron) const {
    return trains_[static_cast<std::size_t>(presentation * kNeurons + neuron)];
  }

  static constexpr std::int64_t kPresentations = 6;
  static constexpr std::int64_t kNeurons = 90;
  static constexpr int kSteps = 100;
  test::FakeRepresentations fake_{kPresentations};
  LayerSource source_{};
  std::vector<Train> trains_{};
};

TEST_F(SpikeTrainRepresentations, CountSpikesInAWindow) {
  const auto patterns = read("window", {{"from", "20"}, {"to", "71"}}).patterns(source_);
  ASSERT_EQ(patterns->count(), 3);
  ASSERT_EQ(patterns->repetitions(), 2);
  ASSERT_EQ(patterns->units(), kNeurons);
  const std::vector<float> block = patterns->read(10, 60);
  for (std::int64_t k = 0; k < kPresentations; ++k) {
    for (std::int64_t neuron = 10; neuron < 60; ++neuron) {
      const Train& spikes = train(k, neuron);
      const auto wanted =
          std::count_if(spikes.begin(), spikes.end(), [](double s) { return s >= 20 && s < 71; });
      EXPECT_EQ(block[static_cast<std::size_t>(k * 50 + neuron - 10)], static_cast<float>(wanted));
    }
  }
}

TEST_F(SpikeTrainRepresentations, CountSpikesInBinsOfEveryNeuronWhateverBlockIsRead) {
  const auto patterns = read("bins", {{"steps", "30"}}).patterns(source_);
  ASSERT_EQ(patterns->units(), kNeurons * 4);  // the last bin has 10 steps
  const std::vector<float> all = patterns->read(0, kNeurons * 4);
  const std::vector<float> part = patterns->read(7, 30);  // from the middle of a neuron to that of another
  for (std::int64_t k = 0; k < kPresentations; ++k) {
    for (std::int64_t unit = 0; unit < kNeurons * 4; ++unit) {
      const Train& spikes = train(k, unit / 4);
      const auto wanted = std::count_if(spikes.begin(), spikes.end(), [&](double s) {
        return static_cast<std::int64_t>(s) / 30 == unit % 4;
      });
      EXPECT_EQ(all[static_cast<std::size_t>(k * kNeurons * 4 + unit)], static_cast<float>(wanted));
      if (unit >= 7 && unit < 30) {
        EXPECT_EQ(part[static_cast<std::size_t>(k * 23 + unit - 7)], static_cast<float>(wanted));
      }
    }
  }
}

TEST_F(SpikeTrainRepresentations, MetricsAreSummedOverNeuronsAndAveragedOverRepetitions) {
  const auto in_ms = [&](const Train& steps) {
    Train times = steps;
    std::transform(times.begin(), times.end(), times.begin(), [](double step) { return 0.5 * step; });
    return times;
  };
  for (const std::string metric : {"victor_purpura", "van_rossum"}) {
    const Representation entry = read(metric);
    EXPECT_EQ(entry.metric, metric);
    Rdm one_thread;
    Rdm three_threads;
    tbb::task_arena(1).execute([&] { one_thread = entry.rdm(source_, {}); });
    tbb::task_arena(3).execute([&] { three_threads = entry.rdm(source_, {}); });
    for (std::int64_t i = 0; i < 3; ++i) {
      for (std::int64_t j = i + 1; j < 3; ++j) {
        double wanted = 0.0;
        for (std::int64_t r = 0; r < 2; ++r) {
          for (std::int64_t neuron = 0; neuron < kNeurons; ++neuron) {
            const Train a = in_ms(train(3 * r + i, neuron));
            const Train b = in_ms(train(3 * r + j, neuron));
            wanted +=
                0.5 * (metric == "van_rossum" ? van_rossum_squared(a, b, 10.0) : victor_purpura(a, b, 0.1));
          }
        }
        const auto x = static_cast<std::size_t>(i);
        const auto y = static_cast<std::size_t>(j);
        EXPECT_NEAR(one_thread.at(x, y), wanted, 1e-9 * wanted);  // another order of 180 terms
        EXPECT_EQ(one_thread.at(x, y), three_threads.at(x, y));
      }
    }
  }
}

}  // namespace
}  // namespace homolog::experiments::spike_metric_test
