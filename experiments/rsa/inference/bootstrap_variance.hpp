#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sim/core/nan.hpp"

namespace homolog::experiments {

/// Variances of a value over draws of subjects, of stimuli, and of both at once.
struct DrawVariances {
  double both = 0.0;
  double subjects = 0.0;
  double stimuli = 0.0;
};

/// The variance of a value over new subjects and new stimuli (Schuett et al. 2023, eLife 12:e82566,
/// doi:10.7554/eLife.82566, the dual bootstrap with the factors for small samples). With n_r subjects, n_p
/// stimuli, f_r = n_r / (n_r - 1) and f_p = n_p / (n_p - 1):
///
///     f_r v_subjects + f_p v_stimuli - f_r f_p (v_both - v_subjects - v_stimuli),
///
/// not less than f_r v_subjects or f_p v_stimuli, and then not more than v_both. (Drawing both counts the
/// noise of single measurements three times; the last term takes it back.) Both n are at least 2. See
/// crossed_bootstrap_variance().
[[nodiscard]] double dual_bootstrap_variance(const DrawVariances& draws, std::size_t n_subjects,
                                             std::size_t n_stimuli);

/// v n / (n - 1): the plug-in variance of a mean is too small by (n - 1) / n. n is at least 2.
[[nodiscard]] double single_bootstrap_variance(double variance, std::size_t n);

/// Values over draws: [columns, repeats, samples]. A repeat is another assignment to folds
/// (crossvalidation) for the same draw; else there is one.
class Replicates {
 public:
  Replicates() = default;
  Replicates(std::size_t columns, std::size_t repeats, std::size_t samples)
      : repeats_(repeats), samples_(samples), values_(columns * repeats * samples, kNaN) {}

  [[nodiscard]] bool empty() const noexcept { return values_.empty(); }
  [[nodiscard]] std::size_t repeats() const noexcept { return repeats_; }
  [[nodiscard]] std::size_t samples() const noexcept { return samples_; }
  double& at(std::size_t column, std::size_t repeat, std::size_t sample) {
    return values_[(column * repeats_ + repeat) * samples_ + sample];
  }
  /// Of all draws, [samples].
  [[nodiscard]] std::span<const double> of(std::size_t column, std::size_t repeat) const {
    return std::span(values_).subspan((column * repeats_ + repeat) * samples_, samples_);
  }

 private:
  std::size_t repeats_ = 0;
  std::size_t samples_ = 0;
  std::vector<double> values_{};
};

/// The same columns for each way of drawing; ways that were not asked for are empty.
struct BootstrapReplicates {
  Replicates both{};
  Replicates subjects{};
  Replicates stimuli{};
  std::size_t n_subjects = 0;
  std::size_t n_stimuli = 0;

  /// The draws of all dimensions that are resampled.
  [[nodiscard]] const Replicates& joint() const {
    return !both.empty() ? both : !stimuli.empty() ? stimuli : subjects;
  }
};

/// Variance of a column; draws in which it is NaN are left out. NaN with fewer than two draws.
///
/// With R > 1 repeats, (R v_mean - v_1) / (R - 1) of the variance v_mean of the mean over repeats and the
/// mean v_1 of their variances: what infinitely many repeats would give (Schuett et al. 2023); where that is
/// negative, v_mean.
[[nodiscard]] double replicate_variance(const Replicates& replicates, std::size_t column);
/// Of column a minus column b, draw by draw.
[[nodiscard]] double replicate_variance(const Replicates& replicates, std::size_t a, std::size_t b);

/// replicate_variance() corrected by dual_bootstrap_variance() or single_bootstrap_variance().
[[nodiscard]] double bootstrap_variance(const BootstrapReplicates& replicates, std::size_t column);
[[nodiscard]] double bootstrap_variance(const BootstrapReplicates& replicates, std::size_t a, std::size_t b);

}  // namespace homolog::experiments
