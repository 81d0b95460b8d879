#include "experiments/report/rsa_data.hpp"

#include <string>
#include <utility>
#include <vector>

#include "experiments/recording/result_groups.hpp"

namespace homolog::experiments::report {
namespace {

using nlohmann::json;

/// Rows of the table of one entry, appended to `rows`. A table that is not one of ours is left out.
void add_differences(const GroupData& table, std::size_t entry, Budget& room, json& rows) {
  constexpr const char* kTexts[] = {"reference", "compare", "layer_a", "code_a", "layer_b", "code_b"};
  constexpr const char* kNumbers[] = {"difference", "standard_error", "p", "p_fdr", "p_bonferroni"};
  const std::size_t count = table.numbers(kNumbers[0]).size();
  std::vector<std::vector<std::string>> texts;
  for (const char* name : kTexts) {
    texts.push_back(table.texts(name));
    if (texts.back().size() != count) {
      return;
    }
  }
  for (const char* name : kNumbers) {
    if (table.numbers(name).size() != count) {
      return;
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!room.takes(1)) {
      continue;
    }
    json row;
    for (std::size_t k = 0; k < texts.size(); ++k) {
      row[kTexts[k]] = texts[k][i];
    }
    row["reference"] = named_with_entry(texts[0][i], "rsa", entry);
    for (const char* name : kNumbers) {
      row[name] = table.numbers(name)[i];
    }
    rows.push_back(std::move(row));
  }
}

}  // namespace

json rsa(const ResultsReader& results, Budget& room) {
  json rows = json::array();
  for (const RsaRow& row : results.rsa()) {
    if (!room.takes(1)) {
      continue;
    }
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

json differences(const ResultsReader& results, Budget& room) {
  constexpr const char* kKind = "rsa_differences";
  json rows = json::array();
  const std::vector<std::string> groups = results.groups(kKind);
  for (std::size_t entry = 1, found = 0; found < groups.size(); ++entry) {
    if (groups[found] == numbered(kKind, entry - 1)) {  // in order, but some entries may have none
      add_differences(GroupData(results.group(groups[found])), entry, room, rows);
      ++found;
    }
  }
  return rows;
}

}  // namespace homolog::experiments::report
