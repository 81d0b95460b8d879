#include "experiments/rsa_time/cell_bootstrap.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "experiments/recording/results_file.hpp"
#include "experiments/rsa/inference/bootstrap_variance.hpp"
#include "experiments/rsa/inference/draws.hpp"
#include "experiments/rsa/inference/resampled_comparison.hpp"

namespace homolog::experiments {
namespace {

constexpr std::size_t kDrawsAtOnce = 16;                        // their cells are kept until all are added
constexpr std::size_t kRowsAtOnce = 8;                          // of one task, with the data as they are
constexpr std::size_t kTasksAtOnce = 32;                        // between reports
constexpr std::size_t kBytesOfColumns = std::size_t{1} << 26U;  // of a draw
constexpr std::size_t kMostCells = std::size_t{1} << 17U;
constexpr std::uint64_t kBytesAtOnce = std::uint64_t{1} << 32U;  // of draws or tasks at work
constexpr std::uint64_t kBytesOfColumnPair = 20;                 // values, their order, and a matrix
constexpr std::uint64_t kBytesOfRowPairs = kRowsAtOnce * 2 * sizeof(double);

using Multiplicities = std::vector<std::uint32_t>;
using Cells = std::vector<double>;

std::vector<SampledPairs> ready_columns(const ResampledComparison& resampled, const CellGrid& grid) {
  std::vector<SampledPairs> columns;
  columns.reserve(grid.columns.size());
  for (const OrderedRdm& column : grid.columns) {
    columns.push_back(resampled.ready(column));
  }
  return columns;
}

/// Row k of the grid; one that is a column too is ready already, and ranks take much longer than a copy.
SampledPairs ready_row(const ResampledComparison& resampled, const CellGrid& grid, std::size_t k,
                       std::span<const SampledPairs> columns) {
  const auto column = std::find_if(grid.columns.begin(), grid.columns.end(),
                                   [&](const OrderedRdm& rdm) { return &rdm == grid.rows[k]; });
  return column == grid.columns.end() ? resampled.ready(*grid.rows[k])
                                      : columns[static_cast<std::size_t>(column - grid.columns.begin())];
}

/// Rows [first, last) with every RDM of the columns, [rows, columns * subjects].
Cells compare_rows(const ResampledComparison& resampled, const CellGrid& grid, std::size_t first,
                   std::size_t last, std::span<const SampledPairs> columns) {
  return resampled.compare(
      last - first, [&](std::size_t k) { return ready_row(resampled, grid, first + k, columns); }, columns);
}

/// How many of `most` that need so many bytes each may be at work together: one at least. The result is the
/// same for any number.
std::size_t at_once(std::size_t most, std::uint64_t bytes_each) {
  return static_cast<std::size_t>(
      std::clamp<std::uint64_t>(kBytesAtOnce / std::max<std::uint64_t>(bytes_each, 1), 1, most));
}

/// With the data as they are.
Cells compare_all(const Comparison& comparison, const CellGrid& grid, const Progress& progress) {
  const Multiplicities once(grid.rows.front()->n(), 1);
  const ResampledComparison resampled(comparison, once);
  const std::vector<SampledPairs> columns = ready_columns(resampled, grid);
  const std::size_t rows = grid.rows.size();
  Cells all(rows * columns.size());
  const auto task = [&](std::size_t number) {
    const std::size_t first = number * kRowsAtOnce;
    const Cells part = compare_rows(resampled, grid, first, std::min(first + kRowsAtOnce, rows), columns);
    std::copy(part.begin(), part.end(), all.begin() + static_cast<std::ptrdiff_t>(first * columns.size()));
  };
  const std::size_t tasks = (rows + kRowsAtOnce - 1) / kRowsAtOnce;
  const std::size_t step = at_once(kTasksAtOnce, kBytesOfRowPairs * Rdm::pair_count(grid.rows.front()->n()));
  for (std::size_t first = 0; first < tasks; first += step) {
    report(progress, static_cast<double>(first) / static_cast<double>(tasks));
    tbb::parallel_for(first, std::min(first + step, tasks), task);
  }
  return all;
}

/// [rows, columns] of [rows, columns, subjects]; subject s counts copies[s] times.
Cells over_subjects(std::span<const double> values, std::span<const std::uint32_t> copies) {
  Cells cells(values.size() / copies.size());
  for (std::size_t k = 0; k < cells.size(); ++k) {
    cells[k] = mean_over(values.subspan(k * copies.size(), copies.size()), copies);
  }
  return cells;
}

/// Variance of every cell over draws that come one after the other (Welford 1962,
/// doi:10.1080/00401706.1962.10490022). NaN is left out.
class Variances {
 public:
  explicit Variances(std::size_t cells) : count_(cells), mean_(cells), squares_(cells) {}

  /// Adds the draws' cells in their order.
  void add(std::span<const Cells* const> draws) {
    tbb::parallel_for(std::size_t{0}, count_.size(), [&](std::size_t k) {
      for (const Cells* cells : draws) {
        const double value = (*cells)[k];
        if (std::isnan(value)) {
          continue;
        }
        count_[k] += 1.0;
        const double before = value - mean_[k];
        mean_[k] += before / count_[k];
        squares_[k] += before * (value - mean_[k]);
      }
    });
  }
  /// NaN with fewer than two draws.
  [[nodiscard]] double of(std::size_t cell) const {
    return count_[cell] < 2.0 ? kNotComputed : squares_[cell] / (count_[cell] - 1.0);
  }

 private:
  std::vector<double> count_, mean_, squares_;
};

/// The values of one draw by way of drawing.
struct DrawnCells {
  Cells subjects{}, stimuli{}, both{};
};

class CellBootstrap {
 public:
  CellBootstrap(const Comparison& comparison, const CellGrid& grid, const BootstrapOptions& options)
      : comparison_(comparison),
        grid_(grid),
        options_(options),
        n_(grid.rows.front()->n()),
        of_subjects_(options.subjects && grid.subjects > 1),
        every_subject_(grid.subjects, 1),
        subjects_(of_subjects_ ? grid.cells() : 0),
        stimuli_(options.stimuli ? grid.cells() : 0),
        both_(of_subjects_ && options.stimuli ? grid.cells() : 0) {
    if (of_subjects_) {
      data_ = compare_all(comparison, grid, {});
    }
  }

  void draw(const Progress& progress) {
    const std::uint64_t bytes_of_draw =
        (kBytesOfColumnPair * grid_.columns.size() + kBytesOfRowPairs) * Rdm::pair_count(n_);
    const std::size_t step = at_once(kDrawsAtOnce, bytes_of_draw);
    for (std::size_t first = 0; first < options_.samples; first += step) {
      report(progress, static_cast<double>(first) / static_cast<double>(options_.samples));
      std::vector<DrawnCells> draws(std::min(step, options_.samples - first));
      tbb::parallel_for(std::size_t{0}, draws.size(),
                        [&](std::size_t k) { draws[k] = drawn(static_cast<std::uint32_t>(first + k)); });
      add(draws, &DrawnCells::subjects, subjects_);
      add(draws, &DrawnCells::stimuli, stimuli_);
      add(draws, &DrawnCells::both, both_);
    }
    report(progress, 1.0);
  }

  [[nodiscard]] CellErrors errors() const {
    CellErrors result{.standard_error = Cells(grid_.cells()), .dof = degrees_of_freedom()};
    for (std::size_t k = 0; k < result.standard_error.size(); ++k) {
      result.standard_error[k] = std::sqrt(variance(k));
    }
    return result;
  }

 private:
  [[nodiscard]] DrawnCells drawn(std::uint32_t draw) const {
    DrawnCells cells;
    Multiplicities copies;
    if (of_subjects_) {
      copies =
          multiplicities(grid_.subjects, {.seed = options_.seed, .purpose = Purpose::subjects, .draw = draw});
      cells.subjects = over_subjects(data_, copies);
    }
    if (options_.stimuli) {
      const AcceptedDraw accepted = multiplicities_with(
          kLeastStimuli, n_, {.seed = options_.seed, .purpose = Purpose::stimuli, .draw = draw});
      const ResampledComparison resampled(comparison_, accepted.multiplicities);
      const Cells values =
          compare_rows(resampled, grid_, 0, grid_.rows.size(), ready_columns(resampled, grid_));
      cells.stimuli = over_subjects(values, every_subject_);
      if (of_subjects_) {
        cells.both = over_subjects(values, copies);
      }
    }
    return cells;
  }

  static void add(std::span<const DrawnCells> draws, Cells DrawnCells::*way, Variances& variances) {
    std::vector<const Cells*> cells;
    for (const DrawnCells& draw : draws) {
      cells.push_back(&(draw.*way));
    }
    variances.add(cells);
  }

  [[nodiscard]] double variance(std::size_t cell) const {
    if (of_subjects_ && options_.stimuli) {
      return dual_bootstrap_variance(
          {.both = both_.of(cell), .subjects = subjects_.of(cell), .stimuli = stimuli_.of(cell)},
          grid_.subjects, n_);
    }
    return options_.stimuli ? single_bootstrap_variance(stimuli_.of(cell), n_)
                            : single_bootstrap_variance(subjects_.of(cell), grid_.subjects);
  }

  [[nodiscard]] double degrees_of_freedom() const {
    const std::size_t subjects = of_subjects_ ? grid_.subjects : n_;
    const std::size_t stimuli = options_.stimuli ? n_ : subjects;
    return static_cast<double>(std::min(subjects, stimuli)) - 1.0;
  }

  const Comparison& comparison_;
  const CellGrid& grid_;
  const BootstrapOptions& options_;
  std::size_t n_;
  bool of_subjects_;
  Multiplicities every_subject_;
  Cells data_{};  // [rows, columns, subjects], if subjects are drawn
  Variances subjects_, stimuli_, both_;
};

}  // namespace

std::size_t columns_at_once(std::size_t rows, std::size_t subjects, std::size_t stimuli) {
  const std::size_t of_column = kBytesOfColumnPair * Rdm::pair_count(stimuli) * subjects;
  return std::max<std::size_t>(std::min(kBytesOfColumns / of_column, kMostCells / rows), 1);
}

std::vector<double> cell_values(const Comparison& comparison, const CellGrid& grid,
                                const Progress& progress) {
  return over_subjects(compare_all(comparison, grid, progress), Multiplicities(grid.subjects, 1));
}

CellErrors cell_errors(const Comparison& comparison, const CellGrid& grid, const BootstrapOptions& options,
                       const Progress& progress) {
  CellBootstrap bootstrap(comparison, grid, options);
  bootstrap.draw(progress);
  return bootstrap.errors();
}

}  // namespace homolog::experiments
