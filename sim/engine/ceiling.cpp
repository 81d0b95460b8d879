#include "sim/engine/ceiling.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <random>
#include <string>
#include <utility>

#include "sim/core/error.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/ceiling.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#ifndef HOMOLOG_CEILING_ONCE
#define HOMOLOG_CEILING_ONCE
namespace homolog::sim {

/// Registers that hold sums; the rest of the 16 that every instruction set has is for rows on their way.
inline constexpr std::size_t kFloatSums = 8;
inline constexpr std::size_t kInt8Sums = 4;  // pairs of registers

/// Rows that one target takes before its sums leave the registers: 16 bits hold 258 weights of 127.
inline constexpr std::size_t kRowsInRegisters = 256;

/// Room for the sums of the scatter form, a part of the first-level cache.
inline constexpr std::size_t kScatterSums = 2048;

/// Even columns of 8-bit weights are stored as weight + 128, so that two columns read as one 16-bit number
/// are 256 * odd + (even + 128), the second term without sign.
inline constexpr int kEvenOffset = 128;

/// The weight that is stored as `byte` in `column`.
inline int weight_of(std::uint8_t byte, std::size_t column) {
  return column % 2 == 0 ? int{byte} - kEvenOffset : int{static_cast<std::int8_t>(byte)};
}

/// The rows that an accumulation adds: order[k] is added to target k % targets.
struct RowOrder {
  const std::uint32_t* order = nullptr;
  std::size_t count = 0;  ///< a multiple of the number of targets
  std::size_t row = 0;    ///< weights of a row
};

}  // namespace homolog::sim
#endif

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using FloatTag =
    hn::CappedTag<float, RowAccumulation::kShortestRow>;  // no vector longer than the shortest row

std::size_t float_lanes() {
  return hn::Lanes(FloatTag());
}

/// One piece, kVectors vectors of each row, of kFloatSums / kVectors targets. Register j holds vector j %
/// kVectors of target j / kVectors.
template <std::size_t kVectors>
void gather_float_piece(const RowOrder& rows, const float* HWY_RESTRICT weights, float* HWY_RESTRICT sums) {
  const FloatTag d;
  const std::size_t lanes = hn::Lanes(d);
  constexpr std::size_t kTargets = kFloatSums / kVectors;
  const auto sum = [&](std::size_t j) { return sums + (j / kVectors) * rows.row + (j % kVectors) * lanes; };
  auto s0 = hn::LoadU(d, sum(0));
  auto s1 = hn::LoadU(d, sum(1));
  auto s2 = hn::LoadU(d, sum(2));
  auto s3 = hn::LoadU(d, sum(3));
  auto s4 = hn::LoadU(d, sum(4));
  auto s5 = hn::LoadU(d, sum(5));
  auto s6 = hn::LoadU(d, sum(6));
  auto s7 = hn::LoadU(d, sum(7));
  for (std::size_t k = 0; k < rows.count; k += kTargets) {
    const auto part = [&](std::size_t j) HWY_ATTR {
      return hn::LoadU(d, weights + rows.order[k + j / kVectors] * rows.row + (j % kVectors) * lanes);
    };
    s0 = hn::Add(s0, part(0));
    s1 = hn::Add(s1, part(1));
    s2 = hn::Add(s2, part(2));
    s3 = hn::Add(s3, part(3));
    s4 = hn::Add(s4, part(4));
    s5 = hn::Add(s5, part(5));
    s6 = hn::Add(s6, part(6));
    s7 = hn::Add(s7, part(7));
  }
  hn::StoreU(s0, d, sum(0));
  hn::StoreU(s1, d, sum(1));
  hn::StoreU(s2, d, sum(2));
  hn::StoreU(s3, d, sum(3));
  hn::StoreU(s4, d, sum(4));
  hn::StoreU(s5, d, sum(5));
  hn::StoreU(s6, d, sum(6));
  hn::StoreU(s7, d, sum(7));
}

void gather_float(const RowOrder& rows, const float* weights, float* sums) {
  const std::size_t vectors = std::min(rows.row / float_lanes(), kFloatSums);
  const auto piece = vectors == 8   ? gather_float_piece<8>
                     : vectors == 4 ? gather_float_piece<4>
                     : vectors == 2 ? gather_float_piece<2>
                                    : gather_float_piece<1>;
  for (std::size_t column = 0; column < rows.row; column += vectors * float_lanes()) {
    piece(rows, weights + column, sums + column);
  }
}

/// kVectors vectors of a row at a time: 1, 2 or 4.
template <std::size_t kVectors>
void scatter_float_rows(const RowOrder& rows, const float* HWY_RESTRICT weights, float* HWY_RESTRICT sums) {
  const FloatTag d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t last_target = kScatterSums / rows.row - 1;  // targets are a power of two
  for (std::size_t k = 0; k < rows.count; ++k) {
    const float* HWY_RESTRICT from = weights + rows.order[k] * rows.row;
    float* HWY_RESTRICT to = sums + (k & last_target) * rows.row;
    for (std::size_t column = 0; column < rows.row; column += kVectors * lanes) {
      const auto add = [&](std::size_t i) HWY_ATTR {
        hn::StoreU(hn::Add(hn::LoadU(d, to + i), hn::LoadU(d, from + i)), d, to + i);
      };
      add(column);
      if constexpr (kVectors > 1) {
        add(column + lanes);
      }
      if constexpr (kVectors > 2) {
        add(column + 2 * lanes);
        add(column + 3 * lanes);
      }
    }
  }
}

void scatter_float(const RowOrder& rows, const float* weights, float* sums) {
  const std::size_t vectors = rows.row / float_lanes();
  if (vectors >= 4) {
    scatter_float_rows<4>(rows, weights, sums);
  } else if (vectors >= 2) {
    scatter_float_rows<2>(rows, weights, sums);
  } else {
    scatter_float_rows<1>(rows, weights, sums);
  }
}

#if HWY_TARGET == HWY_SCALAR

std::size_t int8_lanes(std::size_t /*row*/) {
  return 1;
}

void gather_int8(const RowOrder& rows, const std::uint8_t* weights, std::int32_t* sums) {
  for (std::size_t k = 0; k < rows.count; ++k) {
    for (std::size_t column = 0; column < rows.row; ++column) {
      sums[column] += weight_of(weights[rows.order[k] * rows.row + column], column);
    }
  }
}

#else

/// A vector of weights of a row of 16, 32, or at least 64: no longer than the row.
template <class Use>
HWY_INLINE auto with_int8_tag(std::size_t row, const Use& use) {
  return row < 32   ? use(hn::CappedTag<std::int16_t, 8>())
         : row < 64 ? use(hn::CappedTag<std::int16_t, 16>())
                    : use(hn::CappedTag<std::int16_t, 32>());
}

std::size_t int8_lanes(std::size_t row) {
  return with_int8_tag(row, [](auto d) { return 2 * hn::Lanes(d); });
}

/// sums[0 .. lanes of d) += values.
template <class D16, class V16>
HWY_INLINE void add_widened(D16 /*d*/, V16 values, std::int32_t* HWY_RESTRICT sums) {
  const hn::Half<D16> half;
  const hn::RepartitionToWide<D16> wide;
  const std::size_t lanes = hn::Lanes(wide);
  const auto lower = hn::PromoteTo(wide, hn::LowerHalf(half, values));
  const auto upper = hn::PromoteTo(wide, hn::UpperHalf(half, values));
  hn::StoreU(hn::Add(hn::LoadU(wide, sums), lower), wide, sums);
  hn::StoreU(hn::Add(hn::LoadU(wide, sums + lanes), upper), wide, sums + lanes);
}

/// As gather_float_piece, but for the numbers: a vector of weights is read as 16-bit numbers, 256 * odd +
/// even + 128 each, that are summed as they are, modulo 2^16; the odd weights are summed once more alone:
/// three operations a vector. In the end even = all - 256 * odd - 128 * rows, modulo 2^16: exact, since sums
/// of 258 weights fit.
template <std::size_t kVectors, class D16>
void gather_int8_piece(D16 d, const RowOrder& rows, const std::uint8_t* HWY_RESTRICT weights,
                       std::int32_t* HWY_RESTRICT sums) {
  const hn::Repartition<std::uint8_t, D16> d8;
  const std::size_t lanes = hn::Lanes(d8);
  constexpr std::size_t kTargets = kInt8Sums / kVectors;
  auto all0 = hn::Zero(d);
  auto all1 = hn::Zero(d);
  auto all2 = hn::Zero(d);
  auto all3 = hn::Zero(d);
  auto odd0 = hn::Zero(d);
  auto odd1 = hn::Zero(d);
  auto odd2 = hn::Zero(d);
  auto odd3 = hn::Zero(d);
  for (std::size_t k = 0; k < rows.count; k += kTargets) {
    const auto part = [&](std::size_t j) HWY_ATTR {
      const std::uint8_t* from = weights + rows.order[k + j / kVectors] * rows.row + (j % kVectors) * lanes;
      return hn::BitCast(d, hn::LoadU(d8, from));
    };
    const auto part0 = part(0);
    const auto part1 = part(1);
    const auto part2 = part(2);
    const auto part3 = part(3);
    all0 = hn::Add(all0, part0);
    all1 = hn::Add(all1, part1);
    all2 = hn::Add(all2, part2);
    all3 = hn::Add(all3, part3);
    odd0 = hn::Add(odd0, hn::ShiftRight<8>(part0));
    odd1 = hn::Add(odd1, hn::ShiftRight<8>(part1));
    odd2 = hn::Add(odd2, hn::ShiftRight<8>(part2));
    odd3 = hn::Add(odd3, hn::ShiftRight<8>(part3));
  }
  const auto offset =
      hn::Set(d, static_cast<std::int16_t>(kEvenOffset * static_cast<int>(rows.count / kTargets)));
  const auto add = [&](std::size_t j, auto all, auto odd) HWY_ATTR {
    std::int32_t* to = sums + (j / kVectors) * rows.row + (j % kVectors) * lanes;
    add_widened(d, hn::Sub(hn::Sub(all, hn::ShiftLeft<8>(odd)), offset), to);
    add_widened(d, odd, to + lanes / 2);
  };
  add(0, all0, odd0);
  add(1, all1, odd1);
  add(2, all2, odd2);
  add(3, all3, odd3);
}

void gather_int8(const RowOrder& rows, const std::uint8_t* weights, std::int32_t* sums) {
  with_int8_tag(rows.row, [&](auto d) {
    const std::size_t lanes = 2 * hn::Lanes(d);
    const std::size_t vectors = std::min(rows.row / lanes, kInt8Sums);
    for (std::size_t column = 0; column < rows.row; column += vectors * lanes) {
      if (vectors == 4) {
        gather_int8_piece<4>(d, rows, weights + column, sums + column);
      } else if (vectors == 2) {
        gather_int8_piece<2>(d, rows, weights + column, sums + column);
      } else {
        gather_int8_piece<1>(d, rows, weights + column, sums + column);
      }
    }
    return 0;
  });
}

#endif  // HWY_SCALAR

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {

HWY_EXPORT(float_lanes);
HWY_EXPORT(int8_lanes);
HWY_EXPORT(gather_float);
HWY_EXPORT(scatter_float);
HWY_EXPORT(gather_int8);

std::size_t checked_row(std::size_t row) {
  if (!std::has_single_bit(row) || row < RowAccumulation::kShortestRow ||
      row > RowAccumulation::kLongestRow) {
    throw Error(ErrorKind::internal,
                "rows of " + std::to_string(row) + " weights; a power of two from 16 to 512 is measured");
  }
  return row;
}

std::size_t lanes_of(RowForm form, std::size_t row) {
  return form == RowForm::gather_int8 ? HWY_DYNAMIC_DISPATCH(int8_lanes)(row)
                                      : HWY_DYNAMIC_DISPATCH(float_lanes)();
}

/// As many as fill the registers (or the room of the scatter form); all are powers of two.
std::size_t targets_of(RowForm form, std::size_t row, std::size_t lanes) {
  switch (form) {
    case RowForm::scatter_float: return kScatterSums / row;
    case RowForm::gather_float: return kFloatSums / std::min(row / lanes, kFloatSums);
    case RowForm::gather_int8: break;
  }
  return kInt8Sums / std::min(row / lanes, kInt8Sums);
}

}  // namespace

RowAccumulation::RowAccumulation(RowForm form, std::size_t row)
    : form_(form),
      row_(checked_row(row)),
      lanes_(lanes_of(form, row)),
      targets_(targets_of(form, row, lanes_)) {
  const bool int8 = form == RowForm::gather_int8;
  const std::size_t weights = kBlockBytes / (int8 ? sizeof(std::uint8_t) : sizeof(float));
  std::mt19937 random(1);
  if (int8) {
    weights_int8_ = AlignedBuffer<std::uint8_t>(weights);
    for (std::size_t i = 0; i < weights; ++i) {
      const int weight = static_cast<int>(random() % 255) - 127;
      weights_int8_.data()[i] = static_cast<std::uint8_t>(i % 2 == 0 ? weight + kEvenOffset : weight);
    }
    sums_int8_ = AlignedBuffer<std::int32_t>(targets_ * row_);
  } else {
    weights_ = AlignedBuffer<float>(weights);
    for (float& weight : weights_.span()) {
      weight = static_cast<float>(static_cast<int>(random() % 255) - 127) / 128.0F;  // sums are exact
    }
    sums_ = AlignedBuffer<float>(targets_ * row_);
  }
  clear();
  order_.resize(weights / row_);
  for (std::uint32_t i = 0; i < order_.size(); ++i) {
    order_[i] = i;
  }
  for (std::size_t i = order_.size(); i > 1; --i) {  // not std::shuffle, which each library does in its way
    std::swap(order_[i - 1], order_[random() % i]);
  }
}

void RowAccumulation::clear() {
  std::fill(sums_.span().begin(), sums_.span().end(), 0.0F);
  std::fill(sums_int8_.span().begin(), sums_int8_.span().end(), 0);
}

void RowAccumulation::accumulate() {
  const std::size_t step = std::min(kRowsInRegisters * targets_, order_.size());
  for (std::size_t first = 0; first < order_.size(); first += step) {
    const RowOrder rows{.order = order_.data() + first, .count = step, .row = row_};
    switch (form_) {
      case RowForm::gather_float:
        HWY_DYNAMIC_DISPATCH(gather_float)(rows, weights_.data(), sums_.data());
        break;
      case RowForm::scatter_float:
        HWY_DYNAMIC_DISPATCH(scatter_float)(rows, weights_.data(), sums_.data());
        break;
      case RowForm::gather_int8:
        HWY_DYNAMIC_DISPATCH(gather_int8)(rows, weights_int8_.data(), sums_int8_.data());
        break;
    }
  }
}

double RowAccumulation::measure(double seconds) {
  using Clock = std::chrono::steady_clock;
  constexpr int kPasses = 256;  // some half a millisecond: shorter than most disturbances are apart
  const double operations = static_cast<double>(kPasses) * static_cast<double>(order_.size() * row_);
  const auto start = Clock::now();
  auto now = start;
  double best = 0.0;
  do {
    clear();
    accumulate();  // brings the rows into the cache
    const auto begin = Clock::now();
    for (int pass = 1; pass < kPasses; ++pass) {
      accumulate();
    }
    accumulate();
    now = Clock::now();
    best = std::max(best, operations / std::chrono::duration<double>(now - begin).count());
  } while (std::chrono::duration<double>(now - start).count() < seconds);
  clear();
  return best;
}

double RowAccumulation::weight(std::size_t row, std::size_t column) const {
  const std::size_t i = row * row_ + column;
  return form_ == RowForm::gather_int8 ? static_cast<double>(weight_of(weights_int8_.span()[i], column))
                                       : double{weights_.span()[i]};
}

double RowAccumulation::sum(std::size_t target, std::size_t column) const {
  if (form_ != RowForm::gather_int8) {
    return double{sums_.span()[target * row_ + column]};
  }
  const std::size_t vector = column / lanes_;
  const std::size_t lane = column % lanes_;
  const std::size_t place = vector * lanes_ + (lane % 2) * (lanes_ / 2) + lane / 2;
  return static_cast<double>(sums_int8_.span()[target * row_ + place]);
}

double ceiling(RowForm form, std::size_t row, double seconds) {
  const std::size_t measured =
      std::bit_floor(std::clamp(row, RowAccumulation::kShortestRow, RowAccumulation::kLongestRow));
  return RowAccumulation(form, measured).measure(seconds);
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
