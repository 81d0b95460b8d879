#pragma once

#include "sim/network/checker.hpp"

namespace homolog::sim {

/// Checks a kernel between maps of these shapes; `source_spikes`: whether its source does. Throws
/// Error(internal).
void check_kernel(const Kernel& kernel, const Checker& check, const Shape& in, const Shape& out,
                  bool source_spikes);

}  // namespace homolog::sim
