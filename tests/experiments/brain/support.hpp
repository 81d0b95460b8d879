#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "experiments/brain/rdm_file.hpp"
#include "sim/core/error.hpp"
#include "tests/support/paths.hpp"

namespace homolog::test {

/// A file that make_fixtures.py made.
inline std::string fixture(const std::string& name) {
  return source_path("tests/experiments/brain/fixtures/" + name);
}

/// The message of the Error(data) that `act` throws, or what went wrong.
inline std::string data_error(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.kind() == ErrorKind::data ? error.what() : std::string("another kind: ") + error.what();
  }
  return "nothing was thrown";
}

/// Writes bytes to a new file of the test's own folder; returns its path.
inline std::string file_with(const std::string& bytes, const std::string& name = "file") {
  const std::string path = fresh_folder(name) + "/" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

/// A whole file.
inline std::string bytes_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A row of fixtures/expected.txt, which NumPy and SciPy computed.
inline std::vector<double> expected(const std::string& name) {
  std::ifstream file(fixture("expected.txt"));
  std::string key;
  std::size_t count = 0;
  while (file >> key >> count) {
    std::vector<double> values;
    for (std::string text; values.size() < count && file >> text;) {
      values.push_back(std::stod(text));  // knows nan, which >> does not
    }
    if (key == name) {
      return values;
    }
  }
  ADD_FAILURE() << "no " << name << " in expected.txt";
  return {};
}

/// Equal element by element, NaN where NaN is expected.
inline void expect_equal(const std::vector<double>& values, const std::vector<double>& wanted,
                         double tolerance = 0.0) {
  ASSERT_EQ(values.size(), wanted.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(wanted[i])) {
      EXPECT_TRUE(std::isnan(values[i])) << "at " << i;
    } else {
      EXPECT_NEAR(values[i], wanted[i], tolerance) << "at " << i;
    }
  }
}

}  // namespace homolog::test
