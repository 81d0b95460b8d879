#pragma once

#include <gtest/gtest.h>
#include <tbb/task_arena.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "experiments/rsa/inference/ordered_rdm.hpp"
#include "experiments/rsa/inference/pair_sample.hpp"
#include "tests/experiments/rsa/support.hpp"

namespace homolog::test {

inline constexpr std::size_t kFixtureStimuli = 9;

/// Least squares of 36 pairs in double, once by QR and once by LAPACK's SVD: some hundred roundings of 1e-16.
inline constexpr double kRegression = 1e-12;

/// The expected values of make_fixtures.py.
inline const Table& fixture(const std::string& name) {
  static const std::map<std::string, Table> tables = read_tables("../fusion/fixtures.txt");
  return tables.at(name);
}

inline std::vector<double> fixture_row(const std::string& name, std::size_t k) {
  const Table& table = fixture(name);
  const auto first = table.values.begin() + static_cast<std::ptrdiff_t>(k * table.columns);
  return {first, first + static_cast<std::ptrdiff_t>(table.columns)};
}

/// Each row an RDM.
inline std::vector<experiments::OrderedRdm> fixture_rdms(const std::string& name) {
  std::vector<experiments::OrderedRdm> rdms;
  for (std::size_t k = 0; k < fixture(name).rows; ++k) {
    rdms.emplace_back(experiments::Rdm(kFixtureStimuli, fixture_row(name, k)));
  }
  return rdms;
}

/// Of the fixtures: every stimulus once, or the draw.
inline experiments::PairSample fixture_sample(bool drawn) {
  std::vector<std::uint32_t> copies(kFixtureStimuli, 1);
  if (drawn) {
    const std::vector<double> draw = fixture_row("draw", 0);
    copies.assign(draw.begin(), draw.end());
  }
  return {copies, experiments::Copies::dropped};
}

/// An RDM of random numbers.
inline experiments::OrderedRdm random_rdm(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> draw(0.0, 1.0);
  experiments::Rdm rdm(n);
  for (double& value : rdm.pairs()) {
    value = draw(random);
  }
  return experiments::OrderedRdm(rdm);
}

inline experiments::OrderedRdm constant_rdm(std::size_t n) {
  return experiments::OrderedRdm(
      experiments::Rdm(n, std::vector<double>(experiments::Rdm::pair_count(n), 1.0)));
}

/// The same with a number of threads.
template <class Work>
auto with_threads(int threads, const Work& work) {
  tbb::task_arena arena(threads);
  return arena.execute(work);
}

}  // namespace homolog::test
