#pragma once

#include <span>
#include <vector>

#include "sim/network/kernels.hpp"

namespace homolog::conversion {

/// Adds kernel(in) to out, in double: the linear map that a projection stands for, as on rates or constants.
/// in: values of the source units, out: of the target units, both [H,W,C]. Zeros of `in` cost nothing.
/// Throws Error(internal) for MaxPool, which is not linear.
void apply_kernel(const sim::Kernel& kernel, std::span<const double> in, std::span<double> out);

}  // namespace homolog::conversion
