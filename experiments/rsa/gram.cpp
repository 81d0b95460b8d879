#include "experiments/rsa/gram.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <limits>

#include "experiments/rsa/upper_product.hpp"

namespace homolog::experiments {

Eigen::MatrixXd upper_gram(const Patterns& patterns, const BlockTransform& transform,
                           const Progress& progress, std::int64_t block_units) {
  const Eigen::Index count = patterns.count();
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(count, count);
  UpperProduct product;
  for_each_mean_block(patterns, block_units, progress, [&](RowMatrix& block, std::int64_t /*first*/) {
    if (transform) {
      transform(block);
    }
    product.add(block, block, gram);
  });
  return gram;
}

CentredGram centred_upper_gram(const Patterns& patterns, const Progress& progress, std::int64_t block_units) {
  const Eigen::Index count = patterns.count();
  const auto units = static_cast<double>(std::max<std::int64_t>(patterns.units(), 1));
  Eigen::VectorXd shift = Eigen::VectorXd::Zero(count);
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(count);
  Eigen::VectorXd low = Eigen::VectorXd::Constant(count, std::numeric_limits<double>::infinity());
  Eigen::VectorXd high = -low;
  CentredGram result{.gram = Eigen::MatrixXd::Zero(count, count)};
  UpperProduct product;
  for_each_mean_block(patterns, block_units, progress, [&](RowMatrix& block, std::int64_t first) {
    tbb::parallel_for(Eigen::Index{0}, count, [&](Eigen::Index i) {
      auto row = block.row(i);
      if (first == 0) {
        shift[i] = row.mean();
      }
      low[i] = std::min(low[i], row.minCoeff());
      high[i] = std::max(high[i], row.maxCoeff());
      row.array() -= shift[i];
      sum[i] += row.sum();
    });
    product.add(block, block, result.gram);
  });
  for (Eigen::Index j = 0; j < count; ++j) {
    result.gram.col(j).head(j + 1) -= sum.head(j + 1) * (sum[j] / units);
    result.constant.push_back(low[j] >= high[j]);
  }
  return result;
}

}  // namespace homolog::experiments
