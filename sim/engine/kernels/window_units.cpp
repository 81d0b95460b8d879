#include "sim/engine/kernels/window_units.hpp"

#include <bit>

namespace homolog::sim {
namespace {

/// Events of a window in a step up to which sums may as well lie in the first-level cache. Where more than
/// two chunks use a window's list, its making costs each of them less. Measured on AVX-512
/// (docs/performance.md).
std::uint64_t few_events(bool int8, std::size_t chunks) {
  const bool shared = chunks > 2;
  if (int8) {
    return shared ? 10 : 16;
  }
  return shared ? 8 : 14;
}

}  // namespace

bool GatherKernel::reads_units() const noexcept {
  return groups_ == 1 && kernel_w_ > 1 && view_.view_channels <= UnitEvents::kMostChannels &&
         view_.positions() * view_.channels < UnitEvents::kMostUnits;
}

std::uint64_t GatherKernel::most_unit_events(Step steps) const noexcept {
  return few_events(int8_, chunks_reached_) * view_.width * steps / kernel_w_;
}

bool GatherKernel::units_pay(const UnitWindow& source) const {
  std::uint64_t events = 0;
  std::uint64_t window_steps = 0;  // with any event: others cost nothing either way
  for (std::size_t x = 0; x + 1 < first_run_.size(); ++x) {
    for_each_unit_run(windows(), source, x,
                      [&](const UnitEvents& /*of_row*/, std::size_t /*begin*/, std::size_t count,
                          std::int64_t /*plus*/) { events += count; });
    window_steps += static_cast<std::uint64_t>(std::popcount(active_steps(windows(), source, x)));
  }
  return events <= few_events(int8_, chunks_reached_) * window_steps;
}

}  // namespace homolog::sim
