#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "experiments/recording/results_reader.hpp"

namespace homolog::experiments::report {

/// A dissimilarity matrix made small: at most a given number of rows, 8 bits a pair.
struct RdmPicture {
  std::size_t side = 0;   ///< rows of the picture
  std::size_t block = 1;  ///< stimuli averaged into one row
  /// Upper triangle without diagonal, row-major. 0 ... 254: percentile rank among all pairs of the
  /// picture (midranks for ties; 0 the most similar pair); 255: no finite value.
  std::vector<std::uint8_t> levels{};
  /// Dissimilarities at ranks 0, 10, ..., 100 %; empty without a finite value.
  std::vector<double> deciles{};
};
inline constexpr std::uint8_t kNoLevel = 255;

/// Order in which stimuli are shown: by label where there are labels (stable; those without come last), else
/// as in the file.
[[nodiscard]] std::vector<std::size_t> display_order(const std::vector<std::optional<std::int64_t>>& labels);

/// Number of neighbouring stimuli to average so that n stimuli give at most `most` rows. most >= 1.
[[nodiscard]] std::size_t block_size(std::size_t n, std::size_t most);

/// Rows and columns of `matrix` in `order`, neighbours averaged in blocks of `block` (means over the finite
/// dissimilarities of different stimuli), then replaced by their percentile ranks.
/// `order` must hold each of 0 ... n - 1 once.
[[nodiscard]] RdmPicture rdm_picture(const RdmMatrix& matrix, const std::vector<std::size_t>& order,
                                     std::size_t block);

}  // namespace homolog::experiments::report
