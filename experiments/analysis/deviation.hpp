#pragma once

#include <cstdint>
#include <span>

namespace homolog::experiments {

/// Compares two sets of numbers that come piece by piece, in double.
class Deviation {
 public:
  /// Pieces of equal size: wanted (of the float network) and got.
  void add(std::span<const float> wanted, std::span<const float> got);

  /// Root mean square of got - wanted, divided by that of wanted; 0 if both are 0 throughout, infinite if
  /// only wanted is; NaN without numbers.
  [[nodiscard]] double relative_error() const;
  /// Pearson correlation; NaN if one of both is constant.
  [[nodiscard]] double correlation() const;

 private:
  double count_ = 0.0;
  double wanted_ = 0.0, got_ = 0.0;  ///< sums
  double wanted_squares_ = 0.0, got_squares_ = 0.0, products_ = 0.0;
  double error_squares_ = 0.0;
};

}  // namespace homolog::experiments
