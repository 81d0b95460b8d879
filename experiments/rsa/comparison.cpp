#include "experiments/rsa/comparison.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/rsa/statistics.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

double mean_square(std::span<const double> values, double offset) {
  double sum = 0.0;
  for (const double value : values) {
    sum += (value - offset) * (value - offset);
  }
  return sum / static_cast<double>(values.size());
}

/// (values - offset) / sqrt(mean square), or the values as they are when that is 0.
std::vector<double> standardised(std::span<const double> values, double offset) {
  std::vector<double> result(values.begin(), values.end());
  const double unit = std::sqrt(mean_square(values, offset));
  if (unit > 0.0) {
    for (double& value : result) {
      value = (value - offset) / unit;
    }
  }
  return result;
}

}  // namespace

std::vector<double> on_scale(Scale scale, std::span<const double> pairs) {
  if (std::any_of(pairs.begin(), pairs.end(), [](double value) { return std::isnan(value); })) {
    throw Error(ErrorKind::data, "a dissimilarity is NaN; RDMs can only be compared without gaps");
  }
  const bool constant =
      std::all_of(pairs.begin(), pairs.end(), [&](double value) { return value == pairs.front(); });
  switch (scale) {
    case Scale::raw: return {pairs.begin(), pairs.end()};
    case Scale::ordinal: return mid_ranks(pairs);
    case Scale::interval:
      return constant ? std::vector<double>(pairs.begin(), pairs.end()) : standardised(pairs, mean(pairs));
    case Scale::ratio: return standardised(pairs, 0.0);
  }
  throw Error(ErrorKind::internal, "unknown scale of measurement");
}

ComparisonRegistry comparisons() {
  ComparisonRegistry registry("comparison");
  register_all_comparisons(registry);
  return registry;
}

ScaledRdm::ScaledRdm(const Rdm& rdm, std::span<const Comparison> comparisons) {
  for (const Comparison& comparison : comparisons) {
    for (const Scale scale : {comparison.scale, comparison.pooling}) {
      if (pairs_.count(scale) == 0) {
        pairs_[scale] = on_scale(scale, rdm.pairs());
      }
    }
  }
}

std::span<const double> ScaledRdm::on(Scale scale) const {
  const auto found = pairs_.find(scale);
  if (found == pairs_.end()) {
    throw Error(ErrorKind::internal, "an RDM was not prepared for the comparison");
  }
  return found->second;
}

double compare(const Comparison& comparison, const ScaledRdm& rdm, std::span<const ScaledRdm> subjects) {
  double sum = 0.0;
  for (const ScaledRdm& subject : subjects) {
    sum += comparison.compare(rdm.on(comparison.scale), subject.on(comparison.scale));
  }
  return sum / static_cast<double>(subjects.size());
}

}  // namespace homolog::experiments
