#pragma once

#include <nlohmann/json.hpp>

namespace homolog::experiments::report {

/// What the analysis codes left under "codes", "codes_2", ... of `summary`, which is summary.json or null:
/// [{group, rows: [{settings, windowed, steps, steps_needed, accuracy, agreement, spikes_per_neuron,
/// synaptic_operations, macs}], all}], the first rows of `all`; null without any. It is text in a file that
/// anyone may have written: what is not there or has another type is null.
[[nodiscard]] nlohmann::json codes(const nlohmann::json& summary);

}  // namespace homolog::experiments::report
