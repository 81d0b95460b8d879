#pragma once

#include <cmath>
#include <random>
#include <vector>

#include "experiments/rsa/rdm.hpp"

namespace homolog::test {

/// [stimulus][feature]: stimuli drawn from a population.
using Patterns = std::vector<std::vector<double>>;

/// Independent normal features.
inline Patterns normal_patterns(std::size_t stimuli, std::size_t features, std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  Patterns patterns(stimuli, std::vector<double>(features));
  for (std::vector<double>& pattern : patterns) {
    for (double& feature : pattern) {
      feature = normal(random);
    }
  }
  return patterns;
}

/// share * a + sqrt(1 - share^2) * b: its features correlate with those of a by `share`.
inline Patterns mixed(const Patterns& a, const Patterns& b, double share) {
  Patterns patterns = a;
  const double rest = std::sqrt(1.0 - share * share);
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t f = 0; f < a[i].size(); ++f) {
      patterns[i][f] = share * a[i][f] + rest * b[i][f];
    }
  }
  return patterns;
}

/// Squared Euclidean distances. Where features of two such RDMs are normal and correlate by r, the distances
/// correlate by r^2 over the population of pairs (the correlation of squares of two normal variables).
inline experiments::Rdm squared_distances(const Patterns& patterns) {
  std::vector<double> pairs;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    for (std::size_t j = i + 1; j < patterns.size(); ++j) {
      double sum = 0.0;
      for (std::size_t f = 0; f < patterns[i].size(); ++f) {
        sum += (patterns[i][f] - patterns[j][f]) * (patterns[i][f] - patterns[j][f]);
      }
      pairs.push_back(sum);
    }
  }
  return {patterns.size(), std::move(pairs)};
}

}  // namespace homolog::test
