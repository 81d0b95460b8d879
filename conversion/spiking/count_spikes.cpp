#include "conversion/spiking/fit_channel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "conversion/spiking/count_spikes.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace homolog::conversion {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Samples [first, first + lanes of d), through all steps: potentials and counts stay in registers.
template <class D>
HWY_INLINE void count_samples(D d, const ChannelSamples& samples, const ChannelFit& fit, std::size_t first,
                              std::span<std::int32_t> counts) {
  const hn::RebindToSigned<D> di;
  const auto threshold = hn::Set(d, fit.threshold);
  const auto current = hn::Set(d, fit.current);
  const auto zero = hn::Zero(d);
  const auto one = hn::Set(di, 1);
  auto potential = hn::Set(d, fit.initial * fit.threshold);
  auto count = hn::Zero(di);
  const float* drive = samples.drive.data() + first;
  for (std::size_t step = 0; step < samples.steps; ++step, drive += counts.size()) {
    potential = hn::Add(potential, hn::Add(hn::LoadU(d, drive), current));
    const auto fires = hn::Ge(potential, threshold);
    if (samples.with_signs) {
      auto takes_back = hn::Lt(potential, zero);
      if (!samples.linear) {
        takes_back = hn::And(takes_back, hn::RebindMask(d, hn::Gt(count, hn::Zero(di))));
      }
      potential = hn::Sub(potential, hn::IfThenElseZero(fires, threshold));
      potential = hn::Add(potential, hn::IfThenElseZero(takes_back, threshold));
      count = hn::Sub(count, hn::IfThenElseZero(hn::RebindMask(di, takes_back), one));
    } else {
      potential = hn::Sub(potential, hn::IfThenElseZero(fires, threshold));
    }
    count = hn::Add(count, hn::IfThenElseZero(hn::RebindMask(di, fires), one));
  }
  hn::StoreU(count, di, counts.data() + first);
}

void count_all(const ChannelSamples& samples, const ChannelFit& fit, std::span<std::int32_t> counts) {
  const hn::ScalableTag<float> d;
  std::size_t first = 0;
  for (; first + hn::Lanes(d) <= counts.size(); first += hn::Lanes(d)) {
    count_samples(d, samples, fit, first, counts);
  }
  for (; first < counts.size(); ++first) {
    count_samples(hn::CappedTag<float, 1>(), samples, fit, first, counts);
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
