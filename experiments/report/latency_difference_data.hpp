#pragma once

#include <nlohmann/json.hpp>

#include "experiments/recording/results_reader.hpp"

namespace homolog::experiments::report {

/// Which layers are earlier than others: /rsa_time_differences, /rsa_time_differences_2, ...; null without.
///
///     {courses: [{title, compare, latency, unit, layers,
///                 pairs: [{a, b, difference, low, high, p, p_fdr, undefined_draws}]}],
///      left_out}
///
/// A course has one reference, comparison and latency (peak or onset); `a` and `b` are places in its
/// `layers`, the difference is the time of a minus the time of b. `left_out` pairs did not fit the page. A
/// table without the columns of docs/rsa-time.md is left out.
[[nodiscard]] nlohmann::json latency_differences(const ResultsReader& results);

}  // namespace homolog::experiments::report
