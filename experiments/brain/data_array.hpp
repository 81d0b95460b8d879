#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "experiments/brain/rdm_file.hpp"

namespace homolog::experiments {

/// Largest array that a file may make us read: 4 GiB of doubles.
inline constexpr std::size_t kMostArrayValues = std::size_t{1} << 29U;
/// Most names that a message lists.
inline constexpr std::size_t kMostListed = 10;

/// Numbers of a file, whatever its format.
struct DataArray {
  /// Extents in the order in which the file's own language writes subscripts: NumPy's a.shape, MATLAB's
  /// size(a), the rows and columns of a table.
  std::vector<std::size_t> dims{};
  std::vector<double> values{};             ///< row-major: the last subscript changes fastest
  bool matlab = false;                      ///< of a MATLAB file, whose habit is [n, n, subjects]
  std::vector<std::string> row_names{};     ///< first column of a CSV file, if it names the rows
  std::vector<std::string> column_names{};  ///< first line of a CSV file, if it names the columns
};

/// "2x3"; "a scalar" without axes.
[[nodiscard]] std::string shape_text(const std::vector<std::size_t>& dims);

/// "dataset NAME", or "the array" where no name is needed.
[[nodiscard]] std::string array_text(const BrainSource& source);

/// "a, b, c, ...": at most kMostListed names.
[[nodiscard]] std::string listed(const std::vector<std::string>& names);

/// The only one of `names`; throws Error(data) listing them if there are none or several. `what`: what they
/// are.
[[nodiscard]] std::string only_one(const std::vector<std::string>& names, const std::string& what,
                                   const std::string& file);

/// Product of extents; throws Error(data) if it is above kMostArrayValues.
[[nodiscard]] std::size_t checked_values(const std::vector<std::size_t>& dims, const BrainSource& source);

/// The values of an array stored with its first subscript changing fastest, in row-major order.
[[nodiscard]] std::vector<double> row_major(const std::vector<std::size_t>& dims,
                                            const std::vector<double>& column_major);

/// Arrays of equal extents as one with a new first axis; one array alone stays as it is. Throws Error(data)
/// if the extents differ or there is none.
[[nodiscard]] DataArray stacked(std::vector<DataArray> arrays, const BrainSource& source);

/// A number as an id: whole numbers without a point, others with the fewest digits that read back the same.
[[nodiscard]] std::string number_id(double value);

}  // namespace homolog::experiments
