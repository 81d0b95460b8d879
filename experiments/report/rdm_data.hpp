#pragma once

#include <nlohmann/json.hpp>

#include "experiments/recording/results_reader.hpp"

namespace homolog::experiments::report {

/// Pictures of all matrices (see rdm_picture.hpp), rows sorted by label; null if there are none.
///
///     {n, side, block, ids, labels, stimuli, layers: [{layer, codes: [{code, levels, deciles}]}], models:
///     the same,
///      references: [{name, levels, deciles}]}
///
/// n: distinct stimuli; side: rows of a picture, each of `block` stimuli; ids, labels and numbers (stimuli):
/// of the first of each. Throws Error(data) if a matrix has not one row for each stimulus.
[[nodiscard]] nlohmann::json rdms(const ResultsReader& results);

}  // namespace homolog::experiments::report
