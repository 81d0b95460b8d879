#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "experiments/stimuli/stimuli.hpp"

namespace homolog::experiments {

/// Complex cells of primary visual cortex as Gabor energy: the square root of the summed squares of two
/// Gabor filters in quadrature. It signals local orientation and spatial frequency and forgets phase.
/// A model, not data. Adelson & Bergen 1985, doi:10.1364/JOSAA.2.000284 (energy); Jones & Palmer 1987,
/// doi:10.1152/jn.1987.58.6.1233 (Gabor receptive fields); Kay et al. 2008, doi:10.1038/nature06713
/// (pyramid).
///
/// All lengths are in image widths, so the model is the same for 28 x 28 and for 224 x 224 pixels:
///
///   image         mean of the channels, continued beyond its border by the pixels of the border
///   frequency     f = 1, 2, 4, 8, 16, 32 cycles per image width; those whose wavelength is shorter than
///                 kShortestWavelength pixels are left out
///   orientation   direction of the wave vector, k * 22.5 degrees from the x axis towards +y (downwards)
///   position      f columns, round(f H / W) >= 1 rows, centres of equal cells
///   envelope      circular Gaussian, sigma = 0.5622 / f (half-amplitude bandwidth one octave), cut to the
///                 square of +-3 sigma, sum 1
///   no response to uniform light: the filter is g (exp(2 pi i f u) - c) with the c that makes its sum 0
///
/// A grating of the preferred frequency and orientation with amplitude a gives a response of a / 2.
class V1Model {
 public:
  static constexpr int kOrientations = 8;
  static constexpr double kShortestWavelength = 3.0;  ///< pixels

  /// For images of this size. Throws Error(data) unless 1 <= height, width <= 4096.
  V1Model(std::int64_t height, std::int64_t width);

  /// Number of responses: over frequencies, orientations * rows * columns.
  [[nodiscard]] std::int64_t units() const noexcept { return units_; }
  /// Preferred frequencies, cycles per image width, ascending.
  [[nodiscard]] std::vector<int> frequencies() const;
  /// Index of a response; `frequency` counts in frequencies().
  [[nodiscard]] std::int64_t unit(std::size_t frequency, int orientation, std::int64_t row,
                                  std::int64_t column) const;

  /// Responses to an image, ordered by frequency, orientation, row, column. Throws Error(data) if the image
  /// has another size. Thread-safe.
  [[nodiscard]] std::vector<float> respond(const Image& image) const;

 private:
  /// One axis of the (separable) filters centred on one place: weights of consecutive pixels.
  struct Taps {
    Eigen::Index first = 0;
    /// [pixels, 2 * kOrientations + 1]: real parts, imaginary parts, envelope.
    Eigen::MatrixXd weights{};
  };
  struct Level {
    int frequency = 0;
    std::int64_t first_unit = 0;
    std::vector<Taps> columns{};
    std::vector<Taps> rows{};
  };

  static Taps taps(double centre, double sigma, Eigen::Index pixels, double frequency, bool vertical);

  std::int64_t height_ = 0;
  std::int64_t width_ = 0;
  std::int64_t units_ = 0;
  std::vector<Level> levels_{};
};

}  // namespace homolog::experiments
