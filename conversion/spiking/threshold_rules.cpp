#include "conversion/spiking/threshold_rules.hpp"

#include <algorithm>
#include <cmath>

namespace homolog::conversion {

double quantised(double activation, double threshold, sim::Step steps, double initial) {
  const double spikes = std::floor(activation * steps / threshold + initial);
  return threshold * std::clamp(spikes, 0.0, static_cast<double>(steps)) / steps;
}

float least_error_threshold(std::span<const float> activations, float largest, sim::Step steps,
                            double initial, int power) {
  constexpr int kCandidates = 95;
  float best = largest;
  double least = 0.0;
  for (int i = 0; i < kCandidates; ++i) {
    const double candidate = static_cast<double>(largest) * (100 - i) / 100.0;
    double sum = 0.0;
    for (const float activation : activations) {
      const double error = quantised(static_cast<double>(activation), candidate, steps, initial) -
                           static_cast<double>(activation);
      sum += power == 3 ? std::abs(error) * error * error : error * error;
    }
    if (i == 0 || sum < least) {
      least = sum;
      best = static_cast<float>(candidate);
    }
  }
  return best;
}

double balanced_threshold(std::span<const float> activations, double threshold) {
  double excess = 0.0;
  for (const float activation : activations) {
    excess += std::max(0.0, static_cast<double>(activation) - threshold);
  }
  return threshold + excess / static_cast<double>(std::max<std::size_t>(activations.size(), 1));
}

}  // namespace homolog::conversion
