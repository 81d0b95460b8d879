#include "experiments/behaviour/image_level.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "experiments/behaviour/sensitivity.hpp"
#include "experiments/rsa/statistics.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

/// Means over the stimuli of each object of what is not NaN, [object, column]; NaN without any.
MatrixXd means_by_object(const MatrixXd& values, std::span<const std::int64_t> labels) {
  MatrixXd sums = MatrixXd::Zero(values.cols(), values.cols());
  MatrixXd counts = sums;
  for (Index d = 0; d < values.cols(); ++d) {
    for (Index i = 0; i < values.rows(); ++i) {
      if (!std::isnan(values(i, d))) {
        sums(labels[static_cast<std::size_t>(i)], d) += values(i, d);
        counts(labels[static_cast<std::size_t>(i)], d) += 1.0;
      }
    }
  }
  return (counts.array() > 0.0).select(sums.array() / counts.array(), kNaN);
}

}  // namespace

Choices binary_choices(const Scores& scores, std::span<const std::int64_t> labels) {
  std::vector<bool> asked(static_cast<std::size_t>(scores.cols()), false);
  for (const std::int64_t label : labels) {
    asked[static_cast<std::size_t>(label)] = true;
  }
  Choices choices = Choices::Constant(scores.rows(), scores.cols(), kNaN);
  for (Index d = 0; d < scores.cols(); ++d) {
    for (Index i = 0; i < scores.rows(); ++i) {
      const std::int64_t own = labels[static_cast<std::size_t>(i)];
      if (own != d && asked[static_cast<std::size_t>(d)]) {
        // The softmax's sum is in both and falls out. Two scores of -infinity say nothing about either.
        const double lead = scores(i, own) - scores(i, d);
        choices(i, d) = std::isnan(lead) ? 0.5 : 1.0 / (1.0 + std::exp(-lead));
      }
    }
  }
  return choices;
}

MatrixXd image_level_i2n(const Choices& choices, std::span<const std::int64_t> labels) {
  const MatrixXd right = means_by_object(choices, labels);  // [object of the stimulus, other object]
  MatrixXd sensitivity = MatrixXd::Constant(choices.rows(), choices.cols(), kNaN);
  for (Index d = 0; d < choices.cols(); ++d) {
    for (Index i = 0; i < choices.rows(); ++i) {
      const std::int64_t own = labels[static_cast<std::size_t>(i)];
      const double hits = choices(i, d);
      const double false_alarms = 1.0 - right(d, own);
      if (own != d && !std::isnan(hits) && !std::isnan(false_alarms)) {
        sensitivity(i, d) = limited_difference(limited_z(hits), limited_z(false_alarms));
      }
    }
  }
  const MatrixXd means = means_by_object(sensitivity, labels);
  for (Index i = 0; i < choices.rows(); ++i) {
    sensitivity.row(i) -= means.row(labels[static_cast<std::size_t>(i)]);
  }
  return sensitivity;
}

double image_level_correlation(const MatrixXd& first, const MatrixXd& second) {
  std::vector<double> x;
  std::vector<double> y;
  for (Index d = 0; d < first.cols(); ++d) {
    for (Index i = 0; i < first.rows(); ++i) {
      if (!std::isnan(first(i, d)) && !std::isnan(second(i, d))) {
        x.push_back(first(i, d));
        y.push_back(second(i, d));
      }
    }
  }
  return x.size() < 3 ? kNaN : pearson_correlation(x, y);
}

}  // namespace homolog::experiments
