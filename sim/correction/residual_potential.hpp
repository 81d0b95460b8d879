#pragma once

#include "sim/correction/correction.hpp"

namespace homolog::sim {

/// SRP: a neuron whose potential ended at or below 0.001 has fired on early excitation that later inhibition
/// outweighed, or has nothing to say: it stays silent. The others begin anew.
///
/// Source: Hao et al. 2023, AAAI, arXiv:2302.02091 ("Reducing ANN-SNN conversion error through residual
/// membrane potential").
[[nodiscard]] float silence_low_residual(const PreparedUnit& unit);

}  // namespace homolog::sim
