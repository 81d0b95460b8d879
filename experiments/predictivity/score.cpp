#include "experiments/predictivity/score.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>

#include "experiments/rsa/statistics.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

std::vector<double> defined(const std::vector<double>& values) {
  std::vector<double> kept;
  std::copy_if(values.begin(), values.end(), std::back_inserter(kept),
               [](double value) { return !std::isnan(value); });
  return kept;
}

}  // namespace

std::vector<double> unit_correlations(const Eigen::MatrixXd& predicted, const Eigen::MatrixXd& measured) {
  std::vector<double> correlations;
  const auto rows = static_cast<std::size_t>(predicted.rows());
  for (Eigen::Index u = 0; u < predicted.cols(); ++u) {
    const std::span<const double> p(predicted.col(u).data(), rows);
    const std::span<const double> m(measured.col(u).data(), rows);
    const bool gaps = predicted.col(u).hasNaN() || measured.col(u).hasNaN();
    correlations.push_back(gaps ? kNaN : pearson_correlation(p, m));
  }
  return correlations;
}

double median(const std::vector<double>& values) {
  std::vector<double> sorted = defined(values);
  if (sorted.empty()) {
    return kNaN;
  }
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
}

SplitMean split_mean(const std::vector<double>& values) {
  const std::vector<double> kept = defined(values);
  SplitMean result{.mean = mean(kept), .standard_error = kNaN};
  if (kept.size() > 1) {
    double squares = 0.0;
    for (const double value : kept) {
      squares += (value - result.mean) * (value - result.mean);
    }
    const auto count = static_cast<double>(kept.size());
    result.standard_error = std::sqrt(squares / (count - 1.0) / count);
  }
  return result;
}

UnitScores summarise_units(const std::vector<std::vector<double>>& values) {
  UnitScores scores;
  const std::size_t units = values.empty() ? 0 : values.front().size();
  for (std::size_t u = 0; u < units; ++u) {
    std::vector<double> of_unit;
    for (const std::vector<double>& split : values) {
      of_unit.push_back(split[u]);
    }
    scores.per_unit.push_back(split_mean(of_unit).mean);
  }
  for (const std::vector<double>& split : values) {
    scores.per_split.push_back(median(split));
  }
  scores.score = split_mean(scores.per_split);
  return scores;
}

double r_squared_over_ceiling(double score, double ceiling) {
  return ceiling > 0.0 ? std::copysign(score * score, score) / ceiling : kNaN;
}

double r_over_sqrt_ceiling(double score, double ceiling) {
  return ceiling > 0.0 ? score / std::sqrt(ceiling) : kNaN;
}

}  // namespace homolog::experiments
