#include "sim/windowed/window_plan.hpp"

#include <algorithm>

#include "sim/core/error.hpp"
#include "sim/network/fan_out.hpp"
#include "sim/network/order.hpp"

namespace homolog::sim {
namespace {

bool has_values(const PreparedPopulation& population) {
  return population.emits() || population.is_analog_input();
}

bool same_code(const WindowNeuron& a, const WindowNeuron& b) {
  const auto* few_a = std::get_if<FewSpikes>(&a);
  const auto* few_b = std::get_if<FewSpikes>(&b);
  return few_a == nullptr ? few_b == nullptr : few_b != nullptr && few_a->steps == few_b->steps;
}

/// The code that each population speaks.
void name_codes(const Network& network, WindowPlan& plan) {
  plan.code.resize(network.populations.size());
  for (const PopulationId id : plan.order) {
    const Role& role = network.populations[id].role;
    if (const auto* neurons = std::get_if<WindowNeurons>(&role)) {
      plan.code[id] = neurons->model;
    } else if (std::holds_alternative<LatencyInput>(role)) {
      plan.code[id] = TimeToFirstSpike{};
    }
    for (const Projection& projection : network.projections) {
      if (projection.target != id || !std::holds_alternative<MaxGate>(role)) {
        continue;
      }
      const std::optional<WindowNeuron>& code = plan.code[projection.source];
      if (!code) {
        continue;  // a gate without sources: silent
      }
      if (plan.code[id] && !same_code(*plan.code[id], *code)) {
        throw Error(ErrorKind::internal, "population '" + network.populations[id].name +
                                             "': the sources of a max gate must speak one code");
      }
      plan.code[id] = code;
    }
  }
}

void count_synapses(const Network& network, WindowPlan& plan) {
  plan.fan_out.resize(network.populations.size());
  for (const Projection& projection : network.projections) {
    const std::optional<WindowNeuron>& code = plan.code[projection.source];
    if (!code || !std::holds_alternative<FewSpikes>(*code)) {
      continue;
    }
    const std::vector<std::uint32_t> synapses = fan_out(projection);
    std::vector<std::uint32_t>& sum = plan.fan_out[projection.source];
    sum.resize(synapses.size(), 0);
    for (std::size_t unit = 0; unit < synapses.size(); ++unit) {
      sum[unit] += synapses[unit];
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
  for (const Population& population : network.populations) {
    plan.names.push_back(population.name);
    plan.rank_worth.push_back(population.rank_worth);
  }
  count_synapses(network, plan);
  return plan;
}

WindowMemory::WindowMemory(const WindowPlan& plan, int threads) : costs(plan.network.populations.size()) {
  for (const PreparedPopulation& population : plan.network.populations) {
    emissions.push_back(has_values(population) ? Emission(population.shape, 1, Emission::Kind::graded)
                                               : Emission());
    const bool by_rank = !plan.rank_worth[ranked.size()].empty();
    ranked.push_back(by_rank ? Emission(population.shape, 1, Emission::Kind::graded) : Emission());
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
  for (PopulationId id = 0; id < plan.network.populations.size(); ++id) {
    const PreparedPopulation& population = plan.network.populations[id];
    bytes += has_values(population) ? Emission::bytes(population.shape, 1, Emission::Kind::graded) : 0;
    bytes += plan.rank_worth[id].empty() ? 0 : Emission::bytes(population.shape, 1, Emission::Kind::graded);
  }
  return bytes + worker_bytes(plan.network, 1, true);
}

}  // namespace homolog::sim
