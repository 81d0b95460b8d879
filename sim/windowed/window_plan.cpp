#include "sim/windowed/window_plan.hpp"

#include <algorithm>

#include "sim/network/order.hpp"

namespace homolog::sim {
namespace {

bool has_values(const PreparedPopulation& population) {
  return population.emits() || population.is_analog_input();
}

/// Whose code each population speaks, in windows of whose length.
void name_codes(const Network& network, WindowPlan& plan) {
  plan.length_of.resize(network.populations.size());
  plan.code.resize(network.populations.size());
  for (const PopulationId id : plan.order) {
    const Role& role = network.populations[id].role;
    plan.length_of[id] = id;
    if (const auto* neurons = std::get_if<WindowNeurons>(&role)) {
      plan.code[id] = neurons->model;
    }
    for (const Projection& projection : network.projections) {
      if (projection.target == id && std::holds_alternative<MaxGate>(role)) {
        plan.length_of[id] = plan.length_of[projection.source];
        plan.code[id] = plan.code[projection.source];
      }
    }
  }
}

}  // namespace

WindowPlan plan_windows(const Network& network) {
  WindowPlan plan;
  plan.network = prepare(network);
  plan.order = step_order(network);
  plan.pools.resize(network.populations.size());
  for (const Projection& projection : network.projections) {
    if (const auto* pool = std::get_if<MaxPool>(&projection.kernel)) {
      plan.pools[projection.target].emplace_back(*pool);
    }
  }
  name_codes(network, plan);
  return plan;
}

WindowMemory::WindowMemory(const WindowPlan& plan, int threads) : costs(plan.network.populations.size()) {
  for (const PreparedPopulation& population : plan.network.populations) {
    emissions.push_back(has_values(population) ? Emission(population.shape, 1, true) : Emission());
  }
  for (int i = 0; i < threads; ++i) {
    workers.push_back(make_worker(plan.network));
  }
  if (threads > 1) {
    arena = std::make_unique<tbb::task_arena>(threads);
  }
}

std::uint64_t WindowMemory::bytes(const WindowPlan& plan) {
  std::uint64_t bytes = 0;
  for (const PreparedPopulation& population : plan.network.populations) {
    bytes += has_values(population) ? Emission::bytes(population.shape, 1, true) : 0;
  }
  return bytes + worker_bytes(plan.network, 1, true);
}

}  // namespace homolog::sim
