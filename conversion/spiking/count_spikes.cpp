#include "conversion/spiking/fit_channel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "conversion/spiking/count_spikes.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace homolog::conversion {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Neurons side by side: those of one vector wait for each other's results, so several vectors share the
/// time.
constexpr std::size_t kVectors = 4;

/// Samples [first, first + vectors * lanes of d), through all steps: potentials and counts stay in registers.
template <std::size_t vectors, class D>
HWY_INLINE void count_samples(D d, const ChannelSamples& samples, const ChannelFit& fit, std::size_t first,
                              std::span<std::int32_t> counts) {
  const hn::RebindToSigned<D> di;
  const std::size_t lanes = hn::Lanes(d);
  const auto threshold = hn::Set(d, fit.threshold);
  const auto current = hn::Set(d, fit.current);
  const auto zero = hn::Zero(d);
  const auto one = hn::Set(di, 1);
  hn::Vec<D> potential[vectors];
  hn::Vec<decltype(di)> count[vectors];
  for (std::size_t k = 0; k < vectors; ++k) {
    potential[k] = hn::Set(d, fit.initial * fit.threshold);
    count[k] = hn::Zero(di);
  }
  const float* drive = samples.drive.data() + first;
  for (std::size_t step = 0; step < samples.steps; ++step, drive += counts.size()) {
    for (std::size_t k = 0; k < vectors; ++k) {
      auto v = hn::Add(potential[k], hn::Add(hn::LoadU(d, drive + k * lanes), current));
      const auto fires = hn::Ge(v, threshold);
      if (samples.with_signs) {
        auto takes_back = hn::Lt(v, zero);
        if (!samples.linear) {
          takes_back = hn::And(takes_back, hn::RebindMask(d, hn::Gt(count[k], hn::Zero(di))));
        }
        v = hn::Sub(v, hn::IfThenElseZero(fires, threshold));
        v = hn::Add(v, hn::IfThenElseZero(takes_back, threshold));
        count[k] = hn::Sub(count[k], hn::IfThenElseZero(hn::RebindMask(di, takes_back), one));
      } else {
        v = hn::Sub(v, hn::IfThenElseZero(fires, threshold));
      }
      count[k] = hn::Add(count[k], hn::IfThenElseZero(hn::RebindMask(di, fires), one));
      potential[k] = v;
    }
  }
  for (std::size_t k = 0; k < vectors; ++k) {
    hn::StoreU(count[k], di, counts.data() + first + k * lanes);
  }
}

void count_all(const ChannelSamples& samples, const ChannelFit& fit, std::span<std::int32_t> counts) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t first = 0;
  for (; first + kVectors * lanes <= counts.size(); first += kVectors * lanes) {
    count_samples<kVectors>(d, samples, fit, first, counts);
  }
  for (; first + lanes <= counts.size(); first += lanes) {
    count_samples<1>(d, samples, fit, first, counts);
  }
  for (; first < counts.size(); ++first) {
    count_samples<1>(hn::CappedTag<float, 1>(), samples, fit, first, counts);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::conversion
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::conversion {
namespace {
HWY_EXPORT(count_all);
}  // namespace

void count_spikes(const ChannelSamples& samples, const ChannelFit& fit, std::span<std::int32_t> counts) {
  HWY_DYNAMIC_DISPATCH(count_all)(samples, fit, counts);
}

}  // namespace homolog::conversion
#endif  // HWY_ONCE
