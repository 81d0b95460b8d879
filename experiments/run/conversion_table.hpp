#pragma once

#include <iosfwd>
#include <vector>

#include "conversion/spiking/convert.hpp"
#include "experiments/recording/results_file.hpp"

namespace homolog::experiments {

/// The conversion report as an aligned table: every node, what became of it, threshold, neurons, synapses,
/// and of 8-bit weights the signal-to-quantisation-noise ratio.
void print_conversion(const std::vector<conversion::Fate>& report, std::ostream& out);

/// The same as rows for the results file.
[[nodiscard]] std::vector<ConversionRecord> conversion_records(const std::vector<conversion::Fate>& report);

}  // namespace homolog::experiments
