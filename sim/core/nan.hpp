#pragma once

#include <limits>

namespace homolog {

/// A value that there is none of: written as NaN to result files, as null to JSON.
inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace homolog
