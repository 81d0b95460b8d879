#include "experiments/run/prediction.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>
#include <variant>

#include "experiments/config/read_spiking.hpp"
#include "experiments/run/table.hpp"

namespace homolog::experiments {
namespace {

using Json = nlohmann::ordered_json;

/// Fewer answers of the float network than this are worth a warning, and than this a stronger one.
constexpr double kMost = 0.95;
constexpr double kFew = 0.9;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

/// Whether the same configuration could have spikes with signs, and has not.
bool could_have_signs(const Experiment::Spiking& spiking) {
  const auto* model = std::get_if<sim::IntegrateAndFire>(&spiking.neuron);
  return model != nullptr && model->reset == sim::Reset::subtract && model->refractory == 0 &&
         !spiking.asynchronous && !spiking.spike_times && spiking.correction.steps == 0 &&
         spiking.weights == conversion::WeightFormat::float32;
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
  } else if (spiking.phases == 0 && can_be_calibrated(spiking) && !spiking.fitted.any()) {
    text += ", threshold.method: auto";
  } else if (spiking.phases == 0 && can_be_calibrated(spiking)) {
    text += could_have_signs(spiking) ? ", spikes with signs (neuron.model: signed-if)" : "";
    text += spiking.fitted.weights ? "" : ", refitted weights (calibration.weights: true)";
  }
  return text + ", or code ttfs, which is exact";
}

std::string percent(double share) {
  return formatted("%.0f %%", 100.0 * share);
}

}  // namespace

std::int64_t first_to_predict(std::int64_t available, std::int64_t used, std::int64_t count) {
  return std::clamp<std::int64_t>(used, 0, available - count);
}

std::string warning_of(const LossPrediction& prediction, const Experiment::Spiking& spiking) {
  const Comparison& comparison = prediction.comparison;
  if (comparison.images == 0 || comparison.agreement >= kMost) {
    return "";
  }
  const auto worst = std::max_element(
      comparison.layers.begin(), comparison.layers.end(),
      [](const LayerDeviation& a, const LayerDeviation& b) { return a.relative_error < b.relative_error; });
  std::string text = comparison.agreement < kFew ? "much" : "some";
  text += " will be lost: on " + std::to_string(comparison.images) +
          " calibration images the spiking network gives the float network's answer for " +
          percent(comparison.agreement);
  if (std::isfinite(comparison.float_accuracy)) {
    text += ", and the right one for " + percent(comparison.spiking_accuracy) + " (float " +
            percent(comparison.float_accuracy) + ")";
  }
  if (worst != comparison.layers.end()) {
    text += "; the largest error is in " + worst->layer + " (" + percent(worst->relative_error) +
            " of its activations)";
  }
  return text + ". Less would be lost with " + suggestion(spiking);
}

std::vector<ResultDataset> prediction_datasets(const LossPrediction& prediction) {
  const Comparison& comparison = prediction.comparison;
  std::vector<std::string> layers;
  std::vector<double> errors;
  std::vector<double> correlations;
  for (const LayerDeviation& layer : comparison.layers) {
    layers.push_back(layer.layer);
    errors.push_back(layer.relative_error);
    correlations.push_back(layer.correlation);
  }
  return {{.name = "layers", .values = layers},
          {.name = "relative_error", .values = errors, .axes = "layer"},
          {.name = "correlation", .values = correlations, .axes = "layer"},
          {.name = "readout_error", .values = std::vector<double>{comparison.readout_error}},
          {.name = "agreement", .values = std::vector<double>{comparison.agreement}},
          {.name = "float_accuracy", .values = std::vector<double>{comparison.float_accuracy}},
          {.name = "spiking_accuracy", .values = std::vector<double>{comparison.spiking_accuracy}},
          {.name = "images", .values = std::vector<std::int64_t>{comparison.images}},
          {.name = "unseen", .values = std::vector<std::int64_t>{prediction.unseen}}};
}

std::string prediction_json(const LossPrediction& prediction) {
  const Comparison& comparison = prediction.comparison;
  Json json{
      {"images", comparison.images},
      {"unseen", prediction.unseen},
      {"agreement", number(comparison.agreement)},
      {"accuracy",
       {{"float", number(comparison.float_accuracy)}, {"spiking", number(comparison.spiking_accuracy)}}},
      {"readout_error", number(comparison.readout_error)},
      {"layers", Json::object()}};
  for (const LayerDeviation& layer : comparison.layers) {
    json["layers"][layer.layer] = {{"relative_error", number(layer.relative_error)},
                                   {"correlation", number(layer.correlation)}};
  }
  return json.dump();
}

std::string prediction_text(const LossPrediction& prediction) {
  const Comparison& comparison = prediction.comparison;
  using Align = Table::Align;
  Table table({{"layer", Align::left}, {"error, %", Align::right}, {"correlation", Align::right}});
  for (const LayerDeviation& layer : comparison.layers) {
    table.add(
        {layer.layer, formatted("%.2f", 100.0 * layer.relative_error), formatted("%.5f", layer.correlation)});
  }
  table.add({"readout", formatted("%.2f", 100.0 * comparison.readout_error), ""});
  std::ostringstream text;
  text << "\nprediction: on " << comparison.images << " calibration images "
       << formatted("%.1f %%", 100.0 * comparison.agreement)
       << " of the answers are those of the float network (" << prediction.unseen
       << " of these images set no thresholds)\n";
  table.print(text);
  return text.str();
}

}  // namespace homolog::experiments
