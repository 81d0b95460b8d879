#include "conversion/spiking/sample_positions.hpp"

#include <algorithm>

#include "sim/core/random.hpp"

namespace homolog::conversion {

SamplePositions::SamplePositions(std::uint32_t key, std::int64_t area, std::int64_t images,
                                 std::int64_t wanted)
    : key_(key),
      area_(area),
      per_image_(std::min(area, (wanted + images - 1) / std::max<std::int64_t>(images, 1))) {}

std::int64_t SamplePositions::at(std::int64_t image, std::int64_t j) const noexcept {
  if (per_image_ == area_) {
    return j;
  }
  constexpr std::uint64_t kSeed = 0;  // not the run's: calibration is the same for every seed
  const auto word =
      sim::philox({static_cast<std::uint32_t>(j), static_cast<std::uint32_t>(image), key_, 0U}, kSeed)[0];
  return static_cast<std::int64_t>((std::uint64_t{word} * static_cast<std::uint64_t>(area_)) >> 32U);
}

}  // namespace homolog::conversion
