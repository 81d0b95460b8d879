#include "experiments/rsa/poisson_rates.hpp"

#include <string>

#include "experiments/rsa/upper_product.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {

RowMatrix poisson_rates(const Patterns& patterns, const RowMatrix& responses, std::int64_t first_unit) {
  Eigen::Index row = 0;
  Eigen::Index column = 0;
  if (responses.size() > 0 && responses.minCoeff(&row, &column) < 0.0) {
    throw Error(ErrorKind::data,
                patterns.name() + ": the response of unit " + std::to_string(first_unit + column) +
                    " to stimulus " + std::to_string(row % patterns.count()) + " is " +
                    std::to_string(responses(row, column)) +
                    "; Poisson dissimilarities need responses of 0 or more, such as spike counts");
  }
  return (responses.array() + kPriorRate * kPriorWeight) / (1.0 + kPriorWeight);
}

void add_rate_products(const RowMatrix& a, const RowMatrix& b, Eigen::MatrixXd& sum) {
  const Eigen::Index units = a.cols();
  RowMatrix left(a.rows(), 2 * units);
  left.leftCols(units) = a;
  left.rightCols(units) = b.array().log();
  centre_units(left);
  RowMatrix right(a.rows(), 2 * units);
  right.leftCols(units) = left.rightCols(units);
  right.rightCols(units) = left.leftCols(units);
  add_upper_product(left, right, sum);
}

}  // namespace homolog::experiments
