#pragma once

#include <limits>

namespace homolog {

/// Stands for a value that is not there: written as NaN to result files, as null to JSON.
inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace homolog
