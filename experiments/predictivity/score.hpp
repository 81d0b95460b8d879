#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

namespace homolog::experiments {

/// Pearson's r of each column of `predicted` with that of `measured`, both [stimulus, unit]; NaN where either
/// is constant or has a NaN.
[[nodiscard]] std::vector<double> unit_correlations(const Eigen::MatrixXd& predicted,
                                                    const Eigen::MatrixXd& measured);

/// Median of the values that are not NaN (of an even number, the mean of the middle two); NaN without any.
[[nodiscard]] double median(const std::vector<double>& values);

/// Mean of values over splits, without NaN, and its standard error: their standard deviation (divisor
/// S - 1) by sqrt(S). Splits share stimuli, so that the true error is larger. NaN without any; error NaN with
/// one.
struct SplitMean {
  double mean = 0.0;
  double standard_error = 0.0;
};
[[nodiscard]] SplitMean split_mean(const std::vector<double>& values);

/// A value per unit in each of some splits, summarised as Brain-Score does: over units, then over splits.
struct UnitScores {
  std::vector<double> per_unit{};   ///< mean over the splits in which the unit has one; NaN in none
  std::vector<double> per_split{};  ///< median over units; NaN if no unit has one
  SplitMean score{};                ///< of per_split
};
/// `values` [split][unit], NaN for none.
[[nodiscard]] UnitScores summarise_units(const std::vector<std::vector<double>>& values);

/// score^2 / ceiling with the sign of the score, where `ceiling` is a reliability: the share of the
/// explainable variance, Brain-Score's convention since January 2026. (Before, r^2 / ceiling^2 was published,
/// which is larger wherever the ceiling is below 1.) NaN unless the ceiling is above 0.
[[nodiscard]] double r_squared_over_ceiling(double score, double ceiling);
/// score / sqrt(ceiling): the correlation with noiseless responses that classical test theory expects
/// (Spearman 1904, doi:10.2307/1412159). NaN unless the ceiling is above 0.
[[nodiscard]] double r_over_sqrt_ceiling(double score, double ceiling);

}  // namespace homolog::experiments
