#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace homolog::experiments {

/// How much of what two systems share, several models share with both: a second RDM (fMRI), controls and
/// models, held against one or more first RDMs (MEG at a time). All vectors are from unit_vector().
///
/// With rho(y, x | z) the semi-partial correlation of the first RDM y with what is left of the second, x,
/// after regression on z, controls c and model m, the commonality coefficient is
///
///     C = rho^2(y, x | c) - rho^2(y, x | c, m) = R^2(y; x, c) + R^2(y; m, c) - R^2(y; x, m, c) - R^2(y; c),
///
/// the variance of y that x and m explain in common, beyond c. It is at most rho^2(y, x | c), and negative
/// when m suppresses (Hebart et al. 2018, doi:10.7554/eLife.32816).
class SharedVariance {
 public:
  /// Space for this many models. Throws Error(internal) if `second` is empty.
  SharedVariance(std::span<const double> second, std::span<const std::vector<double>> controls,
                 std::size_t models);
  ~SharedVariance();
  SharedVariance(SharedVariance&&) noexcept;

  /// Sets model m. One of which controls leave nothing (kCollinear), or that is constant, shares nothing: C =
  /// 0. Different models may be set from different threads at once.
  void set_model(std::size_t m, std::span<const double> model);

  /// Pearson correlations of the second RDM with several first RDMs, of `first` [pairs, count], the pair
  /// fastest. NaN if either is constant.
  [[nodiscard]] std::vector<double> correlations(std::span<const double> first) const;
  /// C [count, model] of all models, model fastest; NaN where the correlation is.
  [[nodiscard]] std::vector<double> commonality(std::span<const double> first) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace homolog::experiments
