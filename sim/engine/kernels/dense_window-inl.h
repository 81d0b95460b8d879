// A very active window as a dense matrix product, for one Highway target. Included once per target (see
// foreach_target.h).

#if defined(HOMOLOG_DENSE_WINDOW_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HOMOLOG_DENSE_WINDOW_INL_H
#undef HOMOLOG_DENSE_WINDOW_INL_H
#else
#define HOMOLOG_DENSE_WINDOW_INL_H
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/engine/kernels/gather_windows.hpp"
#include "sim/engine/kernels/lane_mask-inl.h"

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

/// Steps in which a window is so full of events that it costs less to take all its rows of weights, once for
/// several steps: sums += rows x (0 or 1), or x the values of graded events. Adding 0 changes no sum and w x
/// 1 is exact, so the bits are those of the events one after the other.
template <bool kGraded>
class DenseWindow {
 public:
  static constexpr std::size_t kSteps = 6;  ///< 6 x 2 sums and 2 rows fill the registers of AVX2

  /// Whether a window of `rows` rows with so many events is worth it: a row costs about twice as much in a
  /// list.
  [[nodiscard]] static bool pays(std::size_t events, std::size_t rows) noexcept { return 2 * events > rows; }

  /// Adds a step: returns true when kSteps are there and run() is due.
  bool add(Step step) noexcept {
    steps_[count_++] = step;
    return count_ == kSteps;
  }
  /// Takes back the steps that were added and not run.
  [[nodiscard]] std::span<const Step> take() noexcept {
    return std::span<const Step>(steps_).first(std::exchange(count_, 0));
  }
  /// Whether run() costs less than the events one after the other; it computes kSteps steps in any case.
  [[nodiscard]] bool enough() const noexcept { return 2 * count_ >= kSteps; }

  /// sums of the steps that were added += rows of `weights`, of which a column of the window has `column`.
  /// `touched`: as in Tile. Returns the number of events.
  template <std::size_t kWidth>
  std::size_t run(const float* weights, const EventLists& events, const GatherKernel::Run& run,
                  std::size_t column, std::uint64_t touched, float* HWY_RESTRICT sums) {
    const std::size_t first = run.first_x * column;  // unit with which the window begins
    const std::size_t rows = run.last_x * column - first;
    const std::size_t total = spread(events, run, first, rows);
    const float* window =
        weights + (static_cast<std::int64_t>(first) + run.shift) * static_cast<std::int64_t>(kWidth);
    for (std::size_t lane = 0; lane < kWidth; lane += kVectors * kLanes) {
      add_rows<kWidth>(window + lane, rows, touched, sums + lane);
    }
    count_ = 0;
    return total;
  }

 private:
  static constexpr std::size_t kVectors = std::min<std::size_t>(2, 16 / kLanes);

  /// factors_[row][step] = 1 (or the value) where there is an event, else 0. Returns the number of events.
  std::size_t spread(const EventLists& events, const GatherKernel::Run& run, std::size_t first,
                     std::size_t rows) {
    factors_.assign(rows * kSteps, 0.0F);
    std::size_t total = 0;
    for (std::size_t s = 0; s < count_; ++s) {
      const std::uint32_t* bounds = events.bounds(steps_[s]);
      total += bounds[run.last_x] - bounds[run.first_x];
      for (std::size_t e = bounds[run.first_x]; e < bounds[run.last_x]; ++e) {
        factors_[(events.units[e] - first) * kSteps + s] = kGraded ? events.values[e] : 1.0F;
      }
    }
    return total;
  }

  template <std::size_t kWidth>
  HWY_INLINE void add_rows(const float* HWY_RESTRICT weights, std::size_t rows, std::uint64_t touched,
                           float* HWY_RESTRICT sums) {
    const FloatTag d;
    hn::Vec<FloatTag> sum[kSteps][kVectors];
    for (std::size_t s = 0; s < kSteps; ++s) {
      const bool load = s < count_ && (touched >> steps_[s] & 1U) != 0;
      for (std::size_t j = 0; j < kVectors; ++j) {
        sum[s][j] = load ? hn::Load(d, sums + steps_[s] * kWidth + j * kLanes) : hn::Zero(d);
      }
    }
    const float* HWY_RESTRICT factor = factors_.data();
    for (std::size_t row = 0; row < rows; ++row, factor += kSteps) {
      hn::Vec<FloatTag> weight[kVectors];
      for (std::size_t j = 0; j < kVectors; ++j) {
        weight[j] = hn::Load(d, weights + row * kWidth + j * kLanes);
      }
      for (std::size_t s = 0; s < kSteps; ++s) {
        const auto by = hn::Set(d, factor[s]);
        for (std::size_t j = 0; j < kVectors; ++j) {
          if constexpr (kGraded) {
            sum[s][j] = hn::Add(sum[s][j], hn::Mul(weight[j], by));
          } else {
            sum[s][j] = hn::MulAdd(weight[j], by, sum[s][j]);
          }
        }
      }
    }
    for (std::size_t s = 0; s < kSteps; ++s) {  // not up to count_: the sums would have to be in memory
      for (std::size_t j = 0; s < count_ && j < kVectors; ++j) {
        hn::Store(sum[s][j], d, sums + steps_[s] * kWidth + j * kLanes);
      }
    }
  }

  std::array<Step, kSteps> steps_{};
  std::size_t count_ = 0;
  std::vector<float> factors_{};
};

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#endif  // include guard, toggled per target
