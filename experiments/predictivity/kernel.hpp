#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "experiments/predictivity/splits.hpp"
#include "experiments/rsa/patterns.hpp"
#include "experiments/rsa/progress.hpp"

namespace homolog::experiments {

/// All inner products of the stimuli's patterns, [n, n], symmetric: sum over units of x_iu x_ju, after each
/// unit's mean over stimuli was subtracted (which no regression with an intercept can see, and which keeps
/// digits). Linear regression needs nothing else of a layer, however many units it has.
///
/// The layer is read once, in blocks. The bits do not depend on threads. Throws Error(data) for a value that
/// is not finite.
[[nodiscard]] Eigen::MatrixXd linear_kernel(const Patterns& patterns, const Progress& progress = {});

/// A kernel seen from a split: products of patterns from which the mean of the *training* patterns was
/// subtracted, so that nothing of the held-out stimuli enters the fit.
struct SplitKernel {
  Eigen::MatrixXd train{};  ///< [trained, trained], symmetric
  Eigen::MatrixXd test{};   ///< [held out, trained]
};

/// Schoelkopf, Smola & Mueller 1998, doi:10.1162/089976698300017467, appendix A.
[[nodiscard]] SplitKernel split_kernel(const Eigen::MatrixXd& kernel, const Split& split);

/// The kernel of the patterns' first `components` principal components, which are those of the training
/// patterns alone. More components than there are change nothing.
[[nodiscard]] SplitKernel principal_components(const SplitKernel& kernel, std::size_t components);

}  // namespace homolog::experiments
