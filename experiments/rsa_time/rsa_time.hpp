#pragma once

#include "experiments/analysis/analysis.hpp"

namespace homolog::experiments {

/// The analysis `rsa_time` (manual: docs/rsa-time.md): representational similarity as a function of the
/// spiking network's time.
void register_rsa_time(AnalysisRegistry& analyses);

}  // namespace homolog::experiments
