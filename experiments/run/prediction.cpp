#include "experiments/run/prediction.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "experiments/run/table.hpp"

namespace homolog::experiments {
namespace {

using Json = nlohmann::ordered_json;

/// Fewer answers of the float network than this are worth a warning.
constexpr double kFew = 0.9;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

/// What would lose less than the code that was chosen.
std::string suggestion(const Experiment::Spiking& spiking) {
  if (spiking.code == "few-spike") {
    return "more bits (spiking.window_steps), or code ttfs, which is exact";
  }
  if (spiking.windows) {
    return "code ttfs with window: exact, which loses nothing";
  }
  std::string text = "more steps (spiking.steps, now " + std::to_string(spiking.steps) + ")";
  if (spiking.asynchronous) {
    text += ", scheduler: synchronous";
  } else if (!spiking.fitted.any()) {
    text += ", threshold.method: auto";
  }
  return text + ", or code ttfs, which is exact";
}

}  // namespace

std::string warning_of(const Comparison& prediction, const Experiment::Spiking& spiking) {
  if (prediction.images == 0 || prediction.agreement >= kFew) {
    return "";
  }
  const auto worst = std::max_element(
      prediction.layers.begin(), prediction.layers.end(),
      [](const LayerDeviation& a, const LayerDeviation& b) { return a.relative_error < b.relative_error; });
  std::string text = "much will be lost: on " + std::to_string(prediction.images) +
                     " calibration images the spiking network gives the float network's answer for " +
                     formatted("%.0f %%", 100.0 * prediction.agreement);
  if (worst != prediction.layers.end()) {
    text += "; the largest error is in " + worst->layer + " (" +
            formatted("%.0f %%", 100.0 * worst->relative_error) + " of its activations)";
  }
  return text + ". Less would be lost with " + suggestion(spiking);
}

std::vector<ResultDataset> prediction_datasets(const Comparison& prediction) {
  std::vector<std::string> layers;
  std::vector<double> errors;
  std::vector<double> correlations;
  for (const LayerDeviation& layer : prediction.layers) {
    layers.push_back(layer.layer);
    errors.push_back(layer.relative_error);
    correlations.push_back(layer.correlation);
  }
  return {{.name = "layers", .values = layers},
          {.name = "relative_error", .values = errors, .axes = "layer"},
          {.name = "correlation", .values = correlations, .axes = "layer"},
          {.name = "readout_error", .values = std::vector<double>{prediction.readout_error}},
          {.name = "agreement", .values = std::vector<double>{prediction.agreement}},
          {.name = "images", .values = std::vector<std::int64_t>{prediction.images}}};
}

std::string prediction_json(const Comparison& prediction) {
  Json json{{"images", prediction.images},
            {"agreement", number(prediction.agreement)},
            {"readout_error", number(prediction.readout_error)},
            {"layers", Json::object()}};
  for (const LayerDeviation& layer : prediction.layers) {
    json["layers"][layer.layer] = {{"relative_error", number(layer.relative_error)},
                                   {"correlation", number(layer.correlation)}};
  }
  return json.dump();
}

std::string prediction_text(const Comparison& prediction) {
  using Align = Table::Align;
  Table table({{"layer", Align::left}, {"error, %", Align::right}, {"correlation", Align::right}});
  for (const LayerDeviation& layer : prediction.layers) {
    table.add(
        {layer.layer, formatted("%.2f", 100.0 * layer.relative_error), formatted("%.5f", layer.correlation)});
  }
  table.add({"readout", formatted("%.2f", 100.0 * prediction.readout_error), ""});
  std::ostringstream text;
  text << "\nprediction: on " << prediction.images << " calibration images "
       << formatted("%.1f %%", 100.0 * prediction.agreement)
       << " of the answers are those of the float network\n";
  table.print(text);
  return text.str();
}

}  // namespace homolog::experiments
