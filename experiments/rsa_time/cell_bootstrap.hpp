#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/bootstrap.hpp"
#include "experiments/rsa/inference/ordered_rdm.hpp"
#include "experiments/rsa/progress.hpp"

namespace homolog::experiments {

/// Every row is compared with every column; a column is one RDM for each subject. All RDMs are of the same
/// stimuli. The value of a cell is the mean over subjects. A row that is an element of the columns itself
/// (not a copy) takes less time.
struct CellGrid {
  std::span<const OrderedRdm* const> rows{};
  std::span<const OrderedRdm> columns{};  ///< [columns, subjects]
  std::size_t subjects = 1;

  [[nodiscard]] std::size_t column_count() const { return columns.size() / subjects; }
  [[nodiscard]] std::size_t cells() const { return rows.size() * column_count(); }
};

/// Columns that may be put into one grid, so that what a draw and all cells hold stays within some 64 MiB
/// each, as far as one column does. At least 1.
[[nodiscard]] std::size_t columns_at_once(std::size_t rows, std::size_t subjects, std::size_t stimuli);

/// Values with the data as they are, [rows, columns]. Uses the threads of the current task arena.
[[nodiscard]] std::vector<double> cell_values(const Comparison& comparison, const CellGrid& grid,
                                              const Progress& progress = {});

struct CellErrors {
  std::vector<double> standard_error{};  ///< [rows, columns]; NaN where the value is not defined in the draws
  double dof = 0.0;                      ///< degrees of freedom of t tests and intervals
};

/// Standard errors as those of infer(): the same draws, and the same variance of each cell over them. Here a
/// draw makes all rows and columns ready once, and nothing is kept of it but what it adds to the variances:
/// memory does not grow with samples. Does not depend on threads; those of the current task arena are used.
/// At least one row and column; options are checked by check_bootstrap(). Throws what `progress` throws.
[[nodiscard]] CellErrors cell_errors(const Comparison& comparison, const CellGrid& grid,
                                     const BootstrapOptions& options, const Progress& progress);

}  // namespace homolog::experiments
