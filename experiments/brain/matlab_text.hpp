#pragma once

#include <span>
#include <string>

#include "experiments/brain/rdm_file.hpp"

namespace homolog::experiments {

/// One row of a MATLAB char array as UTF-8, without the blanks at its end that fill rows up. `codes`: UTF-16
/// code units, of which a pair of surrogates is one character (RFC 2781, doi:10.17487/RFC2781), or code
/// points beyond 0xFFFF. Throws Error(data) for a number that is neither, and for half a pair.
[[nodiscard]] std::string matlab_text(std::span<const double> codes, const BrainSource& source);

}  // namespace homolog::experiments
