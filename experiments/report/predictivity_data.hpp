#pragma once

#include <nlohmann/json.hpp>

#include "experiments/recording/results_reader.hpp"

namespace homolog::experiments::report {

/// What the analysis predictivity left in /predictivity, /predictivity_2, ...; null without.
///
///     {targets: [{group, method, splits, projection, name, region, units, ceiling, ceiling_error,
///                 rows: [{layer, code, score, error, low, high, r_squared, r, undefined}]}],
///      left_out}
///
/// A target is a set of responses. `error`: standard error over splits; `low` and `high`: interval of the
/// score; r_squared: over the ceiling; r: over its root. Texts of `summary`, which is that of the file or
/// null, say how it was done; empty without. `left_out` rows did not fit the page.
[[nodiscard]] nlohmann::json predictivity(const ResultsReader& results, const nlohmann::json& summary);

}  // namespace homolog::experiments::report
