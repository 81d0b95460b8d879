#include "experiments/rsa/normalised_gram.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace homolog::experiments {

DissimilarityResult one_minus_normalised(const Eigen::MatrixXd& gram, const std::vector<bool>& undefined) {
  const auto n = static_cast<std::size_t>(gram.rows());
  DissimilarityResult result{.rdm = Rdm(n)};
  result.undefined_patterns = std::count(undefined.begin(), undefined.end(), true);
  std::size_t pair = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j, ++pair) {
      double similarity = 0.0;
      if (!undefined[i] && !undefined[j]) {
        const auto row = static_cast<Eigen::Index>(i);
        const auto column = static_cast<Eigen::Index>(j);
        // sqrt(a * a) is a exactly, so identical patterns have dissimilarity 0.
        similarity = gram(row, column) / std::sqrt(gram(row, row) * gram(column, column));
      }
      result.rdm.pairs()[pair] = 1.0 - std::clamp(similarity, -1.0, 1.0);
    }
  }
  return result;
}

}  // namespace homolog::experiments
