// Kernels that read one source position, 1 x 1 convolutions above all: a row of weights has at most one event
// in a step, whose place is that of a bit. The bits are walked as they are; listing them first would cost
// more than adding the rows where few chunks read a list.

#include <algorithm>
#include <bit>

#include "sim/engine/bits.hpp"
#include "sim/engine/kernels/gather_windows.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/kernels/gather_positions.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#include "sim/engine/kernels/lane_mask-inl.h"

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

/// Bits [first, first + channels) of a row, a word after the other.
struct PositionBits {
  const std::uint64_t* row = nullptr;
  std::size_t first = 0;
  std::size_t channels = 0;

  [[nodiscard]] HWY_INLINE std::uint64_t from(std::size_t channel) const {
    return read_bits(row, first + channel, std::min(kBitsPerWord, channels - channel));
  }
  [[nodiscard]] HWY_INLINE std::size_t count() const {
    std::size_t bits = 0;
    for (std::size_t c = 0; row != nullptr && c < channels; c += kBitsPerWord) {
      bits += static_cast<std::size_t>(std::popcount(from(c)));
    }
    return bits;
  }
};

template <std::size_t kVectors>
HWY_INLINE void load_sums(bool touched, const float* HWY_RESTRICT z, hn::Vec<FloatTag> (&sums)[kVectors]) {
  const FloatTag d;
  for (std::size_t j = 0; j < kVectors; ++j) {
    sums[j] = touched ? hn::Load(d, z + j * kLanes) : hn::Zero(d);
  }
}

template <std::size_t kVectors>
HWY_INLINE void store_sums(const hn::Vec<FloatTag> (&sums)[kVectors], float* HWY_RESTRICT z) {
  const FloatTag d;
  for (std::size_t j = 0; j < kVectors; ++j) {
    hn::Store(sums[j], d, z + j * kLanes);
  }
}

/// sums += the row of the lowest bit, which is taken away.
template <std::size_t kVectors, std::size_t kWidth>
HWY_INLINE void add_lowest(const float* HWY_RESTRICT rows, std::uint64_t& bits,
                           hn::Vec<FloatTag> (&sums)[kVectors]) {
  const FloatTag d;
  const float* HWY_RESTRICT row = rows + static_cast<std::size_t>(std::countr_zero(bits)) * kWidth;
  bits &= bits - 1;
  for (std::size_t j = 0; j < kVectors; ++j) {
    sums[j] = hn::Add(sums[j], hn::Load(d, row + j * kLanes));
  }
}

/// z (or 0, if it was not touched) += rows of weights of the set bits, one after the other, every sum
/// rounded.
template <std::size_t kWidth>
HWY_INLINE void add_position(const float* HWY_RESTRICT weights, const PositionBits& bits, bool touched,
                             float* HWY_RESTRICT z) {
  constexpr std::size_t kVectors = std::min<std::size_t>(8, kWidth / kLanes);  // that stay in registers
  for (std::size_t piece = 0; piece < kWidth; piece += kVectors * kLanes) {
    hn::Vec<FloatTag> sums[kVectors];
    load_sums(touched, z + piece, sums);
    for (std::size_t c = 0; c < bits.channels; c += kBitsPerWord) {
      for (std::uint64_t rest = bits.from(c); rest != 0;) {
        add_lowest<kVectors, kWidth>(weights + c * kWidth + piece, rest, sums);
      }
    }
    store_sums(sums, z + piece);
  }
}

/// The same in two steps, alternately: in narrow chunks an addition would wait for the one before it in the
/// same sum, while the other step's are independent.
template <std::size_t kWidth>
HWY_INLINE void add_two(const float* HWY_RESTRICT weights, const PositionBits (&bits)[2],
                        const bool (&touched)[2], float* HWY_RESTRICT z_0, float* HWY_RESTRICT z_1) {
  constexpr std::size_t kVectors = kWidth / kLanes;
  hn::Vec<FloatTag> sums[2][kVectors];
  load_sums(touched[0], z_0, sums[0]);
  load_sums(touched[1], z_1, sums[1]);
  for (std::size_t c = 0; c < bits[0].channels; c += kBitsPerWord) {
    const float* HWY_RESTRICT rows = weights + c * kWidth;
    std::uint64_t rest_0 = bits[0].from(c);
    std::uint64_t rest_1 = bits[1].from(c);
    while (rest_0 != 0 && rest_1 != 0) {
      add_lowest<kVectors, kWidth>(rows, rest_0, sums[0]);
      add_lowest<kVectors, kWidth>(rows, rest_1, sums[1]);
    }
    while (rest_0 != 0) {
      add_lowest<kVectors, kWidth>(rows, rest_0, sums[0]);
    }
    while (rest_1 != 0) {
      add_lowest<kVectors, kWidth>(rows, rest_1, sums[1]);
    }
  }
  store_sums(sums[0], z_0);
  store_sums(sums[1], z_1);
}

template <std::size_t kWidth>
std::uint64_t add_positions(const GatherWindows& windows, const GatherPositions& positions,
                            const float* weights, const Tile& tile) {
  std::uint64_t total = 0;
  for (std::size_t x = tile.x0; x < tile.x1; ++x) {
    std::uint64_t& touched = tile.touched[x - tile.x0];
    for (const GatherKernel::Run& run : windows.runs_of(x)) {  // one, or none in a margin
      float* z = tile.sums(x);
      const auto bits_of = [&](Step step) {
        return PositionBits{.row = positions.bits[step],
                            .first = run.first_x * positions.channels + positions.first_channel,
                            .channels = positions.view_channels};
      };
      std::uint64_t active = 0;
      for (Step step = 0; step < tile.steps; ++step) {
        const std::size_t events = bits_of(step).count();
        total += events;
        active |= std::uint64_t{events != 0} << step;
      }
      const std::uint64_t before = touched;
      touched |= active;
      while (active != 0) {
        const auto step = static_cast<Step>(std::countr_zero(active));
        active &= active - 1;
        if constexpr (kWidth / kLanes <= 4) {
          if (active != 0) {
            const auto next = static_cast<Step>(std::countr_zero(active));
            active &= active - 1;
            add_two<kWidth>(weights, {bits_of(step), bits_of(next)},
                            {(before >> step & 1U) != 0, (before >> next & 1U) != 0}, z + step * kWidth,
                            z + next * kWidth);
            continue;
          }
        }
        add_position<kWidth>(weights, bits_of(step), (before >> step & 1U) != 0, z + step * kWidth);
      }
    }
  }
  return total;
}

std::uint64_t add_float_positions(const GatherWindows& windows, const GatherPositions& positions,
                                  const float* weights, const Tile& tile) {
  switch (tile.chunk.width) {
    case 16: return add_positions<16>(windows, positions, weights, tile);
    case 32: return add_positions<32>(windows, positions, weights, tile);
    default: return add_positions<64>(windows, positions, weights, tile);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(add_float_positions);
}  // namespace

std::uint64_t gather_positions(const GatherWindows& windows, const GatherPositions& positions,
                               const GatherKernel::ChunkWeights& weights, const Tile& tile) {
  return HWY_DYNAMIC_DISPATCH(add_float_positions)(windows, positions, weights.floats.data(), tile);
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
