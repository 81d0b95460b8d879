#include "experiments/report/group_data.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "experiments/report/page_text.hpp"

namespace homolog::experiments::report {

using nlohmann::json;

double rounded(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.9g", value);
  return std::strtod(text, nullptr);
}

const ResultDataset* GroupData::find(const std::string& name) const {
  const auto found = std::find_if(datasets_.begin(), datasets_.end(),
                                  [&](const ResultDataset& dataset) { return dataset.name == name; });
  return found == datasets_.end() ? nullptr : &*found;
}

std::vector<std::string> GroupData::texts(const std::string& name) const {
  constexpr std::size_t kMostBytes = 300;
  const ResultDataset* found = find(name);
  const auto* values = found ? std::get_if<std::vector<std::string>>(&found->values) : nullptr;
  std::vector<std::string> texts;
  for (std::size_t i = 0; values && i < values->size(); ++i) {
    texts.push_back(shortened((*values)[i], kMostBytes));
  }
  return texts;
}

std::span<const double> GroupData::numbers(const std::string& name,
                                           const std::vector<std::size_t>& extents) const {
  const ResultDataset* found = find(name);
  const auto* values = found ? std::get_if<std::vector<double>>(&found->values) : nullptr;
  return values && found->extents == extents ? std::span<const double>(*values) : std::span<const double>();
}

std::span<const double> GroupData::numbers(const std::string& name) const {
  const ResultDataset* found = find(name);
  return found && found->extents.size() == 1 ? numbers(name, found->extents) : std::span<const double>();
}

std::string GroupData::units(const std::string& name) const {
  const ResultDataset* found = find(name);
  return found ? shortened(found->units) : std::string();
}

json GroupData::column(const std::string& name, const std::vector<std::size_t>& extents,
                       const Cells& cells) const {
  const std::span<const double> values = numbers(name, extents);
  if (values.empty() || cells.count == 0) {
    return nullptr;
  }
  json column = json::array();
  for (std::size_t i = 0; i < cells.count; ++i) {
    column.push_back(rounded(values[cells.first + i * cells.stride]));
  }
  return column;
}

std::size_t GroupData::peak(const std::string& name, const std::vector<std::size_t>& extents,
                            const Cells& cells) const {
  const std::span<const double> values = numbers(name, extents);
  const auto at = [&](std::size_t i) { return values[cells.first + i * cells.stride]; };
  std::size_t peak = cells.count;
  for (std::size_t i = 0; i < cells.count && !values.empty(); ++i) {
    if (std::isfinite(at(i)) && (peak == cells.count || at(i) > at(peak))) {
      peak = i;
    }
  }
  return peak;
}

json GroupData::estimates(const std::string& name, const std::vector<std::size_t>& extents,
                          const Cells& cells) const {
  json values = column(name, extents, cells);
  if (values.is_null()) {
    return nullptr;
  }
  return {{"values", std::move(values)},
          {"low", column(name + "_ci_low", extents, cells)},
          {"high", column(name + "_ci_high", extents, cells)},
          {"error", column(name + "_standard_error", extents, cells)},
          {"p_fdr", column(name + "_p_fdr", extents, cells)}};
}

}  // namespace homolog::experiments::report
