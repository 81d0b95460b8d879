#include "conversion/spiking/fit_channel.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace homolog::conversion {
namespace {

/// Sums over samples that least squares needs: n count of spikes, a float activation.
struct Moments {
  double samples = 0.0;
  double n = 0.0, a = 0.0, nn = 0.0, na = 0.0, aa = 0.0;

  /// Of the regression of a on n with intercept; nothing to go by: `otherwise`.
  [[nodiscard]] double slope(double otherwise) const {
    const double variance = nn - n * n / samples;
    return variance > 1e-9 * nn ? (na - n * a / samples) / variance : otherwise;
  }
  /// With which the mean of slope * n + constant is right.
  [[nodiscard]] double constant(double slope) const { return (a - slope * n) / samples; }
  /// Mean squared error of slope * n + constant.
  [[nodiscard]] double error(double slope) const {
    const double constant = this->constant(slope);
    const double sum = aa - 2.0 * slope * na + slope * slope * nn - samples * constant * constant;
    return std::max(0.0, sum / samples);
  }
};

/// What sample i should stand for.
double activation(const ChannelSamples& samples, std::size_t i) {
  const float low = samples.linear ? -std::numeric_limits<float>::infinity() : 0.0F;
  return static_cast<double>(std::clamp(samples.target[i], low, samples.high));
}

Moments moments_of(const ChannelSamples& samples, std::span<const std::int32_t> counts) {
  Moments m{.samples = static_cast<double>(counts.size())};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double a = activation(samples, i);
    const double n = counts[i];
    m.n += n;
    m.a += a;
    m.nn += n * n;
    m.na += n * a;
    m.aa += a * a;
  }
  return m;
}

/// Mean cube of the magnitude of the error of slope * n + constant.
double cubic_error(const ChannelSamples& samples, std::span<const std::int32_t> counts, double slope,
                   double constant) {
  double sum = 0.0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double error = slope * counts[i] + constant - activation(samples, i);
    sum += std::abs(error) * error * error;
  }
  return sum / static_cast<double>(counts.size());
}

/// Search for the settings of one channel.
class Search {
 public:
  Search(const ChannelSamples& samples, const ChannelFit& start, const CalibrationChoice& choice)
      : samples_(samples), choice_(choice), counts_(samples.target.size()), initial_(start.initial) {
    if (choice.bias) {
      const double received = std::accumulate(samples.drive.begin(), samples.drive.end(), 0.0) /
                              static_cast<double>(samples.steps);
      const double wanted = std::accumulate(samples.target.begin(), samples.target.end(), 0.0);
      bias_ = (wanted - received) / static_cast<double>(samples.target.size());
    } else {
      bias_ = static_cast<double>(start.current);
    }
    constexpr double kStart = 0.8;  // of the largest activation
    threshold_ = static_cast<double>(start.threshold) * (choice.threshold ? kStart : 1.0);
    best_ = start;
    fixed_ratio_ = static_cast<double>(start.decoded) / static_cast<double>(start.threshold);
  }

  ChannelFit run() {
    constexpr int kRounds = 3;
    constexpr int kReach = 6;  // points to either side
    try_point(threshold_, initial_, ramp_);
    double fineness = 1.0;
    for (int round = 0; round < kRounds; ++round, fineness /= 2.0) {
      const double threshold = threshold_;
      for (int i = -kReach; choice_.threshold && i <= kReach; ++i) {
        try_point(threshold * std::pow(1.0 + 0.15 * fineness, i), initial_, ramp_);
      }
      const double initial = initial_;
      for (int i = -kReach; choice_.initial && !samples_.with_signs && i <= kReach; ++i) {
        try_point(threshold_, std::min(kHighestInitial, initial + 0.15 * fineness * i), ramp_);
      }
      const double ramp = ramp_;
      for (int i = -kReach; choice_.bias && !samples_.with_signs && i <= kReach; ++i) {
        try_point(threshold_, initial_, ramp + 0.25 * fineness * i);
      }
    }
    return best_;
  }

 private:
  static constexpr double kHighestInitial = 0.9;

  void try_point(double threshold, double initial, double ramp) {
    ChannelFit fit{
        .threshold = static_cast<float>(threshold),
        .current = static_cast<float>(bias_ + ramp * threshold / static_cast<double>(samples_.steps)),
        .initial = static_cast<float>(initial)};
    count_spikes(samples_, fit, counts_);
    const Moments moments = moments_of(samples_, counts_);
    const double one_spike = threshold / static_cast<double>(samples_.steps);
    const double ratio = !choice_.scale ? (choice_.threshold ? 1.0 : fixed_ratio_)
                                        : std::clamp(moments.slope(one_spike) / one_spike, 0.5, 2.0);
    const double slope = ratio * one_spike;
    const double error = samples_.with_signs ? cubic_error(samples_, counts_, slope, moments.constant(slope))
                                             : moments.error(slope);
    constexpr double kClearly = 1.0 - 1e-6;  // ties stay with the earlier point, whatever the last bits
    if (found_ && !(error < error_ * kClearly)) {
      return;
    }
    found_ = true;
    error_ = error;
    threshold_ = threshold;
    initial_ = initial;
    ramp_ = ramp;
    fit.decoded = static_cast<float>(ratio * threshold);
    best_ = fit;
  }

  const ChannelSamples& samples_;
  CalibrationChoice choice_;
  std::vector<std::int32_t> counts_;
  double bias_ = 0.0;
  double threshold_ = 1.0;
  double initial_ = 0.5;
  double ramp_ = 0.0;
  double fixed_ratio_ = 1.0;
  bool found_ = false;
  double error_ = 0.0;
  ChannelFit best_{};
};

}  // namespace

double decoding_error(const ChannelSamples& samples, float decoded, std::span<const std::int32_t> counts) {
  return moments_of(samples, counts).error(static_cast<double>(decoded) / static_cast<double>(samples.steps));
}

ChannelFit fit_channel(const ChannelSamples& samples, const ChannelFit& start,
                       const CalibrationChoice& choice) {
  return samples.target.empty() ? start : Search(samples, start, choice).run();
}

}  // namespace homolog::conversion
