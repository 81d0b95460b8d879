#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "experiments/rsa/inference/bootstrap_variance.hpp"
#include "experiments/rsa/noise_ceiling.hpp"

namespace homolog::experiments {

/// What inference says of one model. NaN where the value is not defined.
struct ModelInference {
  double value = 0.0;           ///< with the data as they are: mean over subjects
  double standard_error = 0.0;  ///< over new samples of the resampled dimensions
  double ci_low = 0.0;          ///< value -+ t standard_error
  double ci_high = 0.0;
  double p_above_zero = 0.0;  ///< one-sided t test: is the value greater than 0?
  double p_below_ceiling =
      0.0;                ///< one-sided t test: is it below the lower noise ceiling? NaN without ceiling
  std::size_t draws = 0;  ///< draws in which the value is defined
};

/// Two models, first < second.
struct ModelDifference {
  std::size_t first = 0;
  std::size_t second = 0;
  double difference = 0.0;  ///< value of the first minus that of the second
  double standard_error = 0.0;
  double p = 0.0;  ///< two-sided t test: do they differ?
};

/// p values are not corrected for their number (corrections.hpp).
struct InferenceResult {
  std::vector<ModelInference> models{};
  std::vector<ModelDifference> differences{};  ///< of every two models: (0, 1), (0, 2), ..., (1, 2), ...
  NoiseCeiling ceiling{};                      ///< with the data as they are
  NoiseCeiling ceiling_error{};                ///< standard errors of the two
  double dof = 0.0;                            ///< degrees of freedom of all t tests
  bool stimuli = false;                        ///< resampled
  bool subjects = false;                       ///< resampled
  std::size_t redrawn = 0;                     ///< draws that had too few different stimuli or subjects
};

/// The result that follows from values and their replicates. Columns: the models, the lower and the upper
/// noise ceiling. dof is min(subjects, stimuli) - 1 over the dimensions that are resampled. The result's
/// `redrawn` is left 0. `differences`: of every two models, whose number grows with its square.
[[nodiscard]] InferenceResult infer_from(std::span<const double> values, const NoiseCeiling& ceiling,
                                         const BootstrapReplicates& replicates, double level,
                                         bool differences = true);

}  // namespace homolog::experiments
