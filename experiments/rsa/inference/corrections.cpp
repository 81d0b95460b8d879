#include "experiments/rsa/inference/corrections.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

/// Places of those that are not NaN, by ascending p.
std::vector<std::size_t> tests_by_p(std::span<const double> p) {
  std::vector<std::size_t> tests;
  for (std::size_t k = 0; k < p.size(); ++k) {
    if (std::isnan(p[k])) {
      continue;
    }
    if (p[k] < 0.0 || p[k] > 1.0) {
      throw Error(ErrorKind::internal, "a p value is not between 0 and 1");
    }
    tests.push_back(k);
  }
  std::stable_sort(tests.begin(), tests.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  return tests;
}

}  // namespace

std::vector<double> bonferroni(std::span<const double> p) {
  const auto count = static_cast<double>(tests_by_p(p).size());
  std::vector<double> adjusted(p.begin(), p.end());
  for (double& value : adjusted) {
    value = std::isnan(value) ? value : std::min(1.0, count * value);
  }
  return adjusted;
}

std::vector<double> benjamini_hochberg(std::span<const double> p) {
  const std::vector<std::size_t> tests = tests_by_p(p);
  const auto count = static_cast<double>(tests.size());
  std::vector<double> adjusted(p.begin(), p.end());
  double least = 1.0;
  for (std::size_t rank = tests.size(); rank > 0; --rank) {
    const std::size_t test = tests[rank - 1];
    least = std::min(least, count * p[test] / static_cast<double>(rank));
    adjusted[test] = least;
  }
  return adjusted;
}

}  // namespace homolog::experiments
