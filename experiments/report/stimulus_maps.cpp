#include "experiments/report/stimulus_maps.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "experiments/report/mds.hpp"
#include "experiments/report/page_text.hpp"
#include "experiments/report/shown_rdms.hpp"

namespace homolog::experiments::report {
namespace {

using nlohmann::json;

constexpr std::size_t kMostStimuli = 200;
constexpr std::size_t kMostMatrices = 400;

/// The first n stimuli alone.
RdmMatrix first_of(const RdmMatrix& whole, std::size_t n) {
  RdmMatrix part{.n = n, .values = {}};
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = whole.values.begin() + static_cast<std::ptrdiff_t>(i * whole.n);
    part.values.insert(part.values.end(), row, row + static_cast<std::ptrdiff_t>(n));
  }
  return part;
}

json packed(const StimulusMap& map) {
  double largest = 0.0;
  for (std::size_t i = 0; i < map.x.size(); ++i) {
    largest = std::max({largest, std::abs(map.x[i]), std::abs(map.y[i])});
  }
  std::vector<std::uint8_t> bytes;
  const auto add = [&](double coordinate) {
    const double level = largest > 0.0 ? 32767.0 * coordinate / largest : 0.0;
    const auto bits = static_cast<std::uint16_t>(static_cast<std::int16_t>(std::lround(level)));
    bytes.push_back(static_cast<std::uint8_t>(bits & 0xFFU));
    bytes.push_back(static_cast<std::uint8_t>(bits >> 8U));
  };
  for (std::size_t i = 0; i < map.x.size(); ++i) {
    add(map.x[i]);
    add(map.y[i]);
  }
  return {{"points", base64(bytes)}, {"stress", map.stress}};
}

json both_maps(const RdmMatrix& whole, std::size_t n) {
  json maps = {{"smacof", nullptr}, {"classical", nullptr}};
  if (whole.n < n || whole.values.size() != whole.n * whole.n) {
    return maps;  // the picture of the matrix is refused with a message of its own
  }
  const RdmMatrix rdm = first_of(whole, n);
  if (const auto classical = classical_map(rdm)) {
    maps["classical"] = packed(*classical);
    maps["smacof"] = packed(smacof_map(rdm, *classical));
  }
  return maps;
}

json thumbnails(const ResultsReader& results) {
  const StimulusPictures pictures = results.thumbnails();
  if (pictures.count == 0) {
    return nullptr;
  }
  const std::size_t count = std::min(pictures.count, kMostStimuli);
  const std::size_t samples = 3 * count * pictures.height * pictures.width;
  bool grey = true;
  for (std::size_t k = 0; grey && k < samples; k += 3) {
    grey = pictures.pixels[k] == pictures.pixels[k + 1] && pictures.pixels[k] == pictures.pixels[k + 2];
  }
  std::vector<std::uint8_t> shown;
  for (std::size_t k = 0; k < samples; k += grey ? 3 : 1) {
    shown.push_back(pictures.pixels[k]);
  }
  return {{"count", count},
          {"height", pictures.height},
          {"width", pictures.width},
          {"channels", grey ? 1 : 3},
          {"pixels", base64(shown)}};
}

/// Appends the maps of one matrix to the entry of its layer or model.
void add(json& rows, const ShownRdm& rdm, json maps) {
  if (rows.empty() || rows.back()["name"] != rdm.name) {
    rows.push_back({{"name", rdm.name}, {"codes", json::array()}});
  }
  maps["code"] = rdm.code;
  rows.back()["codes"].push_back(std::move(maps));
}

}  // namespace

json stimulus_maps(const ResultsReader& results) {
  const ShownRdms shown = shown_rdms(results);
  const auto all = static_cast<std::size_t>(results.distinct_stimuli());
  const std::size_t n = std::min(all, kMostStimuli);
  if (shown.size() == 0 || n < 3) {
    return nullptr;
  }
  std::size_t left = kMostMatrices;
  const auto take = [&left](std::size_t count) {
    const std::size_t taken = std::min(left, count);
    left -= taken;
    return taken;
  };
  json reference_rows = json::array();
  const std::size_t references_taken = take(shown.references.size());
  for (std::size_t k = 0; k < references_taken; ++k) {
    json row = both_maps(shown.references[k].read(), n);
    row["name"] = shown.references[k].name;
    reference_rows.push_back(std::move(row));
  }
  json model_rows = json::array();
  const std::size_t models_taken = take(shown.models.size());
  for (std::size_t k = 0; k < models_taken; ++k) {
    add(model_rows, shown.models[k], both_maps(shown.models[k].read(), n));
  }
  json layer_rows = json::array();
  const std::size_t layers_taken = take(shown.layers.size());
  for (std::size_t k = 0; k < layers_taken; ++k) {
    add(layer_rows, shown.layers[k], both_maps(shown.layers[k].read(), n));
  }
  json ids = json::array();
  json labels = json::array();
  for (std::size_t i = 0; i < n; ++i) {
    ids.push_back(shortened(results.stimulus_ids()[i]));
    labels.push_back(results.labels()[i] ? json(*results.labels()[i]) : json(nullptr));
  }
  return {{"n", n},
          {"all", all},
          {"ids", std::move(ids)},
          {"labels", std::move(labels)},
          {"thumbnails", thumbnails(results)},
          {"left_out", shown.layers.size() - layers_taken},
          {"layers", std::move(layer_rows)},
          {"models", std::move(model_rows)},
          {"references", std::move(reference_rows)}};
}

}  // namespace homolog::experiments::report
