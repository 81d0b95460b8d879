#include <cmath>
#include <vector>

#include "experiments/rsa/centred_kernel.hpp"
#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/statistics.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

std::vector<double> without_mean(std::span<const double> pairs) {
  const double offset = mean(pairs);
  std::vector<double> result(pairs.begin(), pairs.end());
  for (double& value : result) {
    value -= offset;
  }
  return result;
}

/// whitened_cosine of the dissimilarities minus their mean, as rsatoolbox's corr_cov.
double whitened_pearson(std::span<const double> x, std::span<const double> y) {
  if (std::isnan(pearson_correlation(x, y))) {  // constant, or too short; it also refuses NaN
    return kNaN;
  }
  return kernel_cosine(without_mean(x), without_mean(y));
}

}  // namespace

void register_whitened_pearson(ComparisonRegistry& registry) {
  registry.add("whitened_pearson", "Pearson's r after whitening by the covariance of the dissimilarities",
               Comparison{Scale::raw, Scale::interval, whitened_pearson});
}

}  // namespace homolog::experiments
