#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>

#include "experiments/behaviour/decisions.hpp"

namespace homolog::experiments {

/// Rates of right choices in binary tasks, [stimulus, object]: how often the stimulus's own object is chosen
/// when the other choice is this object. NaN for its own object and for what was not asked.
using Choices = Eigen::MatrixXd;

/// Choices of a network: p_t / (p_t + p_d), where p is the softmax of its scores, t the stimulus's own object
/// (`labels`) and d the other, for every object d that some stimulus has; as Brain-Score takes a model's.
[[nodiscard]] Choices binary_choices(const Scores& scores, std::span<const std::int64_t> labels);

/// Image-level sensitivity for each stimulus and distractor, normalised: I2n of Rajalingham et al. 2018,
/// doi:10.1523/JNEUROSCI.0388-18.2018. [stimulus, object], NaN where `choices` is.
///
///   d'(i, d) = z(hit rate) - z(false alarm rate), limited to [-5, 5]
///   hit rate           choices(i, d)
///   false alarm rate   mean over stimuli j of object d of 1 - choices(j, object of i)
///   I2n(i, d)          d'(i, d) less its mean over the stimuli of i's object, with the same d
///
/// z is the inverse of the normal distribution; z(1) - z(1) counts as 0. NaN also if no stimulus of object d
/// was asked against i's object. (Rajalingham et al. take false alarms over all distractor images; by object
/// is Brain-Score's way.)
[[nodiscard]] Eigen::MatrixXd image_level_i2n(const Choices& choices, std::span<const std::int64_t> labels);

/// Pearson's r over all entries that both have; NaN with fewer than 3, or if one is constant there.
[[nodiscard]] double image_level_correlation(const Eigen::MatrixXd& first, const Eigen::MatrixXd& second);

}  // namespace homolog::experiments
