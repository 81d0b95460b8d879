#include "experiments/rsa_time/generalisation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "experiments/rsa/inference/corrections.hpp"
#include "experiments/rsa/inference/student_t.hpp"
#include "experiments/rsa_time/cell_bootstrap.hpp"
#include "experiments/rsa_time/reference_times.hpp"

namespace homolog::experiments {
namespace {

/// Where the cells of a grid belong.
struct Places {
  struct Row {
    Generalisation* matrix = nullptr;
    std::size_t window = 0;
  };
  std::vector<Row> rows{};             ///< of the grid's rows
  std::vector<std::size_t> columns{};  ///< of the grid's columns in the matrices
  std::size_t width = 0;               ///< columns of the matrices
};

void fill(const Comparison& comparison, const CellGrid& grid,
          const std::optional<BootstrapOptions>& bootstrap, const Places& places, const Progress& progress) {
  const std::size_t columns = places.columns.size();
  const double share_of_values = bootstrap ? 1.0 / static_cast<double>(bootstrap->samples) : 1.0;
  const std::vector<double> values = cell_values(comparison, grid, part_of(progress, 0.0, share_of_values));
  CellErrors errors;
  double width = 0.0;
  if (bootstrap) {
    errors = cell_errors(comparison, grid, *bootstrap, part_of(progress, share_of_values, 1.0));
    width = student_t_quantile(0.5 * (1.0 + bootstrap->level), errors.dof);
  }
  for (std::size_t k = 0; k < values.size(); ++k) {
    const Places::Row& row = places.rows[k / columns];
    Generalisation& matrix = *row.matrix;
    const std::size_t cell = row.window * places.width + places.columns[k % columns];
    const double value = values[k];
    matrix.value[cell] = value;
    if (bootstrap) {
      const double error = std::isnan(value) ? kNotComputed : errors.standard_error[k];
      matrix.standard_error[cell] = error;
      matrix.ci_low[cell] = value - width * error;
      matrix.ci_high[cell] = value + width * error;
      matrix.p[cell] = student_t_upper_tail(t_statistic(value, error, 1.0), errors.dof);
    }
  }
}

/// Cells below the diagonal become those above it, and a window is not tested against itself.
void make_symmetric(Generalisation& matrix, std::size_t n) {
  for (std::vector<double> Generalisation::*numbers :
       {&Generalisation::value, &Generalisation::standard_error, &Generalisation::ci_low,
        &Generalisation::ci_high, &Generalisation::p}) {
    std::vector<double>& cells = matrix.*numbers;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        cells[i * n + j] = cells[j * n + i];
      }
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    matrix.p[i * n + i] = kNotComputed;
  }
}

/// Every p above the diagonal is there once more below it, which leaves the correction as it is: as many
/// times more tests as there are smaller ones.
void correct(Generalisation& matrix) {
  matrix.p_fdr = benjamini_hochberg(matrix.p);
}

double share(std::size_t done, std::size_t all) {
  return static_cast<double>(done) / static_cast<double>(all);
}

std::vector<OrderedRdm> ordered_at(const LoadedRdms& reference, std::size_t first, std::size_t last) {
  std::vector<Rdm> rdms;
  for (std::size_t t = first; t < last; ++t) {
    for (Rdm& rdm : rdms_at(reference, t)) {
      rdms.push_back(std::move(rdm));
    }
  }
  return ordered(rdms);
}

}  // namespace

Generalisation::Generalisation(std::size_t cells)
    : value(cells, kNotComputed),
      standard_error(cells, kNotComputed),
      ci_low(cells, kNotComputed),
      ci_high(cells, kNotComputed),
      p(cells, kNotComputed),
      p_fdr(cells, kNotComputed) {}

Generalisation own_generalisation(const Comparison& comparison, const WindowRdms& windows,
                                  const std::optional<BootstrapOptions>& bootstrap,
                                  const Progress& progress) {
  const std::size_t n = windows.undefined.size();
  Generalisation matrix(n * n);
  const std::size_t count = windows.rdms.size();
  if (count == 0) {
    return matrix;
  }
  Places places{.width = n};
  std::vector<const OrderedRdm*> rows;
  for (std::size_t k = 0; k < count; ++k) {
    places.rows.push_back({&matrix, windows.place[k]});
    rows.push_back(&windows.rdms[k]);
  }
  const std::size_t step = columns_at_once(count, 1, windows.rdms.front().n());
  for (std::size_t first = 0; first < count; first += step) {
    const std::size_t some = std::min(step, count - first);
    const std::span<const std::size_t> columns = std::span(windows.place).subspan(first, some);
    places.columns.assign(columns.begin(), columns.end());
    const std::span<const OrderedRdm* const> until =
        std::span(rows).first(first + some);  // the others mirror
    fill(comparison, {.rows = until, .columns = std::span(windows.rdms).subspan(first, some)}, bootstrap,
         places, part_of(progress, share(first, count), share(first + some, count)));
  }
  make_symmetric(matrix, n);
  correct(matrix);
  return matrix;
}

std::vector<Generalisation> reference_generalisation(const Comparison& comparison,
                                                     std::span<const WindowRdms> layers,
                                                     const LoadedRdms& reference,
                                                     const std::optional<BootstrapOptions>& bootstrap,
                                                     const Progress& progress) {
  const std::size_t times = reference.times;
  std::vector<Generalisation> matrices;
  for (const WindowRdms& layer : layers) {
    matrices.emplace_back(layer.undefined.size() * times);
  }
  Places places{.width = times};
  std::vector<const OrderedRdm*> rows;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    for (std::size_t k = 0; k < layers[l].rdms.size(); ++k) {
      places.rows.push_back({&matrices[l], layers[l].place[k]});
      rows.push_back(&layers[l].rdms[k]);
    }
  }
  if (rows.empty()) {
    return matrices;
  }
  const std::size_t step = columns_at_once(rows.size(), reference.subjects, rows.front()->n());
  for (std::size_t first = 0; first < times; first += step) {
    const std::size_t some = std::min(step, times - first);
    places.columns.resize(some);
    std::iota(places.columns.begin(), places.columns.end(), first);
    const std::vector<OrderedRdm> columns = ordered_at(reference, first, first + some);
    fill(comparison, {.rows = rows, .columns = columns, .subjects = reference.subjects}, bootstrap, places,
         part_of(progress, share(first, times), share(first + some, times)));
  }
  for (Generalisation& matrix : matrices) {
    correct(matrix);
  }
  return matrices;
}

}  // namespace homolog::experiments
