#include "experiments/fusion/shared_variance.hpp"

#include <Eigen/Core>
#include <Eigen/QR>
#include <algorithm>
#include <utility>

#include "experiments/fusion/least_squares.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using MatrixView = Eigen::Map<const Matrix>;

Eigen::Map<const Vector> view(std::span<const double> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

/// What is left of a vector, at length 1; 0 if it is no more than rounding. The second pass takes what
/// rounding left in the first.
Vector direction_without(const Matrix& basis, const Vector& vector) {
  Vector left = vector - basis * (basis.transpose() * vector);
  left -= basis * (basis.transpose() * left);
  const double length = left.norm();
  return length <= kCollinear * vector.norm() ? Vector(Vector::Zero(vector.size())) : Vector(left / length);
}

Matrix basis_of(std::span<const std::vector<double>> columns, Eigen::Index rows) {
  if (columns.empty()) {
    return Matrix(rows, 0);
  }
  Matrix matrix(rows, static_cast<Eigen::Index>(columns.size()));
  for (std::size_t c = 0; c < columns.size(); ++c) {
    matrix.col(static_cast<Eigen::Index>(c)) = view(columns[c]);
  }
  Eigen::ColPivHouseholderQR<Matrix> qr(matrix);
  qr.setThreshold(kCollinear);
  return qr.householderQ() * Matrix::Identity(rows, qr.rank());
}

}  // namespace

struct SharedVariance::Impl {
  Vector second{};
  Matrix controls{};    // orthonormal, [pairs, rank]
  Vector left{};        // of the second RDM without controls, length 1 or 0
  Matrix directions{};  // the same without controls and each model, [pairs, model]

  /// [pairs, count]
  [[nodiscard]] MatrixView first(std::span<const double> values) const {
    return {values.data(), second.size(), static_cast<Eigen::Index>(values.size()) / second.size()};
  }
};

SharedVariance::SharedVariance(std::span<const double> second, std::span<const std::vector<double>> controls,
                               std::size_t models)
    : impl_(std::make_unique<Impl>()) {
  if (second.empty()) {
    throw Error(ErrorKind::internal, "an RDM without pairs shares no variance");
  }
  impl_->second = view(second);
  impl_->controls = basis_of(controls, impl_->second.size());
  impl_->left = direction_without(impl_->controls, impl_->second);
  impl_->directions = Matrix::Zero(impl_->second.size(), static_cast<Eigen::Index>(models));
}

SharedVariance::~SharedVariance() = default;
SharedVariance::SharedVariance(SharedVariance&&) noexcept = default;

void SharedVariance::set_model(std::size_t m, std::span<const double> model) {
  const Vector own = direction_without(impl_->controls, view(model));
  impl_->directions.col(static_cast<Eigen::Index>(m)) =
      own.squaredNorm() > 0.0 ? direction_without(own, impl_->left) : impl_->left;
}

std::vector<double> SharedVariance::correlations(std::span<const double> first) const {
  const MatrixView all = impl_->first(first);
  const bool constant = impl_->second.squaredNorm() == 0.0;
  std::vector<double> correlations;
  for (Eigen::Index t = 0; t < all.cols(); ++t) {
    const bool defined = !constant && all.col(t).squaredNorm() > 0.0;
    correlations.push_back(defined ? std::clamp(all.col(t).dot(impl_->second), -1.0, 1.0) : kNaN);
  }
  return correlations;
}

std::vector<double> SharedVariance::commonality(std::span<const double> first) const {
  const MatrixView all = impl_->first(first);
  const Vector plain = all.transpose() * impl_->left;          // [count]
  const Matrix without = impl_->directions.transpose() * all;  // [model, count]
  const bool constant = impl_->second.squaredNorm() == 0.0;
  std::vector<double> coefficients;
  for (Eigen::Index t = 0; t < all.cols(); ++t) {
    const bool defined = !constant && all.col(t).squaredNorm() > 0.0;
    for (Eigen::Index m = 0; m < without.rows(); ++m) {
      coefficients.push_back(defined ? plain[t] * plain[t] - without(m, t) * without(m, t) : kNaN);
    }
  }
  return coefficients;
}

}  // namespace homolog::experiments
