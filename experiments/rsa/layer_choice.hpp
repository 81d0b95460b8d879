#pragma once

#include <string>
#include <utility>
#include <vector>

#include "experiments/analysis/analysis.hpp"
#include "experiments/rsa/representation.hpp"

namespace homolog::experiments {

/// What the run must keep for some layers in some representations. What cannot be had is added to `missing`
/// (label, layer). Throws Error(config) at `where` for a representation that none of the layers has, and for
/// one that needs more steps than there are.
[[nodiscard]] std::vector<RepresentationKey> choose_layers(
    const std::vector<std::string>& layers, const std::vector<Representation>& representations,
    const AnalysisPlan& plan, const Where& where, std::vector<std::pair<std::string, std::string>>& missing);

}  // namespace homolog::experiments
