#pragma once

#include <span>
#include <vector>

namespace homolog::experiments {

// Adjusted p values of a family of tests: reject those that are at most alpha. NaN (a test that could not be
// made) stays NaN and does not count. Values outside of [0, 1] throw Error(internal).

/// min(1, m p) for m tests: the probability of any false rejection is at most alpha.
[[nodiscard]] std::vector<double> bonferroni(std::span<const double> p);

/// False discovery rate: min over p_(j) >= p of min(1, m p_(j) / j), p_(j) the j-th smallest of m. The
/// expected share of false ones among the rejected is at most alpha if tests are independent or positively
/// dependent (Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x).
[[nodiscard]] std::vector<double> benjamini_hochberg(std::span<const double> p);

}  // namespace homolog::experiments
