#pragma once

#include "sim/correction/correction.hpp"

namespace homolog::sim {

/// COS: by charge, a neuron that fired and ended below 0 has fired at least one spike more than its summed
/// input, and one that ended at the threshold or above at least one less. It begins lower or higher, by the
/// least amount, at least 1, that takes away its weakest spike or adds one where it came nearest to firing:
///
///   residual < 0, has fired   initial - max(1, lowest_firing - 0.999)
///   residual >= 1             initial + max(1, 1.001 - highest_silent)
///
/// A neuron that fired in every step cannot fire more often and begins as before.
///
/// Source: Hao et al. 2023, ICLR, arXiv:2302.10685 ("Bridging the gap between ANNs and SNNs by calibrating
/// offset spikes").
[[nodiscard]] float shift_by_offset_spike(const PreparedUnit& unit);

}  // namespace homolog::sim
