#include "experiments/report/rsa_data.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "experiments/recording/result_groups.hpp"

namespace homolog::experiments::report {
namespace {

using nlohmann::json;

/// More pairs than a page can show; the file has all of them.
constexpr std::size_t kMostDifferences = 20'000;

/// A column of a table of the file; nullptr if it is missing, has another type or another length.
template <class Value>
const std::vector<Value>* column(const std::vector<ResultDataset>& table, const std::string& name,
                                 std::size_t rows) {
  for (const ResultDataset& dataset : table) {
    const auto* values = std::get_if<std::vector<Value>>(&dataset.values);
    if (dataset.name == name && values != nullptr && values->size() == rows) {
      return values;
    }
  }
  return nullptr;
}

/// Rows of the table of one entry, appended to `rows`. A table that is not one of ours is left out.
void add_differences(const std::vector<ResultDataset>& table, std::size_t entry, json& rows) {
  constexpr const char* kTexts[] = {"reference", "compare", "layer_a", "code_a", "layer_b", "code_b"};
  constexpr const char* kNumbers[] = {"difference", "standard_error", "p", "p_fdr", "p_bonferroni"};
  const auto first = std::find_if(table.begin(), table.end(),
                                  [](const ResultDataset& dataset) { return dataset.name == "difference"; });
  if (first == table.end() || first->extents.size() != 1) {
    return;
  }
  const std::size_t count = first->extents.front();
  std::vector<const std::vector<std::string>*> texts;
  std::vector<const std::vector<double>*> numbers;
  for (const char* name : kTexts) {
    texts.push_back(column<std::string>(table, name, count));
  }
  for (const char* name : kNumbers) {
    numbers.push_back(column<double>(table, name, count));
  }
  if (std::find(texts.begin(), texts.end(), nullptr) != texts.end() ||
      std::find(numbers.begin(), numbers.end(), nullptr) != numbers.end()) {
    return;
  }
  for (std::size_t i = 0; i < count && rows.size() < kMostDifferences; ++i) {
    json row;
    for (std::size_t k = 0; k < texts.size(); ++k) {
      row[kTexts[k]] = (*texts[k])[i];
    }
    row["reference"] = named_with_entry(row["reference"].get<std::string>(), "rsa", entry);
    for (std::size_t k = 0; k < numbers.size(); ++k) {
      row[kNumbers[k]] = (*numbers[k])[i];
    }
    rows.push_back(std::move(row));
  }
}

}  // namespace

json rsa(const ResultsReader& results) {
  json rows = json::array();
  for (const RsaRow& row : results.rsa()) {
    rows.push_back(
        {{"layer", row.layer},
         {"code", row.code},
         {"reference", named_with_entry(row.reference, "rsa", static_cast<std::size_t>(row.entry))},
         {"compare", row.compare},
         {"dissimilarity", row.dissimilarity},
         {"value", row.value},
         {"standard_error", row.standard_error},
         {"ci_low", row.ci_low},
         {"ci_high", row.ci_high},
         {"p", row.p},
         {"p_fdr", row.p_fdr},
         {"p_bonferroni", row.p_bonferroni},
         {"p_permutation", row.p_permutation},
         {"p_ceiling", row.p_ceiling},
         {"random_mean", row.random_mean},
         {"random_sd", row.random_sd},
         {"p_random", row.p_random},
         {"ceiling_low", row.noise_ceiling_low},
         {"ceiling_high", row.noise_ceiling_high}});
  }
  return rows;
}

json differences(const ResultsReader& results) {
  constexpr const char* kKind = "rsa_differences";
  json rows = json::array();
  const std::vector<std::string> groups = results.groups(kKind);
  for (std::size_t entry = 1, found = 0; found < groups.size(); ++entry) {
    if (groups[found] == numbered(kKind, entry - 1)) {  // in order, but some entries may have none
      add_differences(results.group(groups[found]), entry, rows);
      ++found;
    }
  }
  return rows;
}

}  // namespace homolog::experiments::report
