#include "experiments/analysis/table_cells.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace homolog::experiments {

nlohmann::ordered_json json_number(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json json_of(const Estimate& estimate) {
  return {{"value", json_number(estimate.value)},
          {"standard_error", json_number(estimate.standard_error)},
          {"ci_low", json_number(estimate.ci_low)},
          {"ci_high", json_number(estimate.ci_high)}};
}

void add_estimate(nlohmann::ordered_json& object, const std::string& key, const Estimate& estimate) {
  object[key] = json_number(estimate.value);
  object[key + "_standard_error"] = json_number(estimate.standard_error);
  object[key + "_ci_low"] = json_number(estimate.ci_low);
  object[key + "_ci_high"] = json_number(estimate.ci_high);
}

std::string cell_of(double value) {
  if (!std::isfinite(value)) {
    return "n/a";
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4f", value);
  return text.data();
}

std::string cell_of(const Estimate& estimate) {
  const std::string value = cell_of(estimate.value);
  return std::isfinite(estimate.standard_error) ? value + " +- " + cell_of(estimate.standard_error) : value;
}

std::string table_of(const std::vector<std::vector<std::string>>& rows, std::size_t texts) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const std::vector<std::string>& row : rows) {
    for (std::size_t c = 0; c < widths.size(); ++c) {
      widths[c] = std::max(widths[c], row[c].size());
    }
  }
  std::string table;
  for (const std::vector<std::string>& row : rows) {
    for (std::size_t c = 0; c < widths.size(); ++c) {
      const std::string space(widths[c] - row[c].size(), ' ');
      const bool last = c + 1 == widths.size();
      table += "  " + (c < texts ? row[c] + (last ? "" : space) : space + row[c]);
    }
    table += '\n';
  }
  return table;
}

}  // namespace homolog::experiments
