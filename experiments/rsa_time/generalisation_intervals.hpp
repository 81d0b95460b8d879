#pragma once

#include <cstddef>

#include "experiments/rsa/comparison.hpp"

namespace homolog::experiments {

/// `generalisation_intervals:` of the analysis.
enum class MatrixIntervals {
  automatic,  ///< those that affordable() allows
  always,
  never,
};

/// Generalisation matrices of one kind, of all layers together.
struct MatrixSize {
  std::size_t rows = 0;     ///< windows of all layers
  std::size_t columns = 0;  ///< windows, or times of the reference
  std::size_t subjects = 1;
  std::size_t stimuli = 0;
  std::size_t samples = 0;  ///< draws of the bootstrap
};

/// Multiply-adds of all comparisons in all draws: rows x columns x subjects x samples x expected pairs of
/// different stimuli in a draw, 0.4 n (n - 1) / 2 (a stimulus is drawn with probability 1 - 1/e).
[[nodiscard]] double multiply_adds(const MatrixSize& size);

/// Whether all cells of a draw are one matrix product: the comparison is a function of an inner product in a
/// draw (WeightedForm::normalise).
[[nodiscard]] bool is_matrix_product(const Comparison& comparison);

/// Whether intervals are computed without being asked for: is_matrix_product(), with at most
/// kMostMultiplyAdds.
[[nodiscard]] bool affordable(const Comparison& comparison, const MatrixSize& size);
inline constexpr double kMostMultiplyAdds = 5e12;

}  // namespace homolog::experiments
