#pragma once

#include <functional>
#include <span>

#include "experiments/analysis/variant.hpp"
#include "experiments/config/experiment.hpp"

namespace homolog::experiments {

/// The experiment with other settings of `spiking:`, without analyses and records. Throws Error(config) that
/// names the setting.
[[nodiscard]] Experiment variant_of(const Experiment& experiment, const Variant& variant);

/// Throws Error if the variant cannot be run: settings, and whether the network converts.
void check_variant(const Experiment& experiment, const Variant& variant);

/// Calibrates, converts and presents. `float_readout`: of all presentations, [presentation, class].
/// `stop`: asked now and then. Throws Error.
[[nodiscard]] VariantOutcome run_variant(const Experiment& experiment, const Variant& variant,
                                         std::span<const float> float_readout, int threads,
                                         const std::function<bool()>& stop,
                                         const std::function<void(double)>& progress);

}  // namespace homolog::experiments
