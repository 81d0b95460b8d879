#include "experiments/report/mds.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>

namespace homolog::experiments::report {
namespace {

using Matrix = Eigen::MatrixXd;
using Points = Eigen::Matrix<double, Eigen::Dynamic, 2>;
using Eigen::Index;

/// Symmetric, non-negative; empty if no map can be made of it.
Matrix usable(const RdmMatrix& rdm) {
  const auto n = static_cast<Index>(rdm.n);
  if (n < 3) {
    return {};
  }
  Matrix delta = Matrix::Zero(n, n);
  double least = std::numeric_limits<double>::infinity();
  double most = 0.0;
  for (Index i = 0; i < n; ++i) {
    for (Index j = i + 1; j < n; ++j) {
      const double value = rdm.values[static_cast<std::size_t>(i * n + j)];
      if (!std::isfinite(value)) {
        return {};
      }
      delta(i, j) = delta(j, i) = std::max(0.0, value);
      least = std::min(least, delta(i, j));
      most = std::max(most, delta(i, j));
    }
  }
  return most > least ? delta : Matrix();
}

struct Stress {
  double raw = 0.0, squares = 0.0;
  [[nodiscard]] double normalised() const {
    return squares > 0.0 ? std::sqrt(raw / squares) : std::numeric_limits<double>::infinity();
  }
};

/// Distances of the points to `distances`, and how far they are from `delta`.
Stress measure(const Matrix& delta, const Points& points, Matrix& distances) {
  Stress stress;
  const Index n = delta.rows();
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < j; ++i) {
      const double d = (points.row(i) - points.row(j)).norm();
      distances(i, j) = distances(j, i) = d;
      stress.raw += (delta(i, j) - d) * (delta(i, j) - d);
      stress.squares += d * d;
    }
  }
  return stress;
}

/// x := B(x) x / n, the minimiser of the function that majorises stress at x.
void guttman(const Matrix& delta, const Matrix& distances, Points& points) {
  const Index n = delta.rows();
  Matrix b = Matrix::Zero(n, n);
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < n; ++i) {
      if (i != j && distances(i, j) > 0.0) {
        b(i, j) = -delta(i, j) / distances(i, j);
      }
    }
    b(j, j) = -b.col(j).sum();
  }
  points = (b * points / static_cast<double>(n)).eval();
}

StimulusMap map_of(const Points& points, double stress) {
  StimulusMap map{.stress = stress};
  map.x.assign(points.col(0).begin(), points.col(0).end());
  map.y.assign(points.col(1).begin(), points.col(1).end());
  return map;
}

}  // namespace

std::optional<StimulusMap> classical_map(const RdmMatrix& rdm) {
  const Matrix delta = usable(rdm);
  const Index n = delta.rows();
  if (n == 0) {
    return std::nullopt;
  }
  Matrix b = -0.5 * delta.cwiseAbs2();
  const Eigen::VectorXd means = b.rowwise().mean();
  b.colwise() -= means;
  b.rowwise() -= means.transpose();
  b.array() += means.mean();
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(b);  // ascending
  if (solver.info() != Eigen::Success) {
    return std::nullopt;
  }
  Points points(n, 2);
  for (Index axis = 0; axis < 2; ++axis) {
    const Eigen::VectorXd vector = solver.eigenvectors().col(n - 1 - axis);
    Index largest = 0;
    vector.cwiseAbs().maxCoeff(&largest);
    const double root = std::sqrt(std::max(0.0, solver.eigenvalues()(n - 1 - axis)));
    points.col(axis) = vector * (vector(largest) < 0.0 ? -root : root);
  }
  Matrix distances = Matrix::Zero(n, n);
  return map_of(points, measure(delta, points, distances).normalised());
}

StimulusMap smacof_map(const RdmMatrix& rdm, StimulusMap start) {
  constexpr int kMostTransforms = 300;
  constexpr double kLeastGain = 1e-6;
  const Matrix delta = usable(rdm);
  const Index n = delta.rows();
  Points points(n, 2);
  points.col(0) = Eigen::Map<const Eigen::VectorXd>(start.x.data(), n);
  points.col(1) = Eigen::Map<const Eigen::VectorXd>(start.y.data(), n);
  Matrix distances = Matrix::Zero(n, n);
  Stress stress = measure(delta, points, distances);
  for (int k = 0; k < kMostTransforms && stress.raw > 0.0; ++k) {
    guttman(delta, distances, points);
    const double before = stress.raw;
    stress = measure(delta, points, distances);
    if (before - stress.raw <= kLeastGain * before) {
      break;
    }
  }
  return map_of(points, stress.normalised());
}

}  // namespace homolog::experiments::report
