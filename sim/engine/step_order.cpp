#include "sim/engine/step_order.hpp"

#include <algorithm>
#include <bit>

namespace homolog::sim {

void StepOrder::by_step(std::uint64_t active) noexcept {
  active_ = active;
  size_ = 0;
  for (std::uint64_t rest = active; rest != 0; rest &= rest - 1) {
    steps_[size_++] = static_cast<std::uint8_t>(std::countr_zero(rest));
  }
}

void StepOrder::by_count(std::uint64_t active, const std::array<std::uint32_t, kMostSteps>& counts) noexcept {
  active_ = active;
  size_ = static_cast<std::size_t>(std::popcount(active));
  std::array<std::uint8_t, kMany + 1> place{};  // first the steps of a count, then where its next one goes
  std::uint32_t most = 0;
  for (std::uint64_t rest = active; rest != 0; rest &= rest - 1) {
    const std::uint32_t count = std::min(counts[static_cast<std::size_t>(std::countr_zero(rest))], kMany);
    ++place[count];
    most = std::max(most, count);
  }
  std::uint8_t before = 0;
  for (std::uint32_t count = 0; count <= most; ++count) {
    const std::uint8_t steps = place[count];
    place[count] = before;
    before = static_cast<std::uint8_t>(before + steps);
  }
  for (std::uint64_t rest = active; rest != 0; rest &= rest - 1) {
    const auto step = static_cast<std::uint8_t>(std::countr_zero(rest));
    steps_[place[std::min(counts[step], kMany)]++] = step;
  }
}

}  // namespace homolog::sim
