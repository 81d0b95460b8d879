#include "sim/network/windows.hpp"

#include <algorithm>

#include "sim/network/order.hpp"

namespace homolog::sim {

Windows windows_of(const Network& network) {
  // An analog input is there from the beginning: before the first window.
  std::vector<std::int64_t> last(network.populations.size(), -1);
  std::int64_t count = 1;
  for (const PopulationId id : step_order(network)) {
    const Role& role = network.populations[id].role;
    for (const Projection& projection : network.projections) {
      if (projection.target == id) {
        last[id] = std::max(last[id], last[projection.source]);
      }
    }
    last[id] +=
        std::holds_alternative<WindowNeurons>(role) || std::holds_alternative<LatencyInput>(role) ? 1 : 0;
    count = std::max(count, last[id] + 1);
  }
  Windows windows{.of = {}, .count = static_cast<std::uint32_t>(count)};
  for (const std::int64_t number : last) {
    windows.of.push_back(static_cast<std::uint32_t>(std::max<std::int64_t>(0, number)));
  }
  return windows;
}

}  // namespace homolog::sim
