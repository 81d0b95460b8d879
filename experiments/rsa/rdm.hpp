#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace homolog::experiments {

/// A representational dissimilarity matrix of n patterns: symmetric, zero on the diagonal. A value.
///
/// Only the upper triangle is kept, row by row: (0,1), (0,2), ..., (0,n-1), (1,2), ...; this is the order
/// of MATLAB's and SciPy's squareform().
class Rdm {
 public:
  Rdm() = default;
  /// All dissimilarities 0.
  explicit Rdm(std::size_t n);
  /// Throws Error(internal) unless there are n (n - 1) / 2 pairs.
  Rdm(std::size_t n, std::vector<double> pairs);

  [[nodiscard]] std::size_t n() const noexcept { return n_; }
  [[nodiscard]] std::span<const double> pairs() const noexcept { return pairs_; }
  [[nodiscard]] std::span<double> pairs() noexcept { return pairs_; }
  /// Dissimilarity of patterns i and j, both < n.
  [[nodiscard]] double at(std::size_t i, std::size_t j) const noexcept;
  /// The whole matrix, [n, n] row-major.
  [[nodiscard]] std::vector<double> square() const;

  /// Number of pairs of n patterns.
  [[nodiscard]] static std::size_t pair_count(std::size_t n) noexcept { return n < 2 ? 0 : n * (n - 1) / 2; }
  /// Place of the pair (i, j) in pairs(), i < j < n.
  [[nodiscard]] static std::size_t pair_index(std::size_t n, std::size_t i, std::size_t j) noexcept {
    return i * n - i * (i + 1) / 2 + (j - i - 1);
  }

 private:
  std::size_t n_ = 0;
  std::vector<double> pairs_{};
};

/// Mean of several RDMs of the same patterns, pair by pair. Throws Error(internal) if there is none or if
/// sizes differ.
[[nodiscard]] Rdm mean_rdm(std::span<const Rdm> rdms);

}  // namespace homolog::experiments
