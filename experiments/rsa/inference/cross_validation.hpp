#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "experiments/rsa/inference/bootstrap.hpp"
#include "experiments/rsa/inference/flexible_model.hpp"

namespace homolog::experiments {

/// Default number of folds over n stimuli: 2 below 12, 3 below 24, 4 below 40, else 5; so that each fold has
/// at least 3 for n >= 6. In a bootstrap n is the expected number of different ones, (1 - 1/e) of all.
[[nodiscard]] std::size_t default_stimulus_folds(double n);
/// Over subjects: 1 for one subject, 2 below 6, 3 below 12, 4 below 20, else 5.
[[nodiscard]] std::size_t default_subject_folds(double n);

struct CrossValidationOptions {
  std::size_t stimulus_folds = 0;  ///< 0: the default; else at least 2
  std::size_t subject_folds =
      0;  ///< 0: the default; 1: models are fitted to the subjects they are tested with
  /// Assignments to folds that the value is the mean of.
  std::size_t repeats = 20;
  std::uint64_t seed = 0;
};

struct CrossValidation {
  std::vector<double> values{};  ///< one per model
  NoiseCeiling ceiling{};        ///< of the folds; low is NaN with one fold of subjects
};

/// Values of models with parameters: fitted to training stimuli and subjects, compared with the subjects left
/// out on the stimuli left out.
///
/// Stimuli and subjects are dealt to folds of equal size (up to 1) at random. For stimulus fold f and subject
/// fold g: fit() on the other stimuli and the other subjects, predict() for the stimuli of f, compare() with
/// each subject of g. The value is the mean over f and over subjects. The noise ceiling of a fold: low
/// compares the pooled RDM of the other subjects, high that of all, on the stimuli of f, with each subject of
/// g (rsatoolbox pools before it leaves stimuli out; for ranks that is another pooled RDM).
///
/// Throws Error(data) unless there are a model, a subject, the same stimuli in all RDMs, at least 3 stimuli
/// per fold and one subject per fold; Error(config) for options out of range.
[[nodiscard]] CrossValidation cross_validate(const Comparison& comparison,
                                             std::span<const FlexibleModel> models,
                                             std::span<const OrderedRdm> subjects,
                                             const CrossValidationOptions& options);

struct FlexibleOptions {
  BootstrapOptions bootstrap{};         ///< its seed is used for folds as well
  CrossValidationOptions validation{};  ///< its seed is not used
  std::size_t repeats = 2;              ///< assignments to folds in every draw, 2 to 100
};

/// What check_bootstrap() needs to know of a bootstrap of models with parameters, each draw of which is
/// crossvalidated `repeats` times.
[[nodiscard]] BootstrapShape memory_shape(BootstrapShape shape, std::size_t repeats);

/// infer() for models with parameters: cross_validate() in every draw. Copies of a stimulus or a subject are
/// in the same fold. The variance that chance assignments to folds add is removed (replicate_variance()).
/// Draws with fewer than 3 different stimuli per fold or fewer different subjects than folds are drawn again.
///
/// Subjects are drawn if there are at least 4 (with the default folds); with fewer only stimuli are.
/// Throws as cross_validate() and infer() do, and Error(data) if a draw is not expected to have enough
/// different stimuli: below 10 stimuli with the default folds.
[[nodiscard]] InferenceResult infer(const Comparison& comparison, std::span<const FlexibleModel> models,
                                    std::span<const OrderedRdm> subjects, const FlexibleOptions& options,
                                    const Progress& progress = {});

}  // namespace homolog::experiments
