#pragma once

#include <nlohmann/json.hpp>

#include "experiments/recording/results_reader.hpp"

namespace homolog::experiments::report {

/// What the analysis behaviour left in /behaviour, /behaviour_2, ...; null without.
///
///     {entries: [{group, networks, accuracy: E, accuracy_difference: E,
///                 kappa_between_networks: E, i2n_between_networks: E,
///                 observers: [{name, count, kappa: E, kappa_error, between: E, difference: E,
///                              accuracy, kappas, trials}],
///                 i2n: [{name, consistency: E, corrected: E, reliability: E, difference: E}]}],
///      left_out}
///
/// E: {values, low, high, error, p_fdr} (GroupData::estimates) over the networks, or of one number; null if
/// it is not there. Differences are spiking minus float. Of a set of `count` observers `accuracy` has one
/// number for each that is shown, `kappas` and `trials` the same for each network; `kappa_error` is the
/// standard error over observers. `left_out` sets of observers did not fit the page.
[[nodiscard]] nlohmann::json behaviour(const ResultsReader& results);

}  // namespace homolog::experiments::report
