#pragma once

#include <nlohmann/json.hpp>

#include "experiments/recording/results_reader.hpp"

namespace homolog::experiments::report {

/// What the analysis variance left in /variance, /variance_2, ...; null without.
///
///     {panels: [{group, reference, layers, sets, subsets: [{name, members}],
///                r_squared: E, adjusted, parts: [E], semi_partial: [E], partial: [E]}],
///      left_out, layers_left_out}
///
/// A panel has one reference. E: {values, low, high, error}, over layers (GroupData::estimates); r_squared is
/// that of all sets, `parts` has one for each subset, `semi_partial` and `partial` one for each set.
/// `members` are numbers of sets. `left_out` panels, and `layers_left_out` layers of those shown, did not fit
/// the page.
[[nodiscard]] nlohmann::json variance(const ResultsReader& results);

}  // namespace homolog::experiments::report
