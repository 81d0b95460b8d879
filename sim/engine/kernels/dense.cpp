#include "sim/engine/kernels/dense.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/kernels/dense.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#include "sim/engine/kernels/add_rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

void scatter_dense(const float* weights, std::size_t channels, const Events& events, float* HWY_RESTRICT z) {
  const float* rows[kRowsPerPass] = {};
  for (std::size_t done = 0; done < events.units.size(); done += kRowsPerPass) {
    const std::size_t pass = HWY_MIN(kRowsPerPass, events.units.size() - done);
    for (std::size_t r = 0; r < pass; ++r) {
      rows[r] = weights + events.units[done + r] * channels;
    }
    if (events.values == nullptr) {
      add_rows<false>(rows, nullptr, pass, channels, z);
    } else {
      add_rows<true>(rows, events.values + done, pass, channels, z);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(scatter_dense);
}  // namespace

DenseScatter::DenseScatter(const Dense& kernel)
    : weights_(kernel.weights.size()),
      channels_(static_cast<std::size_t>(kernel.channels)),
      first_channel_(static_cast<std::size_t>(kernel.first_channel)) {
  std::copy(kernel.weights.begin(), kernel.weights.end(), weights_.data());
}

std::uint64_t DenseScatter::operator()(const Events& events, float* z) const {
  HWY_DYNAMIC_DISPATCH(scatter_dense)(weights_.data(), channels_, events, z + first_channel_);
  return std::uint64_t{events.units.size()} * channels_;
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
