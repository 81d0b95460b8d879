#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace homolog::experiments {

/// The class with the largest score, the lowest index among equals. At least one score.
[[nodiscard]] std::int64_t answer(std::span<const float> scores);

/// Counts right answers step by step. The answer after a step is that of the readout.
class AccuracyCount {
 public:
  AccuracyCount(std::size_t steps, std::size_t classes);

  /// float_readout [classes], readout [steps, classes]; without a label only the agreement counts.
  void add(std::span<const float> float_readout, std::span<const float> readout,
           std::optional<std::int64_t> label);

  /// Shares in [0, 1]; NaN (float) or empty (spiking) when not every stimulus had a label.
  [[nodiscard]] double float_accuracy() const;
  [[nodiscard]] std::vector<double> spiking() const;
  /// Share of stimuli on which spiking and float network give the same answer, per step.
  [[nodiscard]] std::vector<double> agreement() const;

 private:
  std::size_t classes_;
  std::int64_t images_ = 0;
  std::int64_t labelled_ = 0;
  std::int64_t float_right_ = 0;
  std::vector<std::int64_t> right_;
  std::vector<std::int64_t> agree_;
};

}  // namespace homolog::experiments
