#pragma once

#include <nlohmann/json.hpp>

#include "experiments/recording/results_reader.hpp"

namespace homolog::experiments::report {

/// What the analysis fusion left in /fusion, /fusion_2, ...; null without.
///
///     {entries: [{group, first, second, control, times, all_times, unit, correlation: C,
///                 models: [{layer, code, commonality: C}]}],
///      left_out}
///
/// C: {values, low, high, error, p_fdr}, over `times` (GroupData::estimates), and `peak`, the same of the one
/// time at which the value is greatest, with its `time`; null without. Of more times than a figure can show
/// every few are taken: `times` of `all_times`; peaks are those of all. `left_out` models did not fit the
/// page.
[[nodiscard]] nlohmann::json fusion(const ResultsReader& results);

}  // namespace homolog::experiments::report
