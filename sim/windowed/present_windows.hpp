#pragma once

#include <span>

#include "sim/windowed/window_plan.hpp"
#include "sim/windowed/windowed_simulator.hpp"

namespace homolog::sim {

/// One presentation to a network of window neurons. `values`: of the input, [H,W,C].
[[nodiscard]] WindowedResponse present_windows(const WindowPlan& plan, WindowMemory& memory,
                                               std::span<const float> values, WindowObserver* observer);

}  // namespace homolog::sim
