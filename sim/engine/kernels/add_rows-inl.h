// Adding rows of weights, for one Highway target. Included once per target (see foreach_target.h).

#if defined(HOMOLOG_ADD_ROWS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HOMOLOG_ADD_ROWS_INL_H
#undef HOMOLOG_ADD_ROWS_INL_H
#else
#define HOMOLOG_ADD_ROWS_INL_H
#endif

#include <hwy/highway.h>

#include <cstddef>

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// z[j] = ((z[j] + rows[0][j]) + rows[1][j]) + ..., every sum rounded to float; graded rows are first
/// multiplied by their value, and the product is rounded. Several rows at a time keep z in a register;
/// the order of the additions, and so every bit, is that of one row after the other.
template <std::size_t kRows, bool kGraded>
HWY_INLINE void add_some_rows(const float* const* HWY_RESTRICT rows, const float* HWY_RESTRICT values,
                              std::size_t length, float* HWY_RESTRICT z) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t j = 0;
  for (; j + lanes <= length; j += lanes) {
    auto sum = hn::LoadU(d, z + j);
    for (std::size_t r = 0; r < kRows; ++r) {
      auto row = hn::LoadU(d, rows[r] + j);
      if constexpr (kGraded) {
        row = hn::Mul(row, hn::Set(d, values[r]));  // never MulAdd: it would round once
      }
      sum = hn::Add(sum, row);
    }
    hn::StoreU(sum, d, z + j);
  }
  for (; j < length; ++j) {
    float sum = z[j];
    for (std::size_t r = 0; r < kRows; ++r) {
      if constexpr (kGraded) {
        const float product = rows[r][j] * values[r];
        sum += product;
      } else {
        sum += rows[r][j];
      }
    }
    z[j] = sum;
  }
}

/// Rows that are added in one pass.
inline constexpr std::size_t kRowsPerPass = 8;

/// The same for `count` in 1 .. kRowsPerPass.
template <bool kGraded>
HWY_INLINE void add_rows(const float* const* HWY_RESTRICT rows, const float* HWY_RESTRICT values,
                         std::size_t count, std::size_t length, float* HWY_RESTRICT z) {
  switch (count) {
    case 1: add_some_rows<1, kGraded>(rows, values, length, z); break;
    case 2: add_some_rows<2, kGraded>(rows, values, length, z); break;
    case 3: add_some_rows<3, kGraded>(rows, values, length, z); break;
    case 4: add_some_rows<4, kGraded>(rows, values, length, z); break;
    case 5: add_some_rows<5, kGraded>(rows, values, length, z); break;
    case 6: add_some_rows<6, kGraded>(rows, values, length, z); break;
    case 7: add_some_rows<7, kGraded>(rows, values, length, z); break;
    default: add_some_rows<8, kGraded>(rows, values, length, z); break;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#endif  // include guard, toggled per target
