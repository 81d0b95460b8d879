#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/network/network.hpp"

namespace homolog::conversion {

/// One target of a simulation that goes through a feed-forward network target by target.
struct ReplayStage {
  sim::PopulationId target = 0;
  std::vector<sim::PopulationId> record{};  ///< to be simulated and recorded before the target is
  std::vector<sim::PopulationId> drop{};    ///< records that are not needed any more once those are there
};

/// What to record so that each population is simulated once instead of once for every target behind it.
struct ReplayPlan {
  std::vector<ReplayStage> stages{};
  std::uint64_t bytes = 0;  ///< of all records that exist at the same time, at most
};

/// Plans for `targets`, ascending, of a feed-forward network in which sources have smaller ids. All spiking
/// populations before a target that it or a later population reads are recorded, in the order of their ids,
/// while all records together stay within `most_bytes`: `images` presentations of `steps` steps. What is not
/// recorded has to be simulated with every target that needs it. Throws Error(internal) if targets do not
/// ascend.
[[nodiscard]] ReplayPlan plan_replay(const sim::Network& network, std::span<const sim::PopulationId> targets,
                                     sim::Step steps, std::int64_t images, std::uint64_t most_bytes);

/// Some populations of a network, as a network of their own.
struct NetworkPart {
  sim::Network network{};
  std::vector<sim::PopulationId> ids{};  ///< of its populations in the whole network, ascending
};

/// `wanted` and all that they need, directly or not, up to the populations for which `recorded` is true:
/// those come without what they receive, to be replayed. The input population is always a part.
[[nodiscard]] NetworkPart part_of(const sim::Network& network, std::span<const sim::PopulationId> wanted,
                                  const std::vector<bool>& recorded);

}  // namespace homolog::conversion
