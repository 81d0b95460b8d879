#pragma once

#include <Eigen/Core>
#include <functional>

namespace homolog::experiments {

/// The eigenvector (of length 1) of the largest eigenvalue of a symmetric positive semidefinite matrix
/// [dimension, dimension] that is known by its products with vectors.
///
/// Lanczos' method with full reorthogonalisation, restarted every 60 products, until |A v - lambda v| is
/// below 1e-12 lambda. The start is fixed and in general position, so that the result is a function of the
/// matrix. Where the largest eigenvalue has several eigenvectors one of them is returned; of a zero matrix
/// the start.
[[nodiscard]] Eigen::VectorXd dominant_vector(
    Eigen::Index dimension, const std::function<Eigen::VectorXd(const Eigen::VectorXd&)>& multiply);

}  // namespace homolog::experiments
