#include "experiments/rsa/inference/flexible_model.hpp"

#include <Eigen/Core>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "experiments/rsa/inference/nnls.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

bool sees_no_offset(const Comparison& comparison) {
  return comparison.scale == Scale::interval || comparison.scale == Scale::ordinal ||
         comparison.pooling == Scale::interval;  // which takes the offset of raw values away itself
}

/// A least-squares problem over weighted pairs: each row times the root of its weight, centred if asked for.
struct Problem {
  MatrixXd components{};  ///< [pairs, components]
  VectorXd target{};      ///< [pairs]
};

VectorXd row_scaled(const std::vector<double>& values, std::span<const double> weights, bool centred) {
  const Eigen::Map<const Eigen::ArrayXd> x(values.data(), static_cast<Index>(values.size()));
  const Eigen::Map<const Eigen::ArrayXd> w(weights.data(), static_cast<Index>(weights.size()));
  const double offset = centred ? (w * x).sum() / w.sum() : 0.0;
  return (w.sqrt() * (x - offset)).matrix();
}

Problem problem_of(const FlexibleModel& model, const FoldData& training) {
  const ResampledComparison& comparison = training.comparison;
  const std::span<const double> weights = comparison.sample().weights();
  const bool centred = sees_no_offset(comparison.comparison());
  Problem problem;
  problem.components.resize(static_cast<Index>(weights.size()), static_cast<Index>(model.components.size()));
  for (std::size_t k = 0; k < model.components.size(); ++k) {
    problem.components.col(static_cast<Index>(k)) =
        row_scaled(component_values(model.components[k], comparison), weights, centred);
  }
  problem.target = row_scaled(training.subjects.pooled(training.copies).values, weights, centred);
  return problem;
}

/// Weights on the columns first, ..., first + count - 1; other weights are 0.
VectorXd cone_fit(const Problem& problem, Index first, Index count) {
  const MatrixXd columns = problem.components.middleCols(first, count);
  VectorXd part = nonnegative_least_squares(columns, problem.target);
  if (!(part.sum() > 0.0)) {
    Index best = 0;
    double greatest = -std::numeric_limits<double>::infinity();
    for (Index k = 0; k < count; ++k) {
      const double cosine = columns.col(k).dot(problem.target) / columns.col(k).norm();
      if (cosine > greatest) {
        greatest = cosine;
        best = k;
      }
    }
    part = VectorXd::Unit(count, best);
  }
  VectorXd weights = VectorXd::Zero(problem.components.cols());
  weights.segment(first, count) = part;
  return weights;
}

std::vector<double> as_vector(const VectorXd& values) {
  return {values.data(), values.data() + values.size()};
}

/// Mean comparison of the model with the training subjects.
double training_value(const FlexibleModel& model, const std::vector<double>& weights,
                      const FoldData& training) {
  const SampledPairs prediction = predict(model, weights, training.comparison);
  std::vector<double> values(training.copies.size(), 0.0);
  for (std::size_t s = 0; s < values.size(); ++s) {
    if (training.copies[s] > 0) {
      values[s] = training.comparison.compare(prediction, training.subjects.ready()[s]);
    }
  }
  return mean_over(values, training.copies);
}

/// Of several weights those with the greatest training_value().
std::vector<double> best_of(const FlexibleModel& model, const std::vector<std::vector<double>>& candidates,
                            const FoldData& training) {
  std::size_t best = 0;
  double greatest = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < candidates.size() && candidates.size() > 1; ++k) {
    const double value = training_value(model, candidates[k], training);
    if (value > greatest) {
      greatest = value;
      best = k;
    }
  }
  return candidates[best];
}

std::vector<std::vector<double>> single_components(std::size_t count) {
  std::vector<std::vector<double>> candidates(count, std::vector<double>(count, 0.0));
  for (std::size_t k = 0; k < count; ++k) {
    candidates[k][k] = 1.0;
  }
  return candidates;
}

std::vector<std::vector<double>> neighbours(const Problem& problem) {
  std::vector<std::vector<double>> candidates;
  for (Index k = 0; k + 1 < problem.components.cols(); ++k) {
    const VectorXd weights = cone_fit(problem, k, 2);
    candidates.push_back(as_vector(weights / weights.sum()));
  }
  return candidates;
}

}  // namespace

std::vector<double> fit(const FlexibleModel& model, const FoldData& training) {
  const std::size_t count = model.components.size();
  if (count == 0) {
    throw Error(ErrorKind::data, "a flexible model has no component RDM; it needs at least one");
  }
  if (model.kind == FlexibleKind::selected || count == 1) {
    return best_of(model, single_components(count), training);
  }
  const Problem problem = problem_of(model, training);
  if (model.kind == FlexibleKind::interpolated) {
    return best_of(model, neighbours(problem), training);
  }
  return as_vector(cone_fit(problem, 0, problem.components.cols()));
}

std::vector<double> component_values(const OrderedRdm& component, const ResampledComparison& comparison) {
  const Scale scale = comparison.comparison().scale == Scale::ordinal ? Scale::ordinal : Scale::raw;
  return on_scale(scale, component, comparison.sample()).values;
}

SampledPairs predict(const FlexibleModel& model, std::span<const double> weights,
                     const ResampledComparison& comparison) {
  std::vector<double> sum(comparison.sample().weights().size(), 0.0);
  for (std::size_t k = 0; k < weights.size(); ++k) {
    if (weights[k] != 0.0) {
      const std::vector<double> values = component_values(model.components[k], comparison);
      for (std::size_t pair = 0; pair < sum.size(); ++pair) {
        sum[pair] += weights[k] * values[pair];
      }
    }
  }
  return comparison.ready(std::move(sum));
}

}  // namespace homolog::experiments
