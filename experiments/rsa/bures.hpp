#pragma once

#include <span>

namespace homolog::experiments {

/// Of the centred kernels K and L of two RDMs (see centred_kernel), as positive semi-definite matrices:
/// negative eigenvalues, which RDMs that are no squared Euclidean distances have, are set to 0 (the nearest
/// such matrix), and so are those below n times the rounding unit of the largest: their square root would
/// be noise. Bhatia, Jain & Lim 2019, doi:10.1016/j.exmath.2018.01.002; for RDMs Harvey, Larsen & Williams
/// 2023, arXiv:2311.11436.
struct BuresTerms {
  double trace_x = 0.0;   ///< tr K
  double trace_y = 0.0;   ///< tr L
  double fidelity = 0.0;  ///< tr sqrt(sqrt(K) L sqrt(K)), the sum of the singular values of sqrt(K) sqrt(L)
};

/// Throws Error(data) for NaN.
[[nodiscard]] BuresTerms bures_terms(std::span<const double> x, std::span<const double> y);

}  // namespace homolog::experiments
