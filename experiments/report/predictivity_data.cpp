#include "experiments/report/predictivity_data.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "experiments/report/group_data.hpp"
#include "experiments/report/page_text.hpp"

namespace homolog::experiments::report {
namespace {

using nlohmann::json;

constexpr std::size_t kMostScores = 5000;  // over all targets
constexpr std::size_t kMostTargets = 50;   // a panel each

/// Text `key` of entry `group` of summary.json.
std::string from_summary(const json& summary, const std::string& group, const char* key) {
  const auto entry = summary.is_object() ? summary.find(group) : summary.end();
  if (entry == summary.end() || !entry->is_object()) {
    return "";
  }
  const auto text = entry->find(key);
  return text != entry->end() && text->is_string() ? shortened(text->get<std::string>()) : "";
}

/// Number `row` of a column with `rows` numbers; null without.
json number(const GroupData& group, const char* name, std::size_t rows, std::size_t row) {
  const auto values = group.numbers(name, {rows});
  return values.empty() ? json(nullptr) : json(rounded(values[row]));
}

}  // namespace

json predictivity(const ResultsReader& results, const json& summary) {
  json targets = json::array();
  Budget room(kMostScores);
  for (const std::string& name : results.groups("predictivity")) {
    const GroupData group(results.group(name));
    const std::vector<std::string> layers = group.texts("layer");
    const std::vector<std::string> codes = group.texts("code");
    const std::vector<std::string> responses = group.texts("responses");
    const std::vector<std::string> regions = group.texts("region");
    const std::size_t rows = layers.size();
    if (codes.size() != rows || responses.size() != rows || group.numbers("score", {rows}).empty()) {
      continue;
    }
    std::map<std::string, std::size_t> places;  // of targets of this group
    for (std::size_t row = 0; row < rows; ++row) {
      const bool no_panel = targets.size() == kMostTargets && !places.contains(responses[row]);
      if (no_panel) {
        room.leave_out();
        continue;
      }
      if (!room.takes(1)) {
        continue;
      }
      const auto of_row = [&](const char* column) { return number(group, column, rows, row); };
      const auto [place, is_new] = places.try_emplace(responses[row], targets.size());
      if (is_new) {
        targets.push_back({{"group", name},
                           {"method", from_summary(summary, name, "method")},
                           {"splits", from_summary(summary, name, "splits")},
                           {"projection", from_summary(summary, name, "projection")},
                           {"name", responses[row]},
                           {"region", row < regions.size() ? regions[row] : ""},
                           {"units", of_row("units")},
                           {"ceiling", of_row("ceiling")},
                           {"ceiling_error", of_row("ceiling_error")},
                           {"rows", json::array()}});
      }
      targets[place->second]["rows"].push_back({{"layer", layers[row]},
                                                {"code", codes[row]},
                                                {"score", of_row("score")},
                                                {"error", of_row("score_error")},
                                                {"low", of_row("score_ci_low")},
                                                {"high", of_row("score_ci_high")},
                                                {"r_squared", of_row("r_squared_over_ceiling")},
                                                {"r", of_row("r_over_sqrt_ceiling")},
                                                {"undefined", of_row("undefined_units")}});
    }
  }
  if (targets.empty()) {
    return nullptr;
  }
  return {{"targets", std::move(targets)}, {"left_out", room.left_out()}};
}

}  // namespace homolog::experiments::report
