#include "experiments/report/page_data.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <string>
#include <utility>

#include "experiments/report/behaviour_data.hpp"
#include "experiments/report/codes_data.hpp"
#include "experiments/report/fusion_data.hpp"
#include "experiments/report/group_data.hpp"
#include "experiments/report/latency_difference_data.hpp"
#include "experiments/report/page_text.hpp"
#include "experiments/report/predictivity_data.hpp"
#include "experiments/report/raster.hpp"
#include "experiments/report/rdm_data.hpp"
#include "experiments/report/rsa_data.hpp"
#include "experiments/report/stimulus_maps.hpp"
#include "experiments/report/time_courses.hpp"
#include "experiments/report/variance_data.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments::report {
namespace {

using nlohmann::json;

// What the page may hold. A curve or a matrix beyond this is thinned out, and the page says so.
constexpr std::size_t kCurvePoints = 2000;
constexpr std::size_t kRasterLayers = 100;
constexpr std::size_t kRasterRows = 960;  // over all layers
constexpr std::size_t kRasterRowsOfLayer = 60;
constexpr std::size_t kRasterSpikes = 20'000;
constexpr std::size_t kRasterBins = 500;
constexpr std::size_t kConfigBytes = 200'000;
constexpr std::size_t kRsaRows = 10'000;
constexpr std::size_t kRsaDifferences = 20'000;

json curve(const std::vector<double>& values) {
  if (values.empty()) {
    return nullptr;
  }
  const std::size_t stride = (values.size() + kCurvePoints - 1) / kCurvePoints;
  json steps = json::array();
  json shown = json::array();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i % stride == 0 || i + 1 == values.size()) {
      steps.push_back(i + 1);
      shown.push_back(values[i]);
    }
  }
  return {{"steps", std::move(steps)}, {"values", std::move(shown)}};
}

json accuracy(const ResultsReader& results) {
  const std::optional<double> of_float = results.float_accuracy();
  return {{"float", of_float ? json(*of_float) : json(nullptr)},
          {"spiking", curve(results.spiking_accuracy())},
          {"agreement", curve(results.agreement())}};
}

json layers(const ResultsReader& results, const std::vector<std::uint64_t>& spikes) {
  json rows = json::array();
  for (std::size_t i = 0; i < results.layers().size(); ++i) {
    const LayerRecord& layer = results.layers()[i];
    const auto scale = std::minmax_element(layer.scale.begin(), layer.scale.end());
    json range = nullptr;
    if (!layer.scale.empty()) {
      range = {*scale.first, *scale.second};
    }
    rows.push_back({{"name", layer.name},
                    {"onnx_output", layer.onnx_output},
                    {"operation", layer.operation},
                    {"negative_of", layer.negative_of},
                    {"shape", sim::to_string(layer.shape)},
                    {"neurons", layer.neurons},
                    {"synapses", layer.synapses},
                    {"recorded", layer.spikes},
                    {"counted", layer.counts},
                    {"scale", std::move(range)},
                    {"rf_size", {layer.rf_size[0], layer.rf_size[1]}},
                    {"rf_stride", {layer.rf_stride[0], layer.rf_stride[1]}},
                    {"spikes", i < spikes.size() ? spikes[i] : 0}});
  }
  return rows;
}

json conversion(const ResultsReader& results) {
  json rows = json::array();
  for (const ConversionRecord& row : results.conversion()) {
    rows.push_back({{"node", row.node},
                    {"operation", row.operation},
                    {"layer", row.layer},
                    {"shape", row.shape},
                    {"fate", row.fate},
                    {"neurons", row.neurons},
                    {"synapses", row.synapses},
                    {"threshold", {row.threshold_low, row.threshold_high}},
                    {"int8", !std::isnan(row.weight_snr_db)},
                    {"weight_snr_db", row.weight_snr_db}});
  }
  return rows;
}

json raster(const ResultsReader& results) {
  std::vector<std::size_t> recorded;
  for (std::size_t i = 0; i < results.layers().size(); ++i) {
    if (results.layers()[i].spikes && results.layers()[i].neurons > 0) {
      recorded.push_back(i);
    }
  }
  if (recorded.empty() || results.stimuli() == 0 || results.header().steps < 1) {
    return nullptr;
  }
  const std::int64_t stimulus = 0;
  const auto steps = static_cast<std::uint64_t>(results.header().steps) * results.ticks_per_step();
  const std::uint64_t bin = (steps + kRasterBins - 1) / kRasterBins;
  const std::size_t shown = std::min(recorded.size(), kRasterLayers);
  const std::size_t rows = std::clamp<std::size_t>(kRasterRows / shown, 1, kRasterRowsOfLayer);
  json panels = json::array();
  for (std::size_t k = 0; k < shown; ++k) {
    const std::size_t i = recorded[k * recorded.size() / shown];
    const LayerRecord& layer = results.layers()[i];
    const SpikeTrain train = results.spikes(i, stimulus);
    Raster sample = sample_raster(train, layer.neurons, rows, kRasterSpikes / shown);
    panels.push_back({{"layer", layer.name},
                      {"neurons", layer.neurons},
                      {"shape", sim::to_string(layer.shape)},
                      {"spikes", train.ids.size()},
                      {"rate", population_rate(train, layer.neurons, steps, bin)},
                      {"rows", std::move(sample.neurons)},
                      {"spike_steps", std::move(sample.steps)},
                      {"spike_rows", std::move(sample.rows)}});
  }
  json label = nullptr;
  if (const auto& labels = results.labels(); !labels.empty() && labels.front()) {
    label = *labels.front();
  }
  json id = results.stimulus_ids().empty() ? "" : shortened(results.stimulus_ids().front());
  return {{"stimulus", stimulus},
          {"id", std::move(id)},
          {"label", std::move(label)},
          {"bin", bin},
          {"panels", std::move(panels)},
          {"layers", recorded.size()},
          {"steps", steps},
          {"step_ms", results.header().step_ms / results.ticks_per_step()}};
}

/// summary.json, or null. It is text in a file that anyone may have written: whatever is read of it may be
/// missing or have another type.
json summary_of(const ResultsReader& results) {
  json summary = json::parse(results.summary(), nullptr, /*allow_exceptions=*/false);
  return summary.is_object() ? summary : json(nullptr);
}

/// Numbers that only summary.json has; what is not there stays null.
json from_summary(const json& summary) {
  json found = {{"macs", nullptr}, {"seconds", json::object()}};
  if (!summary.is_object()) {
    return found;
  }
  if (const auto macs = summary.find("macs_per_image"); macs != summary.end() && macs->is_number()) {
    found["macs"] = *macs;
  }
  if (const auto seconds = summary.find("seconds"); seconds != summary.end() && seconds->is_object()) {
    for (const auto& [key, value] : seconds->items()) {
      if (value.is_number()) {
        found["seconds"][key] = value;
      }
    }
  }
  return found;
}

json totals(const ResultsReader& results, const std::vector<std::uint64_t>& spikes, const json& summary) {
  const std::vector<std::uint64_t> operations = results.synaptic_operations();
  std::uint64_t neurons = 0;
  for (const LayerRecord& layer : results.layers()) {
    neurons += layer.negative_of.empty() ? layer.neurons : 0;  // the same neurons as those of its layer
  }
  double all_spikes = 0.0;
  for (std::size_t i = 0; i < spikes.size(); ++i) {
    all_spikes += results.layers()[i].negative_of.empty() ? static_cast<double>(spikes[i]) : 0.0;
  }
  json sums = from_summary(summary);
  sums["neurons"] = neurons;
  sums["spikes"] = all_spikes;
  sums["synaptic_operations"] =
      operations.empty() ? json(nullptr) : json(std::accumulate(operations.begin(), operations.end(), 0.0));
  return sums;
}

}  // namespace

json page_data(const ResultsReader& results) {
  const RunHeader& header = results.header();
  const std::vector<std::uint64_t> spikes = results.layer_spikes();
  const json summary = summary_of(results);
  const auto& labels = results.labels();
  Budget for_rsa(kRsaRows);
  Budget for_differences(kRsaDifferences);
  json rsa_rows = rsa(results, for_rsa);
  json rsa_differences = differences(results, for_differences);
  json provenance = json::array();
  for (const auto& entry : header.provenance) {
    provenance.push_back({entry.first, entry.second});
  }
  return {{"file", std::filesystem::path(results.path()).filename().string()},
          {"name", header.name},
          {"created", header.created},
          {"seed", std::to_string(header.seed)},  // text: a JavaScript number holds 53 bits only
          {"steps", header.steps},
          {"step_ms", header.step_ms},
          {"windowed", header.windowed},
          {"classes", header.classes},
          {"model_sha256", header.model_sha256},
          {"config_sha256", header.config_sha256},
          {"config", shortened(header.config, kConfigBytes)},
          {"provenance", std::move(provenance)},
          {"stimuli",
           {{"count", results.stimuli()},
            {"distinct", results.distinct_stimuli()},
            {"labelled", std::count_if(labels.begin(), labels.end(),
                                       [](const auto& label) { return label.has_value(); })}}},
          {"totals", totals(results, spikes, summary)},
          {"accuracy", accuracy(results)},
          {"codes", codes(summary)},
          {"layers", layers(results, spikes)},
          {"conversion", conversion(results)},
          {"raster", raster(results)},
          {"rdms", rdms(results)},
          {"maps", stimulus_maps(results)},
          {"rsa", std::move(rsa_rows)},
          {"differences", std::move(rsa_differences)},
          {"left_out", {{"rsa", for_rsa.left_out()}, {"differences", for_differences.left_out()}}},
          {"time", time_courses(results)},
          {"latency_differences", latency_differences(results)},
          {"variance", variance(results)},
          {"fusion", fusion(results)},
          {"predictivity", predictivity(results, summary)},
          {"behaviour", behaviour(results)}};
}

}  // namespace homolog::experiments::report
