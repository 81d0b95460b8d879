#pragma once

#include <functional>
#include <string>
#include <vector>

#include "experiments/recording/results_reader.hpp"

namespace homolog::experiments::report {

/// A dissimilarity matrix with the names that the page shows: what a second or later analysis of the kind
/// computed has "(rsa 2)" in them.
struct ShownRdm {
  std::string name{};  ///< of the layer, model or reference
  std::string code{};  ///< of a layer's or model's
  std::string path{};  ///< in the file
  std::function<RdmMatrix()> read{};
};

/// All matrices of a file. Those of one layer (or model) follow each other.
struct ShownRdms {
  std::vector<ShownRdm> layers{}, models{}, references{};
  [[nodiscard]] std::size_t size() const { return layers.size() + models.size() + references.size(); }
};

/// `results` must outlive what is returned.
[[nodiscard]] ShownRdms shown_rdms(const ResultsReader& results);

}  // namespace homolog::experiments::report
