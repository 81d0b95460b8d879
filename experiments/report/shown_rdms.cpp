#include "experiments/report/shown_rdms.hpp"

#include <algorithm>
#include <utility>

#include "experiments/recording/result_groups.hpp"

namespace homolog::experiments::report {
namespace {

void add(std::vector<ShownRdm>& all, const ResultsReader& results, const RdmName& name, std::size_t place) {
  all.push_back({.name = name.layer,
                 .code = named_with_entry(name.code, "rsa", place + 1),
                 .path = "/" + numbered("rdms", place) + "/" + name.layer + "/" + name.code,
                 .read = [&results, name, place] { return results.rdm(name, place); }});
}

/// Puts matrices with the same name side by side, in the order in which names occur first.
void group_by_name(std::vector<ShownRdm>& rdms) {
  std::vector<std::string> names;
  for (const ShownRdm& rdm : rdms) {
    if (std::find(names.begin(), names.end(), rdm.name) == names.end()) {
      names.push_back(rdm.name);
    }
  }
  const auto place_of = [&names](const ShownRdm& rdm) {
    return std::find(names.begin(), names.end(), rdm.name) - names.begin();
  };
  std::stable_sort(rdms.begin(), rdms.end(),
                   [&](const ShownRdm& a, const ShownRdm& b) { return place_of(a) < place_of(b); });
}

}  // namespace

ShownRdms shown_rdms(const ResultsReader& results) {
  ShownRdms shown;
  const std::size_t places = results.rdm_places();
  for (std::size_t place = 0; place < places; ++place) {
    for (const RdmName& name : results.rdms(place)) {
      add(shown.layers, results, name, place);
    }
    for (const RdmName& name : results.model_rdms(place)) {
      add(shown.models, results, name, place);
    }
    for (const std::string& name : results.reference_rdms(place)) {
      shown.references.push_back(
          {.name = named_with_entry(name, "rsa", place + 1),
           .path = "/" + numbered("rdms_reference", place) + "/" + name,
           .read = [&results, name, place] { return results.reference_rdm(name, place); }});
    }
  }
  group_by_name(shown.layers);
  group_by_name(shown.models);
  return shown;
}

}  // namespace homolog::experiments::report
