#include "experiments/rsa_time/generalisation.hpp"

#include <tbb/parallel_for.h>

namespace homolog::experiments {

std::vector<std::optional<ScaledRdm>> scaled_windows(const WindowRdms& rdms,
                                                     std::span<const Comparison> comparisons) {
  std::vector<std::optional<ScaledRdm>> scaled(rdms.undefined.size());
  tbb::parallel_for(std::size_t{0}, rdms.rdms.size(),
                    [&](std::size_t k) { scaled[rdms.place[k]].emplace(rdms.rdms[k].rdm(), comparisons); });
  return scaled;
}

std::vector<double> own_generalisation(const Comparison& comparison,
                                       std::span<const std::optional<ScaledRdm>> windows) {
  const std::size_t n = windows.size();
  std::vector<double> matrix(n * n, kNotComputed);
  tbb::parallel_for(std::size_t{0}, n, [&](std::size_t i) {
    for (std::size_t j = i; j < n && windows[i]; ++j) {
      if (windows[j]) {
        matrix[i * n + j] = compare(comparison, *windows[i], std::span(&*windows[j], 1));
      }
    }
  });
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      matrix[j * n + i] = matrix[i * n + j];
    }
  }
  return matrix;
}

std::vector<double> reference_generalisation(const Comparison& comparison,
                                             std::span<const std::optional<ScaledRdm>> windows,
                                             std::span<const std::vector<ScaledRdm>> reference) {
  const std::size_t times = reference.size();
  std::vector<double> matrix(windows.size() * times, kNotComputed);
  tbb::parallel_for(std::size_t{0}, matrix.size(), [&](std::size_t k) {
    if (const std::optional<ScaledRdm>& window = windows[k / times]) {
      matrix[k] = compare(comparison, *window, reference[k % times]);
    }
  });
  return matrix;
}

}  // namespace homolog::experiments
