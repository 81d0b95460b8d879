#include "experiments/behaviour/decisions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/error.hpp"

namespace homolog::experiments {

using Eigen::Index;

Scores class_scores(std::span<const float> readout, std::size_t stimuli) {
  const std::size_t classes = stimuli == 0 ? 0 : readout.size() / stimuli;
  if (readout.size() != stimuli * classes) {
    throw Error(ErrorKind::internal, "a readout has a value for each class and stimulus");
  }
  using FloatRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const FloatRows>(readout.data(), static_cast<Index>(stimuli), static_cast<Index>(classes))
      .cast<double>();
}

Scores category_scores(std::span<const float> readout, std::size_t stimuli,
                       std::span<const std::int64_t> category_of, std::size_t categories) {
  const Scores classes = class_scores(readout, stimuli);
  Eigen::RowVectorXd members = Eigen::RowVectorXd::Zero(static_cast<Index>(categories));
  for (const std::int64_t category : category_of) {
    if (category >= 0) {
      members[category] += 1.0;
    }
  }
  Scores scores = Scores::Zero(classes.rows(), static_cast<Index>(categories));
  for (Index i = 0; i < classes.rows(); ++i) {
    const double largest = classes.row(i).maxCoeff();  // so that no exponential overflows
    for (Index k = 0; k < classes.cols(); ++k) {
      const std::int64_t category = category_of[static_cast<std::size_t>(k)];
      if (category >= 0) {
        scores(i, category) += std::exp(classes(i, k) - largest);
      }
    }
  }
  return (scores.array().rowwise() / members.array().max(1.0)).log();
}

std::vector<std::int64_t> decisions(const Scores& scores) {
  std::vector<std::int64_t> choices;
  for (Index i = 0; i < scores.rows(); ++i) {
    const auto row = scores.row(i);
    choices.push_back(std::max_element(row.begin(), row.end()) - row.begin());
  }
  return choices;
}

std::vector<double> correctness(std::span<const std::int64_t> choices, std::span<const std::int64_t> labels) {
  std::vector<double> correct;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    correct.push_back(choices[i] == labels[i] ? 1.0 : 0.0);
  }
  return correct;
}

}  // namespace homolog::experiments
