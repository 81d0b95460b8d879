#pragma once

#include <fstream>
#include <functional>
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

/// A triangular RDM file's content as row-major square matrix, for comparison.
inline std::vector<double> square(const std::vector<double>& pairs, std::size_t n) {
  std::vector<double> matrix(n * n, 0.0);
  std::size_t k = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      matrix[i * n + j] = matrix[j * n + i] = pairs[k++];
    }
  }
  return matrix;
}

}  // namespace homolog::test
