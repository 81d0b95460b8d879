#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/rsa/layer_rdm.hpp"
#include "experiments/rsa/reference.hpp"

namespace homolog::experiments {

/// The subjects' RDMs of a reference that is the same for all layers: from a file (`loaded`), or of a model
/// (one subject). Nothing for a twin.
[[nodiscard]] std::optional<std::vector<Rdm>> fixed_rdms(const ReferenceSpec& spec,
                                                         const std::vector<Rdm>& loaded,
                                                         const RdmMaker& maker, const Progress& progress);

}  // namespace homolog::experiments
