#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

namespace homolog::experiments {

/// What a network gives each choice for each stimulus, [stimulus, choice]: the larger, the likelier.
using Scores = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Scores of a network's classes themselves; `readout` is [stimulus, class].
[[nodiscard]] Scores class_scores(std::span<const float> readout, std::size_t stimuli);

/// Scores of categories of classes, e.g. 16 of ImageNet's 1000: the logarithm of the mean, over a category's
/// classes, of the softmax of the readout (but for a constant per stimulus), as Geirhos et al. 2021
/// (arXiv:2106.07411) decide. `category_of` has each class's category, or -1 for none. A category without
/// classes is never chosen
/// (-infinity).
[[nodiscard]] Scores category_scores(std::span<const float> readout, std::size_t stimuli,
                                     std::span<const std::int64_t> category_of, std::size_t categories);

/// The choice with the largest score, the lowest among equals; per stimulus.
[[nodiscard]] std::vector<std::int64_t> decisions(const Scores& scores);

/// 1 where the choice is the label, else 0.
[[nodiscard]] std::vector<double> correctness(std::span<const std::int64_t> choices,
                                              std::span<const std::int64_t> labels);

}  // namespace homolog::experiments
