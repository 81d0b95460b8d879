#include "experiments/analysis/estimate_datasets.hpp"

#include <utility>

namespace homolog::experiments {

std::vector<ResultDataset> estimate_datasets(const std::string& name, std::span<const Estimate> estimates,
                                             const std::vector<std::size_t>& extents, const std::string& axes,
                                             const std::string& convention) {
  const std::vector<std::pair<std::string, double Estimate::*>> parts{
      {"", &Estimate::value},
      {"_standard_error", &Estimate::standard_error},
      {"_ci_low", &Estimate::ci_low},
      {"_ci_high", &Estimate::ci_high}};
  std::vector<ResultDataset> datasets;
  for (const auto& [ending, member] : parts) {
    std::vector<double> values;
    for (const Estimate& estimate : estimates) {
      values.push_back(estimate.*member);
    }
    datasets.push_back(
        {.name = name + ending, .values = std::move(values), .extents = extents, .axes = axes});
  }
  if (!convention.empty()) {
    datasets.front().attributes = {{"convention", convention}};
  }
  return datasets;
}

}  // namespace homolog::experiments
