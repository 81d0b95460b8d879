#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

namespace homolog::experiments {

/// Accuracies and error consistencies of several observers of the same stimuli when stimulus i counts
/// copies[i] times, as if it had been answered so often with the same answers. Counts are whole numbers, so
/// that the values are those of error_consistency() on repeated answers, to the last bit.
class ConsistencyTable {
 public:
  /// Answers of observers, each [stimulus]: 1 right, 0 wrong, NaN not seen.
  explicit ConsistencyTable(const std::vector<std::span<const double>>& correct);

  /// Kappa of every two, [observer, observer]; NaN where it is undefined.
  [[nodiscard]] Eigen::MatrixXd kappas(std::span<const std::uint32_t> copies) const;
  /// [observer]; NaN of one who saw none of the stimuli that count.
  [[nodiscard]] Eigen::VectorXd accuracies(std::span<const std::uint32_t> copies) const;

 private:
  Eigen::MatrixXd seen_{};   // [stimulus, observer], 0 or 1
  Eigen::MatrixXd right_{};  // the same; 0 where not seen
};

/// Mean of `values` that are not NaN, value k counted copies[k] times; NaN without any.
[[nodiscard]] double mean_of_copies(const Eigen::Ref<const Eigen::VectorXd>& values,
                                    std::span<const std::uint32_t> copies);

/// Mean over all pairs a < b of observers of kappas(a, b), which counts copies[a] copies[b] times: pairs of
/// two copies of an observer are left out, and undefined kappas are. NaN without any.
[[nodiscard]] double mean_of_pairs(const Eigen::Ref<const Eigen::MatrixXd>& kappas,
                                   std::span<const std::uint32_t> copies);

}  // namespace homolog::experiments
