#include "experiments/report/behaviour_data.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "experiments/report/group_data.hpp"

namespace homolog::experiments::report {
namespace {

using nlohmann::json;

constexpr std::size_t kMostSets = 50;        // of observers, over all entries
constexpr std::size_t kMostObservers = 200;  // of a set: every few of more

/// Number `at` of a dataset of `count`.
json one(const GroupData& group, const std::string& name, std::size_t count, std::size_t at) {
  return group.estimates(name, {count}, {.first = at, .count = 1});
}

/// Row `at` of a dataset [count, networks].
json by_network(const GroupData& group, const std::string& name, std::size_t count, std::size_t networks,
                std::size_t at) {
  return group.estimates(name, {count, networks}, {.first = at * networks, .count = networks});
}

json observers(const GroupData& group, std::size_t networks, Budget& room) {
  const std::vector<std::string> names = group.texts("observers");
  json sets = json::array();
  for (std::size_t s = 0; s < names.size(); ++s) {
    if (!room.takes(1)) {
      continue;
    }
    const std::string& name = names[s];
    const std::size_t count = group.numbers("accuracy." + name).size();
    const std::size_t stride = std::max<std::size_t>(1, (count + kMostObservers - 1) / kMostObservers);
    const auto shown = [&](std::size_t first) {
      return Cells{.first = first, .count = (count + stride - 1) / stride, .stride = stride};
    };
    json kappas = json::array();
    json trials = json::array();
    for (std::size_t network = 0; network < networks; ++network) {
      kappas.push_back(group.column("kappa." + name, {networks, count}, shown(network * count)));
      trials.push_back(group.column("trials." + name, {networks, count}, shown(network * count)));
    }
    sets.push_back({{"name", name},
                    {"count", count},
                    {"kappa", by_network(group, "kappa", names.size(), networks, s)},
                    {"kappa_error", group.column("kappa_error", {names.size(), networks},
                                                 {.first = s * networks, .count = networks})},
                    {"between", one(group, "kappa_between_observers", names.size(), s)},
                    {"difference", one(group, "kappa_difference", names.size(), s)},
                    {"accuracy", group.column("accuracy." + name, {count}, shown(0))},
                    {"kappas", std::move(kappas)},
                    {"trials", std::move(trials)}});
  }
  return sets;
}

json image_level(const GroupData& group, std::size_t networks, Budget& room) {
  const std::vector<std::string> names = group.texts("i2n_observers");
  json sets = json::array();
  for (std::size_t s = 0; s < names.size(); ++s) {
    if (room.takes(1)) {
      sets.push_back({{"name", names[s]},
                      {"consistency", by_network(group, "i2n_consistency", names.size(), networks, s)},
                      {"corrected",
                       by_network(group, "i2n_consistency_over_sqrt_reliability", names.size(), networks, s)},
                      {"reliability", one(group, "i2n_reliability", names.size(), s)},
                      {"difference", one(group, "i2n_consistency_difference", names.size(), s)}});
    }
  }
  return sets;
}

}  // namespace

json behaviour(const ResultsReader& results) {
  constexpr std::size_t kMostNetworks = 8;
  json entries = json::array();
  Budget room(kMostSets);
  for (const std::string& name : results.groups("behaviour")) {
    const GroupData group(results.group(name));
    const std::vector<std::string> networks = group.texts("networks");
    if (networks.empty() || networks.size() > kMostNetworks) {
      continue;
    }
    const std::size_t count = networks.size();
    entries.push_back({{"group", name},
                       {"networks", networks},
                       {"accuracy", group.estimates("accuracy", {count}, {.count = count})},
                       {"accuracy_difference", one(group, "accuracy_difference", 1, 0)},
                       {"kappa_between_networks", one(group, "kappa_between_networks", 1, 0)},
                       {"i2n_between_networks", one(group, "i2n_between_networks", 1, 0)},
                       {"observers", observers(group, count, room)},
                       {"i2n", image_level(group, count, room)}});
  }
  if (entries.empty()) {
    return nullptr;
  }
  return {{"entries", std::move(entries)}, {"left_out", room.left_out()}};
}

}  // namespace homolog::experiments::report
