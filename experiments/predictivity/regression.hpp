#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <string>
#include <vector>

#include "experiments/predictivity/kernel.hpp"

namespace homolog::experiments {

/// A linear regression of responses onto a layer, by name: pls, ridge, ridge_cv or linear.
struct RegressionSettings {
  std::string method = "pls";
  std::size_t components = 25;   ///< of pls
  double alpha = 1.0;            ///< of ridge, > 0
  std::vector<double> alphas{};  ///< of ridge_cv, ascending, > 0
};

/// Names that RegressionSettings::method may have.
[[nodiscard]] std::vector<std::string> regression_methods();

/// Responses predicted for held-out stimuli.
struct Prediction {
  Eigen::MatrixXd values{};    ///< [held out, units]
  std::size_t components = 0;  ///< of pls: those used; else 0
  double alpha = 0.0;          ///< of ridge and ridge_cv: that used; else 0
};

/// Fits `responses` [trained, units] by the training patterns, with an intercept, and predicts those of the
/// held-out patterns. All methods give what their usual, primal form gives (weights of the layer's units),
/// but for rounding, in time that does not depend on the number of the layer's units. A layer without
/// variance predicts each unit's mean.
[[nodiscard]] Prediction predict(const SplitKernel& kernel, const Eigen::MatrixXd& responses,
                                 const RegressionSettings& settings);

// The methods, for responses [trained, units] from which the mean over training stimuli was subtracted; so is
// it from the predictions.

/// Partial least squares: the scores, and thus the predictions, of NIPALS for several responses at once
/// (PLS2, mode A, both blocks deflated, no scaling: scikit-learn's PLSRegression(scale=False)) from inner
/// products alone: Rosipal & Trejo 2001, J. Machine Learning Research 2:97-123. Each weight vector is taken
/// to convergence (scikit-learn stops NIPALS at a squared change of 1e-6, or after 500 rounds).
///
/// Stops early where nothing is left to explain, or nothing to explain it with: a direction with less than
/// 1e-12 of the layer's variance.
[[nodiscard]] Prediction predict_pls(const SplitKernel& kernel, const Eigen::MatrixXd& centred,
                                     std::size_t components);

/// Ridge regression, minimising |y - X w|^2 + alpha |w|^2; the intercept is free. Saunders, Gammerman & Vovk
/// 1998 (ICML).
[[nodiscard]] Prediction predict_ridge(const SplitKernel& kernel, const Eigen::MatrixXd& centred,
                                       double alpha);

/// Ridge regression with the alpha, one for all units, whose leave-one-out predictions of the training
/// responses have the least mean squared error (exact, by the hat matrix with its intercept; the smallest
/// alpha among equals). scikit-learn's RidgeCV with cv=None.
[[nodiscard]] Prediction predict_ridge_cv(const SplitKernel& kernel, const Eigen::MatrixXd& centred,
                                          const std::vector<double>& alphas);

/// Ordinary least squares, the solution of least norm. Directions whose variance is below n * 2^-52 of
/// the largest one's are left out: that is what rounding leaves of none in a kernel of n stimuli.
[[nodiscard]] Prediction predict_linear(const SplitKernel& kernel, const Eigen::MatrixXd& centred);

/// 99 values from 0.01 to 1e7, evenly spaced in the logarithm.
[[nodiscard]] std::vector<double> logarithmic_alphas();
/// The 99 values that Brain-Score tries: from 0.01 to 1e7 too, but evenly spaced within each decade from 10
/// on.
[[nodiscard]] std::vector<double> brain_score_alphas();

}  // namespace homolog::experiments
