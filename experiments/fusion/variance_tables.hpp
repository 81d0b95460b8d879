#pragma once

#include <string>
#include <vector>

#include "experiments/fusion/partition_variance.hpp"
#include "experiments/recording/results_file.hpp"

namespace homolog::experiments {

/// What the analysis `variance` found.
struct VarianceResult {
  std::vector<std::string> layers{};
  std::vector<std::string> references{};
  std::vector<std::string> sets{};  ///< the predictors, at most kMostSets
  bool ranks = true;
  std::vector<VariancePartition> partitions{};  ///< [layer, reference]

  [[nodiscard]] const VariancePartition& at(std::size_t layer, std::size_t reference) const {
    return partitions[layer * references.size() + reference];
  }
  [[nodiscard]] std::size_t subsets() const { return (std::size_t{1} << sets.size()) - 1; }
  /// Name of the subset with this number - 1, e.g. "float+count".
  [[nodiscard]] std::string subset_name(std::size_t subset) const;
};

/// Datasets of /variance (docs/variance-and-fusion.md).
[[nodiscard]] std::vector<ResultDataset> variance_datasets(const VarianceResult& result);
/// The value of "variance" in summary.json.
[[nodiscard]] std::string variance_json(const VarianceResult& result);
/// A table for people: R^2 of all predictors, unique parts, and what is shared.
[[nodiscard]] std::string variance_text(const VarianceResult& result);

}  // namespace homolog::experiments
