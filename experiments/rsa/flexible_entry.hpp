#pragma once

#include <string>
#include <vector>

#include "experiments/recording/results_file.hpp"
#include "experiments/rsa/candidates.hpp"
#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/bootstrap.hpp"
#include "experiments/rsa/rsa_settings.hpp"

namespace homolog::experiments {

/// Code of rows that belong to a model with parameters.
inline constexpr char kFlexibleCode[] = "flexible";

/// Reads `flexible:`, a sequence of mappings with `name`, `kind` (weighted, interpolated, selected), and
/// either `code` and `layers` (patterns) or `models` (names). Throws Error(config).
[[nodiscard]] std::vector<FlexibleSpec> read_flexible(Parameters& analysis);

/// Finds the components of each. Throws Error(config) at `where` for a code, layer or model that has no RDM
/// in the analysis, and for too few stimuli to be crossvalidated.
void resolve_flexible(std::vector<FlexibleSpec>& specs, const RsaSettings& settings, std::int64_t stimuli,
                      const Where& where);

/// What check_bootstrap() needs to know of models whose components were found, with the subjects and stimuli
/// of `shape`.
[[nodiscard]] BootstrapShape flexible_shape(BootstrapShape shape, const std::vector<FlexibleSpec>& specs);

/// The numbers of a row for each model with parameters, crossvalidated over stimuli and subjects.
[[nodiscard]] std::vector<RsaRow> evaluate_flexible(const Comparison& comparison,
                                                    const std::vector<FlexibleSpec>& specs,
                                                    const Candidates& candidates,
                                                    std::span<const OrderedRdm> subjects,
                                                    const InferenceSettings& settings, std::uint64_t seed,
                                                    const Progress& progress);

}  // namespace homolog::experiments
