#include "sim/core/shape.hpp"

#include <cassert>
#include <limits>

#include "sim/core/error.hpp"

namespace homolog::sim {

std::string to_string(const Shape& shape) {
  return std::to_string(shape.channels) + "x" + std::to_string(shape.height) + "x" +
         std::to_string(shape.width);
}

std::int64_t checked_size(const Shape& shape) {
  std::int64_t size = 1;
  for (const std::int64_t extent : {shape.channels, shape.height, shape.width}) {
    if (extent < 1 || __builtin_mul_overflow(size, extent, &size) ||
        size > std::numeric_limits<UnitId>::max()) {
      throw Error(ErrorKind::internal, "shape " + to_string(shape) + " is not valid");
    }
  }
  return size;
}

std::vector<float> hwc_values(const Shape& shape, std::span<const float> chw) {
  assert(chw.size() == static_cast<std::size_t>(shape.size()));
  std::vector<float> hwc(chw.size());
  for (UnitId id = 0; id < hwc.size(); ++id) {
    hwc[hwc_from_chw(shape, id)] = chw[id];
  }
  return hwc;
}

std::vector<float> chw_values(const Shape& shape, std::span<const float> hwc) {
  assert(hwc.size() == static_cast<std::size_t>(shape.size()));
  std::vector<float> chw(hwc.size());
  for (UnitId id = 0; id < chw.size(); ++id) {
    chw[id] = hwc[hwc_from_chw(shape, id)];
  }
  return chw;
}

}  // namespace homolog::sim
