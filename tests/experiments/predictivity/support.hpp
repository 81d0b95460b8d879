#pragma once

#include <Eigen/Core>
#include <fstream>
#include <map>
#include <string>

#include "tests/support/paths.hpp"

namespace homolog::test {

/// Matrices of expected values, from make_fixtures.py of `folder`, by name.
inline std::map<std::string, Eigen::MatrixXd> read_matrices(const std::string& folder) {
  std::ifstream file(source_path(folder + "/fixtures.txt"));
  std::map<std::string, Eigen::MatrixXd> matrices;
  std::string name;
  Eigen::Index rows = 0;
  Eigen::Index columns = 0;
  while (file >> name >> rows >> columns) {
    Eigen::MatrixXd matrix(rows, columns);
    for (Eigen::Index i = 0; i < rows; ++i) {
      for (Eigen::Index j = 0; j < columns; ++j) {
        std::string value;  // the stream's own reader of numbers knows no "nan"
        file >> value;
        matrix(i, j) = std::stod(value);
      }
    }
    matrices[name] = matrix;
  }
  return matrices;
}

}  // namespace homolog::test
