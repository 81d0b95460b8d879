#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/ordered_rdm.hpp"
#include "experiments/rsa/inference/weighted_forms.hpp"
#include "experiments/rsa/rdm.hpp"
#include "experiments/rsa/statistics.hpp"
#include "tests/experiments/rsa/support.hpp"

namespace homolog::test {

/// The expected values of make_inference_fixtures.py.
inline const std::map<std::string, Table>& inference_tables() {
  static const std::map<std::string, Table> tables = read_tables("inference_fixtures.txt");
  return tables;
}

inline std::vector<double> row(const Table& table, std::size_t k) {
  const auto first = table.values.begin() + static_cast<std::ptrdiff_t>(k * table.columns);
  return {first, first + static_cast<std::ptrdiff_t>(table.columns)};
}

inline std::vector<std::uint32_t> counts(const Table& table, std::size_t k) {
  const std::vector<double> values = row(table, k);
  return {values.begin(), values.end()};
}

/// Each row an RDM of n stimuli.
inline std::vector<experiments::Rdm> rdms_of(const std::string& name, std::size_t n) {
  const Table& table = inference_tables().at(name);
  std::vector<experiments::Rdm> rdms;
  for (std::size_t k = 0; k < table.rows; ++k) {
    rdms.emplace_back(n, row(table, k));
  }
  return rdms;
}

/// `count` RDMs of n stimuli that share something, with ties: shared values and noise are multiples of 1/8.
inline std::vector<experiments::Rdm> random_rdms(std::size_t count, std::size_t n, unsigned seed,
                                                 int shared_values = 8, int noise_values = 8) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> draw_shared(1, shared_values);
  std::uniform_int_distribution<int> draw_noise(1, noise_values);
  std::vector<double> shared(experiments::Rdm::pair_count(n));
  for (double& value : shared) {
    value = 0.125 * draw_shared(random);
  }
  std::vector<experiments::Rdm> rdms;
  for (std::size_t k = 0; k < count; ++k) {
    std::vector<double> pairs = shared;
    for (double& value : pairs) {
      value += 0.125 * draw_noise(random);
    }
    rdms.emplace_back(n, pairs);
  }
  return rdms;
}

}  // namespace homolog::test
