#include "experiments/predictivity/kernel.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>

#include "experiments/rsa/gram.hpp"

namespace homolog::experiments {

using Eigen::Index;

Eigen::MatrixXd linear_kernel(const Patterns& patterns, const Progress& progress) {
  Eigen::MatrixXd kernel = upper_gram(
      patterns, [](RowMatrix& block) { block.rowwise() -= block.colwise().mean().eval(); }, progress);
  kernel.triangularView<Eigen::StrictlyLower>() = kernel.transpose();
  return kernel;
}

SplitKernel split_kernel(const Eigen::MatrixXd& kernel, const Split& split) {
  const auto trained = static_cast<Index>(split.train.size());
  const auto held_out = static_cast<Index>(split.test.size());
  SplitKernel result{.train = Eigen::MatrixXd(trained, trained), .test = Eigen::MatrixXd(held_out, trained)};
  for (Index j = 0; j < trained; ++j) {
    const auto column = static_cast<Index>(split.train[static_cast<std::size_t>(j)]);
    for (Index i = 0; i < trained; ++i) {
      result.train(i, j) = kernel(static_cast<Index>(split.train[static_cast<std::size_t>(i)]), column);
    }
    for (Index i = 0; i < held_out; ++i) {
      result.test(i, j) = kernel(static_cast<Index>(split.test[static_cast<std::size_t>(i)]), column);
    }
  }
  const Eigen::RowVectorXd means = result.train.colwise().mean();
  const double mean = means.mean();
  const Eigen::VectorXd test_means = result.test.rowwise().mean();
  result.train.rowwise() -= means;
  result.train.colwise() -= (means.array() - mean).matrix().transpose();
  result.test.rowwise() -= means;
  result.test.colwise() -= (test_means.array() - mean).matrix();
  return result;
}

SplitKernel principal_components(const SplitKernel& kernel, std::size_t components) {
  const Index trained = kernel.train.rows();
  const auto kept = static_cast<Index>(std::min(components, static_cast<std::size_t>(trained)));
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(kernel.train);
  const auto vectors = solver.eigenvectors().rightCols(kept);  // eigenvalues ascend
  const Eigen::VectorXd values = solver.eigenvalues().tail(kept).cwiseMax(0.0);
  return {.train = vectors * values.asDiagonal() * vectors.transpose(),
          .test = (kernel.test * vectors) * vectors.transpose()};
}

}  // namespace homolog::experiments
