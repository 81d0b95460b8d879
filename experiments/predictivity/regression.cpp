#include "experiments/predictivity/regression.hpp"

#include <cmath>

#include "sim/core/error.hpp"
#include "sim/core/suggest.hpp"

namespace homolog::experiments {

std::vector<std::string> regression_methods() {
  return {"pls", "ridge", "ridge_cv", "linear"};
}

Prediction predict(const SplitKernel& kernel, const Eigen::MatrixXd& responses,
                   const RegressionSettings& settings) {
  const Eigen::RowVectorXd means = responses.colwise().mean();
  const Eigen::MatrixXd centred = responses.rowwise() - means;
  Prediction prediction;
  if (settings.method == "pls") {
    prediction = predict_pls(kernel, centred, settings.components);
  } else if (settings.method == "ridge") {
    prediction = predict_ridge(kernel, centred, settings.alpha);
  } else if (settings.method == "ridge_cv") {
    prediction = predict_ridge_cv(kernel, centred, settings.alphas);
  } else if (settings.method == "linear") {
    prediction = predict_linear(kernel, centred);
  } else {
    throw Error(ErrorKind::internal, "no regression is called '" + settings.method +
                                         "' (known: " + joined(regression_methods()) + ")");
  }
  prediction.values.rowwise() += means;
  return prediction;
}

std::vector<double> logarithmic_alphas() {
  constexpr int kCount = 99;
  std::vector<double> alphas;
  for (int k = 0; k < kCount; ++k) {
    alphas.push_back(std::pow(10.0, -2.0 + 9.0 * k / (kCount - 1)));
  }
  return alphas;
}

std::vector<double> brain_score_alphas() {
  std::vector<double> alphas{0.01, 0.1, 0.5, 1.0};
  const auto add = [&](double from, int count) {
    for (int k = 0; k < count; ++k) {
      alphas.push_back(from + 9.0 * from * k / count);
    }
  };
  add(1e1, 4);
  for (const double decade : {1e2, 1e3, 1e4, 1e5, 1e6}) {
    add(decade, 18);
  }
  alphas.push_back(1e7);
  return alphas;
}

}  // namespace homolog::experiments
