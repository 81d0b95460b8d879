#pragma once

#include <string>
#include <vector>

#include "experiments/fusion/fuse.hpp"
#include "experiments/recording/results_file.hpp"

namespace homolog::experiments {

/// What the analysis `fusion` found.
struct FusionTable {
  std::string first{}, second{};        ///< names of the references
  std::vector<std::string> controls{};  ///< names
  std::vector<double> times{};          ///< of the first reference
  bool in_ms = false;                   ///< unit of `times`; else they are numbers from 0
  std::vector<std::string> layers{};    ///< of each model; the name of a further model
  std::vector<std::string> codes{};     ///< of each model, or kModelCode
  bool ranks = true;
  FusionResult result{};
};

/// Datasets of /fusion (docs/variance-and-fusion.md).
[[nodiscard]] std::vector<ResultDataset> fusion_datasets(const FusionTable& table);
/// The value of "fusion" in summary.json: the peaks.
[[nodiscard]] std::string fusion_json(const FusionTable& table);
/// A table for people: the peaks.
[[nodiscard]] std::string fusion_text(const FusionTable& table);

}  // namespace homolog::experiments
