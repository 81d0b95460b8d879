#pragma once

#include <nlohmann/json.hpp>

#include "experiments/recording/results_reader.hpp"

namespace homolog::experiments::report {

/// What the analysis rsa_time left in /rsa_time, /rsa_time_2, ...; null without.
///
///     {panels: [{title, compare, axis, unit, times, all_times, ceiling: {low, high} or null,
///                series: [{name, values, low, high, p_fdr, highest, peak, peak_low, peak_high,
///                          onset, onset_low, onset_high}]}],
///      matrices: [{title, compare, layer, rows, columns, row_axis, column_axis, unit, low, high, levels,
///                  ci_low: {low, high, levels} or null, ci_high: the same, p_fdr: steps or null}],
///      panels_left_out, left_out}
///
/// A panel has one reference and comparison, a series is a layer, all over the same times; `axis` says whose.
/// Of more times than a figure can show every few are taken, `times` of `all_times`; `highest` is the
/// greatest value of all. levels: base64 of [rows, columns] uint8, 0 ... 254 from low to high, 255 for what
/// was not computed; steps: base64 of the same extents, 0 for what was not computed, 1 for p_fdr from 0.05
/// on, 2, 3, 4 below 0.05, 0.01, 0.001. `panels_left_out` panels and `left_out` matrices did not fit the
/// page. Datasets that are missing or have other extents are left out.
[[nodiscard]] nlohmann::json time_courses(const ResultsReader& results);

}  // namespace homolog::experiments::report
