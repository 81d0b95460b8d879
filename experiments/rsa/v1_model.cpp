#include "experiments/rsa/v1_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

using Eigen::Index;

constexpr std::array<int, 6> kFrequencies = {1, 2, 4, 8, 16, 32};
constexpr std::int64_t kLargestSide = 4096;
constexpr Index kParts = 2 * V1Model::kOrientations + 1;
constexpr Index kEnvelope = kParts - 1;

/// sigma * frequency of a Gabor function whose half-amplitude bandwidth is one octave:
/// sqrt(ln 2 / 2) / pi * (2^1 + 1) / (2^1 - 1).
const double kSigmaInWavelengths = std::sqrt(std::numbers::ln2 / 2.0) / std::numbers::pi * 3.0;

Eigen::MatrixXd grey(const Image& image) {
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(image.height, image.width);
  for (std::int64_t c = 0; c < image.channels; ++c) {
    const float* channel = image.pixels.data() + c * image.height * image.width;
    sum += Eigen::Map<const Rows>(channel, image.height, image.width).cast<double>();
  }
  return sum / static_cast<double>(image.channels);
}

}  // namespace

V1Model::Taps V1Model::taps(double centre, double sigma, Index pixels, double frequency, bool vertical) {
  const auto low = static_cast<Index>(std::ceil(centre - 3.0 * sigma - 0.5));
  const auto high = static_cast<Index>(std::floor(centre + 3.0 * sigma - 0.5));
  Taps taps;
  taps.first = std::clamp<Index>(low, 0, pixels - 1);
  const Index last = std::clamp<Index>(high, 0, pixels - 1);
  taps.weights = Eigen::MatrixXd::Zero(last - taps.first + 1, kParts);
  for (Index pixel = low; pixel <= high; ++pixel) {
    const double distance = static_cast<double>(pixel) + 0.5 - centre;
    const double envelope = std::exp(-0.5 * distance * distance / (sigma * sigma));
    // What lies beyond the border has the value of the border's pixel: its weight is added to that pixel's.
    auto row = taps.weights.row(std::clamp<Index>(pixel, 0, pixels - 1) - taps.first);
    for (int k = 0; k < kOrientations; ++k) {
      const double angle = std::numbers::pi * k / kOrientations;
      const double along = frequency * (vertical ? std::sin(angle) : std::cos(angle));
      row(k) += envelope * std::cos(2.0 * std::numbers::pi * along * distance);
      row(kOrientations + k) += envelope * std::sin(2.0 * std::numbers::pi * along * distance);
    }
    row(kEnvelope) += envelope;
  }
  taps.weights /= taps.weights.col(kEnvelope).sum();
  return taps;
}

V1Model::V1Model(std::int64_t height, std::int64_t width) : height_(height), width_(width) {
  if (height < 1 || width < 1 || height > kLargestSide || width > kLargestSide) {
    throw Error(ErrorKind::data, "the V1 model cannot see images of " + std::to_string(height) + "x" +
                                     std::to_string(width) + " pixels; 1 to " + std::to_string(kLargestSide) +
                                     " are possible");
  }
  for (const int frequency : kFrequencies) {
    const double wavelength = static_cast<double>(width) / frequency;  // pixels
    if (frequency > 1 && wavelength < kShortestWavelength) {
      break;
    }
    Level level;
    level.frequency = frequency;
    level.first_unit = units_;
    const auto rows = std::max<std::int64_t>(1, (2 * frequency * height + width) / (2 * width));
    const double sigma = kSigmaInWavelengths * wavelength;
    for (int x = 0; x < frequency; ++x) {
      level.columns.push_back(taps((x + 0.5) * wavelength, sigma, width, 1.0 / wavelength, false));
    }
    for (std::int64_t y = 0; y < rows; ++y) {
      const double centre =
          (static_cast<double>(y) + 0.5) * static_cast<double>(height) / static_cast<double>(rows);
      level.rows.push_back(taps(centre, sigma, height, 1.0 / wavelength, true));
    }
    units_ += kOrientations * rows * frequency;
    levels_.push_back(std::move(level));
  }
}

std::vector<int> V1Model::frequencies() const {
  std::vector<int> frequencies;
  for (const Level& level : levels_) {
    frequencies.push_back(level.frequency);
  }
  return frequencies;
}

std::int64_t V1Model::unit(std::size_t frequency, int orientation, std::int64_t row,
                           std::int64_t column) const {
  const Level& level = levels_.at(frequency);
  const auto rows = static_cast<std::int64_t>(level.rows.size());
  const auto columns = static_cast<std::int64_t>(level.columns.size());
  return level.first_unit + (orientation * rows + row) * columns + column;
}

std::vector<float> V1Model::respond(const Image& image) const {
  if (image.height != height_ || image.width != width_ || image.channels < 1 ||
      image.pixels.size() != static_cast<std::size_t>(image.channels * height_ * width_)) {
    throw Error(ErrorKind::data, "stimulus '" + image.id + "' is " + std::to_string(image.height) + "x" +
                                     std::to_string(image.width) +
                                     " pixels; the V1 model needs stimuli of one size, here " +
                                     std::to_string(height_) + "x" + std::to_string(width_));
  }
  const Eigen::MatrixXd pixels = grey(image);
  std::vector<float> energy(static_cast<std::size_t>(units_));
  for (std::size_t f = 0; f < levels_.size(); ++f) {
    const Level& level = levels_[f];
    for (std::size_t x = 0; x < level.columns.size(); ++x) {
      // Along x for all rows of the image, then along y at the rows of the grid.
      const Taps& across = level.columns[x];
      const Eigen::MatrixXd filtered =
          pixels.middleCols(across.first, across.weights.rows()) * across.weights;  // [height, kParts]
      for (std::size_t y = 0; y < level.rows.size(); ++y) {
        const Taps& down = level.rows[y];
        const auto seen = filtered.middleRows(down.first, down.weights.rows());
        const double light = down.weights.col(kEnvelope).dot(seen.col(kEnvelope));
        for (int k = 0; k < kOrientations; ++k) {
          const auto real_y = down.weights.col(k);
          const auto imag_y = down.weights.col(kOrientations + k);
          const auto real_x = seen.col(k);
          const auto imag_x = seen.col(kOrientations + k);
          const std::complex<double> gabor(real_y.dot(real_x) - imag_y.dot(imag_x),
                                           real_y.dot(imag_x) + imag_y.dot(real_x));
          // The sum of the two-dimensional filter is the product of the sums along the axes.
          const std::complex<double> sum_x(across.weights.col(k).sum(),
                                           across.weights.col(kOrientations + k).sum());
          const std::complex<double> sum_y(real_y.sum(), imag_y.sum());
          energy[static_cast<std::size_t>(
              unit(f, k, static_cast<std::int64_t>(y), static_cast<std::int64_t>(x)))] =
              static_cast<float>(std::abs(gabor - sum_x * sum_y * light));
        }
      }
    }
  }
  return energy;
}

}  // namespace homolog::experiments
