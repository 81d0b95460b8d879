#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/inference_result.hpp"
#include "experiments/rsa/inference/ordered_rdm.hpp"
#include "experiments/rsa/progress.hpp"

namespace homolog::experiments {

struct BootstrapOptions {
  bool stimuli = true;   ///< draw stimuli with replacement
  bool subjects = true;  ///< draw subjects with replacement; ignored with one subject if stimuli are drawn
  std::size_t samples = 1000;  ///< draws, 2 to 1,000,000
  double level = 0.95;         ///< of confidence intervals, in (0, 1)
  std::uint64_t seed = 0;
  bool ceilings = true;  ///< noise ceilings in every draw; without them p_below_ceiling is NaN
  std::size_t max_memory = std::size_t{8} << 30U;  ///< bytes; more is an error before anything is allocated
};

/// What a bootstrap is about.
struct BootstrapShape {
  std::size_t models = 0;
  std::size_t subjects = 0;
  std::size_t stimuli = 0;
  std::size_t components = 0;  ///< the most that a model with parameters is fitted with; each draw holds them
};

/// Throws Error(data) unless there are a model and a subject, and the same number of stimuli in all RDMs.
[[nodiscard]] BootstrapShape shape_of(std::span<const Rdm> models, std::span<const Rdm> subjects);
[[nodiscard]] BootstrapShape shape_of(std::span<const OrderedRdm> models,
                                      std::span<const OrderedRdm> subjects);

/// How many draws may be evaluated at a time within max_memory: with fewer than threads, some of these rest.
/// 0: not one fits.
[[nodiscard]] std::size_t draws_at_once(const BootstrapShape& shape, const BootstrapOptions& options);

/// Throws Error(config) for options that are out of range or where not one draw fits the memory, Error(data)
/// for fewer than 3 stimuli, and for one subject when only subjects are drawn.
void check_bootstrap(const BootstrapShape& shape, const BootstrapOptions& options);

/// What the draws of a bootstrap give.
struct BootstrapDraws {
  std::vector<double> values{};      ///< with the data as they are, [models]: mean over subjects
  NoiseCeiling ceiling{};            ///< with the data as they are
  BootstrapReplicates replicates{};  ///< columns: the models, the lower and the upper noise ceiling
  std::size_t redrawn = 0;           ///< draws that had too few different stimuli
};

/// The values of all models in every draw: what infer() makes its numbers of, for statistics of several
/// models at once, such as the model with the greatest value. Draws, threads, progress and errors as infer().
[[nodiscard]] BootstrapDraws draw_values(const Comparison& comparison, std::span<const OrderedRdm> models,
                                         std::span<const OrderedRdm> subjects,
                                         const BootstrapOptions& options, const Progress& progress = {});

/// How surely each model agrees with the subjects of a reference, and whether models differ.
///
/// Bootstrap over stimuli, subjects or both; each draw has as many as there are. Pairs of two copies of a
/// stimulus do not count (see ResampledComparison for comparisons without a weighted form). With both, the
/// variance is dual_bootstrap_variance() (Schuett et al. 2023, doi:10.7554/eLife.82566). Draws with fewer
/// than 3 different stimuli are drawn again.
///
/// Draw b depends on the seed and b only: draws of another comparison or reference with as many stimuli and
/// subjects are the same, and the bits of the result do not depend on threads (it uses those of the current
/// task arena). `progress` is called from the calling thread. Throws what shape_of(), check_bootstrap(),
/// OrderedRdm and `progress` throw.
[[nodiscard]] InferenceResult infer(const Comparison& comparison, std::span<const OrderedRdm> models,
                                    std::span<const OrderedRdm> subjects, const BootstrapOptions& options,
                                    const Progress& progress = {});

/// The same; orders the RDMs first (ordered() keeps that for several calls).
[[nodiscard]] InferenceResult infer(const Comparison& comparison, std::span<const Rdm> models,
                                    std::span<const Rdm> subjects, const BootstrapOptions& options,
                                    const Progress& progress = {});

}  // namespace homolog::experiments
