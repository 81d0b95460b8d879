#include "experiments/predictivity/dominant_vector.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "sim/core/random.hpp"

namespace homolog::experiments {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using Multiply = std::function<VectorXd(const VectorXd&)>;

constexpr Index kMostProducts = 60;  // before a restart; the basis has so many vectors
constexpr int kMostRestarts = 50;
constexpr double kTolerance = 1e-12;

VectorXd start(Index dimension) {
  VectorXd vector(dimension);
  for (Index i = 0; i < dimension; ++i) {
    vector[i] = sim::uniform(sim::philox({static_cast<std::uint32_t>(i), 0, 0, 0}, 0)[0]) - 0.5;
  }
  return vector.normalized();
}

/// Best approximation within the Krylov space of a start.
struct Ritz {
  VectorXd vector{};
  bool converged = false;
};

Ritz lanczos(const VectorXd& first, const Multiply& multiply) {
  const Index most = std::min(kMostProducts, first.size());
  Eigen::MatrixXd basis(first.size(), most);
  VectorXd diagonal(most);
  VectorXd beside(most);
  basis.col(0) = first;
  Ritz ritz;
  for (Index k = 0; k < most && !ritz.converged; ++k) {
    VectorXd next = multiply(basis.col(k));
    diagonal[k] = basis.col(k).dot(next);
    for (int pass = 0; pass < 2; ++pass) {  // twice is enough (Kahan, Parlett)
      const VectorXd along = basis.leftCols(k + 1).transpose() * next;
      next -= basis.leftCols(k + 1) * along;
    }
    beside[k] = next.norm();
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
    solver.computeFromTridiagonal(diagonal.head(k + 1), beside.head(k));
    const VectorXd weights = solver.eigenvectors().col(k);  // eigenvalues ascend
    const double value = solver.eigenvalues()[k];
    ritz.converged =
        k + 1 == first.size() || beside[k] * std::abs(weights[k]) <= kTolerance * value || beside[k] == 0.0;
    if (ritz.converged || k + 1 == most) {
      ritz.vector = (basis.leftCols(k + 1) * weights).normalized();
    } else {
      basis.col(k + 1) = next / beside[k];
    }
  }
  return ritz;
}

}  // namespace

VectorXd dominant_vector(Index dimension, const Multiply& multiply) {
  VectorXd vector = start(dimension);
  for (int round = 0; round <= kMostRestarts; ++round) {
    Ritz ritz = lanczos(vector, multiply);
    vector = std::move(ritz.vector);
    if (ritz.converged) {
      break;
    }
  }
  return vector;
}

}  // namespace homolog::experiments
