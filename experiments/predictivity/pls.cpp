#include <algorithm>

#include "experiments/predictivity/dominant_vector.hpp"
#include "experiments/predictivity/regression.hpp"

namespace homolog::experiments {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kLeastVariance = 1e-12;  // of the layer's; below, rounding decides on directions
constexpr double kLeastResponse = 1e-12;  // of the responses' norm, likewise

/// Takes out of `score` (and alike of the held-out stimuli's) what the earlier scores have. Twice, for
/// orthogonality to rounding.
void orthogonalise(const MatrixXd& scores, const MatrixXd& test_scores, VectorXd& score,
                   VectorXd& test_score) {
  for (int pass = 0; pass < 2; ++pass) {
    const VectorXd along = scores.transpose() * score;
    score -= scores * along;
    test_score -= test_scores * along;
  }
}

}  // namespace

// Names as in Rosipal & Trejo: t = K u, where K is deflated by (I - t t'). K need not be deflated here: the
// responses Y are, so that Y' K Y has the same value without, and t is made orthogonal to the earlier scores.
Prediction predict_pls(const SplitKernel& kernel, const MatrixXd& centred, std::size_t components) {
  const Index trained = kernel.train.rows();
  const Index most = std::min(static_cast<Index>(components), trained);
  MatrixXd y = centred;                  // what is not explained yet
  MatrixXd ky = kernel.train * centred;  // K Y
  MatrixXd scores(trained, most);        // T, orthonormal columns
  MatrixXd test_scores(kernel.test.rows(), most);
  Prediction prediction{.values = MatrixXd::Zero(kernel.test.rows(), centred.cols())};
  const double variance = kernel.train.trace();
  for (Index a = 0; a < most && y.norm() > kLeastResponse * centred.norm(); ++a) {
    const VectorXd c =
        dominant_vector(y.cols(), [&](const VectorXd& v) -> VectorXd { return y.transpose() * (ky * v); });
    const VectorXd u = y * c;
    VectorXd t = ky * c;  // K u
    VectorXd test_t = kernel.test * u;
    orthogonalise(scores.leftCols(a), test_scores.leftCols(a), t, test_t);
    const double norm = t.norm();
    if (!(norm > kLeastVariance * variance * u.norm())) {
      break;
    }
    scores.col(a) = t / norm;
    test_scores.col(a) = test_t / norm;
    const Eigen::RowVectorXd loadings = scores.col(a).transpose() * y;  // q
    prediction.values += test_scores.col(a) * loadings;
    y -= scores.col(a) * loadings;
    ky -= (kernel.train * scores.col(a)) * loadings;
    ++prediction.components;
  }
  return prediction;
}

}  // namespace homolog::experiments
