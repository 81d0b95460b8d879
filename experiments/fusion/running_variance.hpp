#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sim/core/nan.hpp"

namespace homolog::experiments {

/// Unbiased variances of several numbers that are seen one set after the other, NaN left out (Welford 1962,
/// doi:10.1080/00401706.1962.10490022). Bits depend on the order of the sets.
class RunningVariance {
 public:
  explicit RunningVariance(std::size_t numbers) : count_(numbers), mean_(numbers), squares_(numbers) {}

  /// One of each number.
  void add(std::span<const double> values) {
    for (std::size_t k = 0; k < count_.size(); ++k) {
      if (values[k] == values[k]) {
        const double deviation = values[k] - mean_[k];
        count_[k] += 1.0;
        mean_[k] += deviation / count_[k];
        squares_[k] += deviation * (values[k] - mean_[k]);
      }
    }
  }
  /// NaN of numbers seen fewer than two times.
  [[nodiscard]] std::vector<double> variances() const {
    std::vector<double> variances(count_.size(), kNaN);
    for (std::size_t k = 0; k < variances.size(); ++k) {
      if (count_[k] >= 2.0) {
        variances[k] = squares_[k] / (count_[k] - 1.0);
      }
    }
    return variances;
  }

 private:
  std::vector<double> count_;
  std::vector<double> mean_;
  std::vector<double> squares_;
};

}  // namespace homolog::experiments
