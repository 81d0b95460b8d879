#include "experiments/fusion/least_squares.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <string>

#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

constexpr std::size_t kMostPredictors = 16;

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

/// A response in an orthonormal basis of what all predictors span.
struct Response {
  Vector along{};
  double rest = 0.0;  ///< squared length of what lies outside

  [[nodiscard]] double squares() const { return along.squaredNorm() + rest; }
};

/// An orthonormal basis of the columns, [rows, rank].
Matrix basis_of(const Matrix& columns) {
  Eigen::ColPivHouseholderQR<Matrix> qr(columns);
  qr.setThreshold(kCollinear);
  return qr.householderQ() * Matrix::Identity(columns.rows(), qr.rank());
}

/// What is left of a vector after projection on an orthonormal basis; the second pass takes what rounding
/// left in the first.
Vector without(const Matrix& basis, const Vector& vector) {
  const Vector once = vector - basis * (basis.transpose() * vector);
  return once - basis * (basis.transpose() * once);
}

Matrix chosen_columns(const Matrix& all, std::uint32_t subset) {
  Matrix chosen(all.rows(), std::popcount(subset));
  Eigen::Index next = 0;
  for (Eigen::Index p = 0; p < all.cols(); ++p) {
    if ((subset >> p & 1U) != 0) {
      chosen.col(next++) = all.col(p);
    }
  }
  return chosen;
}

/// The predictors in an orthonormal basis of their span, and the subsets' bases in it.
class Reduced {
 public:
  explicit Reduced(std::span<const std::vector<double>> predictors)
      : qr_(matrix_of(predictors)), dimensions_(std::min(qr_.rows(), qr_.cols())) {
    predictors_ = qr_.matrixQR().topRows(dimensions_).triangularView<Eigen::Upper>();
    bases_.emplace_back(dimensions_, 0);
    for (std::uint32_t subset = 1; subset < 1U << predictors.size(); ++subset) {
      bases_.push_back(basis_of(chosen_columns(predictors_, subset)));
    }
  }

  [[nodiscard]] Response response(const std::vector<double>& values) const {
    Vector turned = Eigen::Map<const Vector>(values.data(), static_cast<Eigen::Index>(values.size()));
    turned.applyOnTheLeft(qr_.householderQ().adjoint());
    return {.along = turned.head(dimensions_),
            .rest = turned.tail(turned.size() - dimensions_).squaredNorm()};
  }
  [[nodiscard]] std::uint32_t subsets() const { return static_cast<std::uint32_t>(bases_.size()); }
  [[nodiscard]] const Matrix& basis(std::uint32_t subset) const { return bases_[subset]; }
  [[nodiscard]] Vector predictor(std::size_t p) const {
    return predictors_.col(static_cast<Eigen::Index>(p));
  }

 private:
  static Matrix matrix_of(std::span<const std::vector<double>> columns) {
    const auto rows = static_cast<Eigen::Index>(columns.front().size());
    Matrix matrix(rows, static_cast<Eigen::Index>(columns.size()));
    for (std::size_t p = 0; p < columns.size(); ++p) {
      matrix.col(static_cast<Eigen::Index>(p)) = Eigen::Map<const Vector>(columns[p].data(), rows);
    }
    return matrix;
  }

  Eigen::HouseholderQR<Matrix> qr_;
  Eigen::Index dimensions_;
  Matrix predictors_{};          // [dimensions, predictors]
  std::vector<Matrix> bases_{};  // by subset
};

struct Correlations {
  double semi_partial = kNaN;
  double partial = kNaN;
};

/// Of a predictor with a response that is not constant, `others` spanning the other predictors.
Correlations given(const Matrix& others, const Vector& predictor, const Response& response) {
  const Vector own = without(others, predictor);
  const double length = own.norm();
  const double unexplained = without(others, response.along).squaredNorm() + response.rest;
  const bool explained = unexplained <= kCollinear * kCollinear * response.squares();
  if (length <= kCollinear * predictor.norm()) {
    return {.semi_partial = 0.0, .partial = explained ? kNaN : 0.0};
  }
  const double product = own.dot(response.along) / length;
  return {.semi_partial = std::clamp(product / std::sqrt(response.squares()), -1.0, 1.0),
          .partial = explained ? kNaN : std::clamp(product / std::sqrt(unexplained), -1.0, 1.0)};
}

}  // namespace

std::vector<double> unit_vector(std::vector<double> values, std::span<const double> weights) {
  if (std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); })) {
    std::fill(values.begin(), values.end(), 0.0);
    return values;
  }
  // The largest deviation becomes 1, lest squares of very large or small values leave the range of double.
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  const double mean = std::inner_product(values.begin(), values.end(), weights.begin(), 0.0) / total;
  double largest = 0.0;
  for (double& value : values) {
    value -= mean;
    largest = std::max(largest, std::abs(value));
  }
  double squares = 0.0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    values[k] = values[k] / largest * std::sqrt(weights[k]);
    squares += values[k] * values[k];
  }
  for (double& value : values) {
    value /= std::sqrt(squares);
  }
  return values;
}

SubsetRegressions regress_on_subsets(std::span<const std::vector<double>> predictors,
                                     std::span<const std::vector<double>> responses) {
  if (predictors.empty() || predictors.size() > kMostPredictors || predictors.front().empty()) {
    throw Error(ErrorKind::internal, "a regression on all subsets of " + std::to_string(predictors.size()) +
                                         " predictors; 1 to 16 that are not empty are possible");
  }
  const Reduced reduced(predictors);
  const std::uint32_t all = reduced.subsets() - 1;
  SubsetRegressions result;
  for (std::uint32_t subset = 1; subset <= all; ++subset) {
    result.ranks.push_back(static_cast<std::size_t>(reduced.basis(subset).cols()));
  }
  for (const std::vector<double>& values : responses) {
    const Response response = reduced.response(values);
    const double squares = response.squares();
    for (std::uint32_t subset = 1; subset <= all; ++subset) {
      const double explained = (reduced.basis(subset).transpose() * response.along).squaredNorm();
      result.r_squared.push_back(squares > 0.0 ? std::min(explained / squares, 1.0) : kNaN);
    }
    for (std::size_t p = 0; p < predictors.size(); ++p) {
      const Matrix& others = reduced.basis(all & ~(1U << p));
      const Correlations correlations =
          squares > 0.0 ? given(others, reduced.predictor(p), response) : Correlations{};
      result.semi_partial.push_back(correlations.semi_partial);
      result.partial.push_back(correlations.partial);
    }
  }
  return result;
}

}  // namespace homolog::experiments
