#include "experiments/report/variance_data.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "experiments/report/group_data.hpp"

namespace homolog::experiments::report {
namespace {

using nlohmann::json;

constexpr std::size_t kMostLayers = 500;
constexpr std::size_t kMostSets = 4;              // 15 subsets
constexpr std::size_t kMostPanelValues = 10'000;  // over all panels, each with an interval

/// One group, with extents that agree with each other.
struct Partition {
  const GroupData& group;
  std::vector<std::string> layers{}, references{}, sets{}, subsets{};
  std::size_t shown = 0;  // layers

  /// Of all layers and one reference, number `last` of `lasts` in the last axis.
  [[nodiscard]] json estimates(const std::string& name, std::size_t reference, std::size_t last,
                               std::size_t lasts) const {
    return group.estimates(name, {layers.size(), references.size(), lasts}, cells(reference, last, lasts));
  }
  [[nodiscard]] Cells cells(std::size_t reference, std::size_t last, std::size_t lasts) const {
    return {.first = reference * lasts + last, .count = shown, .stride = references.size() * lasts};
  }
  [[nodiscard]] json all(const std::string& name, std::size_t reference, std::size_t lasts) const {
    json made = json::array();
    for (std::size_t last = 0; last < lasts; ++last) {
      made.push_back(estimates(name, reference, last, lasts));
    }
    return made;
  }
};

/// Names and members of the subsets: subset k has set s if bit s of k + 1 is set.
json subsets_of(const Partition& partition) {
  json subsets = json::array();
  for (std::size_t subset = 0; subset < partition.subsets.size(); ++subset) {
    json members = json::array();
    for (std::size_t set = 0; set < partition.sets.size(); ++set) {
      if (((subset + 1) >> set & 1U) != 0) {
        members.push_back(set);
      }
    }
    subsets.push_back({{"name", partition.subsets[subset]}, {"members", std::move(members)}});
  }
  return subsets;
}

/// Whether `members` [subset, set] says what subsets_of() takes for granted.
bool as_usual(const Partition& partition) {
  const std::size_t sets = partition.sets.size();
  const auto members = partition.group.numbers("members", {partition.subsets.size(), sets});
  if (members.empty()) {
    return false;
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    if ((members[i] != 0.0) != (((i / sets + 1) >> (i % sets) & 1U) != 0)) {
      return false;
    }
  }
  return true;
}

}  // namespace

json variance(const ResultsReader& results) {
  json panels = json::array();
  Budget values(kMostPanelValues);
  std::size_t layers_left_out = 0;
  for (const std::string& name : results.groups("variance")) {
    const GroupData group(results.group(name));
    Partition partition{.group = group,
                        .layers = group.texts("layers"),
                        .references = group.texts("references"),
                        .sets = group.texts("sets"),
                        .subsets = group.texts("subsets")};
    const std::size_t sets = partition.sets.size();
    const std::size_t subsets = partition.subsets.size();
    if (partition.layers.empty() || sets == 0 || sets > kMostSets || subsets + 1 != std::size_t{1} << sets ||
        !as_usual(partition)) {
      continue;
    }
    partition.shown = std::min(partition.layers.size(), kMostLayers);
    layers_left_out = std::max(layers_left_out, partition.layers.size() - partition.shown);
    for (std::size_t r = 0; r < partition.references.size(); ++r) {
      json r_squared = partition.estimates("r_squared", r, subsets - 1, subsets);
      if (r_squared.is_null() || !values.takes(partition.shown * (subsets + 2 * sets + 2))) {
        continue;
      }
      panels.push_back(
          {{"group", name},
           {"reference", partition.references[r]},
           {"layers", std::vector<std::string>(
                          partition.layers.begin(),
                          partition.layers.begin() + static_cast<std::ptrdiff_t>(partition.shown))},
           {"sets", partition.sets},
           {"subsets", subsets_of(partition)},
           {"r_squared", std::move(r_squared)},
           {"adjusted", group.column("r_squared_adjusted",
                                     {partition.layers.size(), partition.references.size(), subsets},
                                     partition.cells(r, subsets - 1, subsets))},
           {"parts", partition.all("part", r, subsets)},
           {"semi_partial", partition.all("semi_partial", r, sets)},
           {"partial", partition.all("partial", r, sets)}});
    }
  }
  if (panels.empty()) {
    return nullptr;
  }
  return {
      {"panels", std::move(panels)}, {"left_out", values.left_out()}, {"layers_left_out", layers_left_out}};
}

}  // namespace homolog::experiments::report
