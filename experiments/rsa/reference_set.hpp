#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "experiments/rsa/layer_rdm.hpp"
#include "experiments/rsa/reference.hpp"

namespace homolog::experiments {

/// The subjects' RDMs of each reference that comes from a file, for the stimuli in their order; else nothing.
/// Throws Error(data): what load_reference() throws, and what check_models() does.
[[nodiscard]] std::vector<std::vector<Rdm>> load_references(const std::vector<ReferenceSpec>& specs,
                                                            const Stimuli& stimuli);

/// Whether the models among the references can be computed from these stimuli. Throws Error(data).
void check_models(const std::vector<ReferenceSpec>& specs, const Stimuli& stimuli);

/// Bytes of the responses of the largest model among the references.
[[nodiscard]] std::uint64_t response_bytes(const std::vector<ReferenceSpec>& specs, const Stimuli& stimuli);

/// The subjects' RDMs of a reference that is the same for all layers: from a file (`loaded`), or of a model
/// (one subject). Nothing for a twin.
[[nodiscard]] std::optional<std::vector<Rdm>> fixed_rdms(const ReferenceSpec& spec,
                                                         const std::vector<Rdm>& loaded,
                                                         const RdmMaker& maker, const Progress& progress);

}  // namespace homolog::experiments
