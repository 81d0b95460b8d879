#include "experiments/rsa/gram.hpp"

#include <algorithm>
#include <limits>

#include "experiments/rsa/upper_product.hpp"

namespace homolog::experiments {
Eigen::MatrixXd upper_gram(const Patterns& patterns, const BlockTransform& transform,
                           const Progress& progress, std::int64_t block_units) {
  const Eigen::Index count = patterns.count();
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(count, count);
  for_each_mean_block(patterns, block_units, progress, [&](RowMatrix& block, std::int64_t /*first*/) {
    if (transform) {
      transform(block);
    }
    add_upper_product(block, block, gram);
  });
  return gram;
}

PatternMeans pattern_means(const Patterns& patterns, const Progress& progress, std::int64_t block_units) {
  const Eigen::Index count = patterns.count();
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(count);
  Eigen::VectorXd low = Eigen::VectorXd::Constant(count, std::numeric_limits<double>::infinity());
  Eigen::VectorXd high = -low;
  for_each_mean_block(patterns, block_units, progress, [&](RowMatrix& block, std::int64_t /*first*/) {
    sum += block.rowwise().sum();
    low = low.cwiseMin(block.rowwise().minCoeff());
    high = high.cwiseMax(block.rowwise().maxCoeff());
  });
  PatternMeans means;
  means.mean = sum / static_cast<double>(std::max<std::int64_t>(patterns.units(), 1));
  for (Eigen::Index i = 0; i < count; ++i) {
    means.constant.push_back(low[i] >= high[i]);
  }
  return means;
}

}  // namespace homolog::experiments
