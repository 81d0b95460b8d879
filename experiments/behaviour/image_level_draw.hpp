#pragma once

#include <cstdint>
#include <span>

#include "experiments/behaviour/image_level.hpp"

namespace homolog::experiments {

/// Choices of one system, with what I2n of any draw of the stimuli needs of them.
struct ChoiceRates {
  Choices rates{};      ///< [stimulus, object]
  Eigen::MatrixXd z{};  ///< of the rates
};
[[nodiscard]] ChoiceRates choice_rates(Choices choices);

/// image_level_i2n() of one system when stimulus i counts copies[i] times: in the false alarm rates, and in
/// the means over the stimuli of an object that are subtracted. As if the stimulus were there so often.
/// Memory grows with the number of objects alone.
class ImageLevelDraw {
 public:
  /// Keeps `choices`, which must live as long.
  ImageLevelDraw(const ChoiceRates& choices, std::span<const std::int64_t> labels,
                 std::span<const std::uint32_t> copies);

  /// I2n(i, d) of a stimulus of object `own` that counts; NaN where it is undefined.
  [[nodiscard]] double at(Eigen::Index i, Eigen::Index d, Eigen::Index own) const {
    return sensitivity(i, d, own) - means_(own, d);
  }

 private:
  [[nodiscard]] double sensitivity(Eigen::Index i, Eigen::Index d, Eigen::Index own) const;

  const ChoiceRates* choices_;
  Eigen::MatrixXd z_false_alarms_{};  // [own object, other object]
  Eigen::MatrixXd means_{};           // of the sensitivity, [own object, other object]
};

/// image_level_correlation() of two systems in the draw: an entry of stimulus i counts copies[i] times.
[[nodiscard]] double image_level_correlation(const ImageLevelDraw& first, const ImageLevelDraw& second,
                                             std::size_t choices, std::span<const std::int64_t> labels,
                                             std::span<const std::uint32_t> copies);

}  // namespace homolog::experiments
