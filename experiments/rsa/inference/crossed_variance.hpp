#pragma once

#include <cstddef>
#include <span>

namespace homolog::experiments {

/// n / (n - 1): the plug-in variance of a mean of n is too small by its reciprocal. n is at least 2.
[[nodiscard]] double small_sample_factor(std::size_t n);

/// The variance of a value over new things in each of k crossed dimensions (subjects and stimuli, say), from
/// its variances v over bootstrap draws. Element s - 1 of `draws` [2^k - 1] is over draws of the dimensions
/// whose bits are set in s; `sizes` [k] says how many things each has, at least 2.
///
/// With f_d = n_d / (n_d - 1) and e_U = sum over W in U of (-1)^(|U| - |W|) v_W, what drawing U adds to
/// drawing fewer,
///
///     sum over U of (-1)^(|U| + 1) e_U times the product of f_d over U,
///
/// with several dimensions not less than any f_d v_d, and then not more than v of all. For two dimensions
/// this is the dual bootstrap of Schuett et al. 2023 (eLife 12:e82566, doi:10.7554/eLife.82566). It is exact
/// in the mean for means of crossed random effects: there f_U e_U is the sum of the variances of all
/// interactions that include U, so that the sum over U counts each once (docs/rsa-inference.md). NaN if any v
/// is.
[[nodiscard]] double crossed_bootstrap_variance(std::span<const double> draws,
                                                std::span<const std::size_t> sizes);

}  // namespace homolog::experiments
