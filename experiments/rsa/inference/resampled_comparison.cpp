#include "experiments/rsa/inference/resampled_comparison.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <numeric>
#include <utility>

#include "experiments/rsa/inference/draws.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

constexpr std::size_t kModelsPerProduct = 8;  // their pairs stay in the cache

using Eigen::Index;
using Columns = Eigen::MatrixXd;
using Column = Eigen::Map<const Eigen::VectorXd>;

Column as_column(const std::vector<double>& values) {
  return {values.data(), static_cast<Index>(values.size())};
}

Copies copies_for(const Comparison& comparison) {
  return comparison.weighted.has_value() ? Copies::dropped : Copies::zero;
}

}  // namespace

ResampledComparison::ResampledComparison(const Comparison& comparison,
                                         std::span<const std::uint32_t> multiplicities)
    : comparison_(comparison), sample_(multiplicities, copies_for(comparison)) {}

bool ResampledComparison::is_inner_product() const {
  return comparison_.weighted.has_value() && comparison_.weighted->normalise != nullptr;
}

void ResampledComparison::make_ready(SampledPairs& pairs) const {
  if (!is_inner_product()) {
    return;
  }
  comparison_.weighted->normalise(pairs.values, sample_.weights());
  const std::span<const double> roots = sample_.root_weights();
  for (std::size_t k = 0; k < pairs.values.size(); ++k) {
    pairs.values[k] *= roots[k];  // half of the weight in each of the two factors
  }
}

SampledPairs ResampledComparison::ready(const OrderedRdm& rdm) const {
  SampledPairs pairs = on_scale(comparison_.scale, rdm, sample_);
  make_ready(pairs);
  return pairs;
}

SampledPairs ResampledComparison::ready(std::vector<double> values) const {
  SampledPairs pairs = on_scale(comparison_.scale, std::move(values), sample_);
  make_ready(pairs);
  return pairs;
}

double ResampledComparison::compare(const SampledPairs& x, const SampledPairs& y) const {
  if (is_inner_product()) {
    return comparison_.weighted->finish(as_column(x.values).dot(as_column(y.values)));
  }
  if (comparison_.weighted.has_value()) {
    return comparison_.weighted->compare({x.values, sample_.weights(), x.order},
                                         {y.values, sample_.weights(), y.order});
  }
  return comparison_.compare(x.values, y.values);
}

std::vector<double> ResampledComparison::compare(std::span<const OrderedRdm> models,
                                                 std::span<const SampledPairs> subjects) const {
  return compare(
      models.size(), [&](std::size_t m) { return ready(models[m]); }, subjects);
}

std::vector<double> ResampledComparison::compare(std::size_t models,
                                                 const std::function<SampledPairs(std::size_t)>& model,
                                                 std::span<const SampledPairs> subjects) const {
  std::vector<double> values(models * subjects.size());
  if (!is_inner_product()) {
    for (std::size_t m = 0; m < models; ++m) {
      const SampledPairs x = model(m);
      for (std::size_t s = 0; s < subjects.size(); ++s) {
        values[m * subjects.size() + s] = compare(x, subjects[s]);
      }
    }
    return values;
  }
  const auto pairs = static_cast<Index>(sample_.weights().size());
  Columns y(pairs, static_cast<Index>(subjects.size()));
  for (std::size_t s = 0; s < subjects.size(); ++s) {
    y.col(static_cast<Index>(s)) = as_column(subjects[s].values);
  }
  for (std::size_t first = 0; first < models; first += kModelsPerProduct) {
    const std::size_t last = std::min(first + kModelsPerProduct, models);
    Columns x(pairs, static_cast<Index>(last - first));
    for (std::size_t m = first; m < last; ++m) {
      x.col(static_cast<Index>(m - first)) = as_column(model(m).values);
    }
    const Columns products = y.transpose() * x;
    std::transform(products.data(), products.data() + products.size(),
                   values.begin() + static_cast<std::ptrdiff_t>(first * subjects.size()),
                   comparison_.weighted->finish);
  }
  return values;
}

ResampledSubjects::ResampledSubjects(const ResampledComparison& comparison,
                                     std::span<const OrderedRdm> subjects, bool pooling)
    : comparison_(comparison) {
  const Scale scale = comparison.comparison().scale;
  const Scale pooling_scale = comparison.comparison().pooling;
  for (const OrderedRdm& subject : subjects) {
    SampledPairs pairs = on_scale(scale, subject, comparison.sample());
    if (pooling) {
      pooling_.push_back(scale == pooling_scale
                             ? pairs.values
                             : on_scale(pooling_scale, subject, comparison.sample()).values);
    }
    comparison.make_ready(pairs);
    ready_.push_back(std::move(pairs));
  }
}

SampledPairs ResampledSubjects::pooled(std::span<const std::uint32_t> copies) const {
  std::vector<double> sum(comparison_.sample().weights().size(), 0.0);
  for (std::size_t s = 0; s < pooling_.size(); ++s) {
    if (copies[s] > 0) {
      for (std::size_t k = 0; k < sum.size(); ++k) {
        sum[k] += copies[s] * pooling_[s][k];
      }
    }
  }
  // As in noise_ceiling(): on the other scales a positive factor makes no difference.
  if (comparison_.comparison().scale == Scale::raw) {
    const double count = std::accumulate(copies.begin(), copies.end(), 0.0);
    for (double& value : sum) {
      value /= count;
    }
  }
  return on_scale(comparison_.comparison().scale, std::move(sum), comparison_.sample());
}

NoiseCeiling ResampledSubjects::ceiling(std::span<const std::uint32_t> copies) const {
  if (count_different(copies) < 2) {
    return {.low = kNaN, .high = kNaN};
  }
  SampledPairs all = pooled(copies);
  comparison_.make_ready(all);
  std::vector<std::uint32_t> others(copies.begin(), copies.end());
  std::vector<double> low(copies.size(), 0.0);
  std::vector<double> high(copies.size(), 0.0);
  for (std::size_t s = 0; s < copies.size(); ++s) {
    if (copies[s] == 0) {
      continue;
    }
    others[s] = 0;
    SampledPairs rest = pooled(others);
    others[s] = copies[s];
    comparison_.make_ready(rest);
    low[s] = comparison_.compare(rest, ready_[s]);
    high[s] = comparison_.compare(all, ready_[s]);
  }
  return {.low = mean_over(low, copies), .high = mean_over(high, copies)};
}

double mean_over(std::span<const double> values, std::span<const std::uint32_t> copies) {
  double sum = 0.0;
  double count = 0.0;
  for (std::size_t s = 0; s < values.size(); ++s) {
    if (copies[s] > 0) {
      sum += copies[s] * values[s];
      count += copies[s];
    }
  }
  return sum / count;
}

}  // namespace homolog::experiments
