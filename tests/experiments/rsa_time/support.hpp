#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "experiments/rsa/rdm.hpp"
#include "tests/experiments/rsa/support.hpp"

namespace homolog::experiments {

using Values = std::vector<double>;

inline constexpr std::size_t kStimuli = 8;
inline constexpr std::size_t kUnits = 12;
inline constexpr std::size_t kWindows = 6;
inline constexpr std::size_t kWidth = 4;
inline constexpr std::int64_t kSteps = 24;
inline constexpr std::size_t kKnown = 3;  // the window in which the layer is like the reference

inline double pearson(const Values& x, const Values& y) {
  const auto n = static_cast<double>(x.size());
  double mean_x = 0.0, mean_y = 0.0, xy = 0.0, xx = 0.0, yy = 0.0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    mean_x += x[k] / n;
    mean_y += y[k] / n;
  }
  for (std::size_t k = 0; k < x.size(); ++k) {
    xy += (x[k] - mean_x) * (y[k] - mean_y);
    xx += (x[k] - mean_x) * (x[k] - mean_x);
    yy += (y[k] - mean_y) * (y[k] - mean_y);
  }
  return xy / std::sqrt(xx * yy);
}

/// 1 - r of every two rows of [stimuli, units].
inline Values distances(const std::vector<Values>& patterns) {
  Values pairs;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    for (std::size_t j = i + 1; j < patterns.size(); ++j) {
      pairs.push_back(1.0 - pearson(patterns[i], patterns[j]));
    }
  }
  return pairs;
}

/// Spikes of a layer, and by hand the counts in its windows: window 0 is silent.
struct Spikes {
  std::vector<std::vector<double>> trains{};  // [stimuli, units]
  std::vector<std::vector<Values>> counts{};  // [window][stimulus][unit]
  test::FakeRepresentations representations{kStimuli};

  explicit Spikes(unsigned seed) {
    std::mt19937 random(seed);
    trains.resize(kStimuli * kUnits);
    counts.assign(kWindows, std::vector<Values>(kStimuli, Values(kUnits)));
    for (std::size_t w = 1; w < kWindows; ++w) {
      for (std::size_t k = 0; k < trains.size(); ++k) {
        for (std::size_t step = 0; step < kWidth; ++step) {
          if (random() % 2 == 0) {
            trains[k].push_back(static_cast<double>(w * kWidth + step));
            counts[w][k / kUnits][k % kUnits] += 1.0;
          }
        }
      }
    }
    representations.add_trains("relu1", kSteps, trains);
  }
  [[nodiscard]] Rdm rdm(std::size_t window) const { return {kStimuli, distances(counts[window])}; }
};

inline test::FakeStimuli stimuli_of(std::int64_t count) {
  return test::FakeStimuli(test::grey_images(
      count, 4, 4, [](std::int64_t i, std::int64_t y, std::int64_t x) { return i * y + x; }));
}

}  // namespace homolog::experiments
