#include "experiments/report/rdm_data.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "experiments/report/page_text.hpp"
#include "experiments/report/rdm_picture.hpp"
#include "experiments/report/shown_rdms.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments::report {
namespace {

using nlohmann::json;

constexpr std::size_t kRdmSide = 200;
constexpr double kRdmBytes = 1.5e6;  // over all matrices, before base64

/// What the rows of a picture are: the first stimulus of each block, its label, and the block size.
json picture_rows(const ResultsReader& results, const std::vector<std::size_t>& order, std::size_t block) {
  json ids = json::array();
  json labels = json::array();
  json stimuli = json::array();
  for (std::size_t i = 0; i < order.size(); i += block) {
    const std::size_t stimulus = order[i];
    stimuli.push_back(stimulus);
    ids.push_back(stimulus < results.stimulus_ids().size() ? shortened(results.stimulus_ids()[stimulus])
                                                           : std::to_string(stimulus));
    const auto& label = results.labels()[stimulus];
    labels.push_back(label ? json(*label) : json(nullptr));
  }
  return {{"ids", std::move(ids)}, {"labels", std::move(labels)}, {"stimuli", std::move(stimuli)}};
}

json picture(const RdmMatrix& matrix, const std::vector<std::size_t>& order, std::size_t block,
             const ResultsReader& results, const std::string& path) {
  if (matrix.n != order.size() || matrix.values.size() != matrix.n * matrix.n) {
    throw Error(ErrorKind::data,
                "the matrix has " + std::to_string(matrix.n) + " rows for " + std::to_string(order.size()) +
                    " stimuli; it must have one for each",
                {.file = results.path(), .key = path});
  }
  const RdmPicture made = rdm_picture(matrix, order, block);
  return {{"levels", base64(made.levels)}, {"deciles", made.deciles}};
}

}  // namespace

json rdms(const ResultsReader& results) {
  const ShownRdms shown = shown_rdms(results);
  if (shown.size() == 0) {
    return nullptr;
  }
  const auto fitting =
      static_cast<std::size_t>(std::sqrt(2.0 * kRdmBytes / static_cast<double>(shown.size())));
  const auto n = static_cast<std::size_t>(results.distinct_stimuli());
  const auto& labels = results.labels();
  const std::vector<std::size_t> order =
      display_order({labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(n)});
  const std::size_t block = block_size(n, std::clamp<std::size_t>(fitting, 16, kRdmSide));

  const auto rows_of = [&](const std::vector<ShownRdm>& some) {
    json rows = json::array();
    for (const ShownRdm& rdm : some) {
      json one = picture(rdm.read(), order, block, results, rdm.path);
      if (rows.empty() || rows.back()["layer"] != rdm.name) {
        rows.push_back({{"layer", rdm.name}, {"codes", json::array()}});
      }
      one["code"] = rdm.code;
      rows.back()["codes"].push_back(std::move(one));
    }
    return rows;
  };
  json reference_rows = json::array();
  for (const ShownRdm& rdm : shown.references) {
    json one = picture(rdm.read(), order, block, results, rdm.path);
    one["name"] = rdm.name;
    reference_rows.push_back(std::move(one));
  }
  json all = picture_rows(results, order, block);
  all["n"] = n;
  all["side"] = all["ids"].size();
  all["block"] = block;
  all["layers"] = rows_of(shown.layers);
  all["models"] = rows_of(shown.models);
  all["references"] = std::move(reference_rows);
  return all;
}

}  // namespace homolog::experiments::report
