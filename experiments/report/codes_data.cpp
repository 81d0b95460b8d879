#include "experiments/report/codes_data.hpp"

#include <string>
#include <utility>

#include "experiments/recording/result_groups.hpp"
#include "experiments/report/page_text.hpp"

namespace homolog::experiments::report {
namespace {

using nlohmann::json;

constexpr std::size_t kMostVariants = 200;  // over all entries

json row(const json& variant) {
  const auto number = [&variant](const char* key) {
    const auto found = variant.find(key);
    return found != variant.end() && found->is_number() ? *found : json(nullptr);
  };
  const auto text = [&variant](const char* key) {
    const auto found = variant.find(key);
    return found != variant.end() && found->is_string() ? shortened(found->get<std::string>()) : "";
  };
  const auto time = variant.find("time");
  return {{"settings", text("settings")},
          {"neuron", text("neuron")},
          {"windowed", time != variant.end() && *time == "windows"},
          {"steps", number("steps")},
          {"steps_needed", number("steps_needed")},
          {"accuracy", number("accuracy")},
          {"agreement", number("agreement")},
          {"spikes_per_neuron", number("spikes_per_neuron")},
          {"synaptic_operations", number("synaptic_operations_per_image")},
          {"macs", number("macs_per_image")}};
}

}  // namespace

json codes(const json& summary) {
  json entries = json::array();
  std::size_t room = kMostVariants;
  for (std::size_t place = 0; summary.is_object() && place < kMostResultGroups; ++place) {
    const std::string group = numbered("codes", place);
    const auto found = summary.find(group);
    if (found == summary.end() || !found->is_array()) {
      continue;
    }
    json rows = json::array();
    std::size_t all = 0;
    for (const json& variant : *found) {
      all += variant.is_object() ? 1U : 0U;
      if (variant.is_object() && room > 0) {
        rows.push_back(row(variant));
        --room;
      }
    }
    if (all > 0) {
      entries.push_back({{"group", group}, {"rows", std::move(rows)}, {"all", all}});
    }
  }
  return entries.empty() ? json(nullptr) : entries;
}

}  // namespace homolog::experiments::report
