#pragma once

#include <iosfwd>
#include <vector>

#include "experiments/recording/results_file.hpp"

namespace homolog::experiments {

/// Tables for people: layers in their codes, and models, by reference and comparison; values that are greater
/// than 0 at a false discovery rate of 5 % are marked. Nothing without rows.
void print_rsa(const std::vector<RsaRow>& rows, std::ostream& out);

}  // namespace homolog::experiments
