#include "experiments/codes/code_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kPoint = 0.01;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

double last_of(const std::vector<double>& course) {
  return course.empty() ? kNaN : course.back();
}

template <class... Values>
std::string formatted(const char* format, Values... values) {
  char text[256];
  std::snprintf(text, sizeof(text), format, values...);
  return text;
}

std::string percent(double share) {
  return std::isfinite(share) ? formatted("%.2f", 100.0 * share) : "-";
}

double spikes_per_neuron(const VariantOutcome& outcome) {
  return outcome.neurons == 0 ? 0.0 : outcome.spikes_per_image / static_cast<double>(outcome.neurons);
}

/// Correlation of the last layer that was compared.
double last_correlation(const VariantOutcome& outcome) {
  return outcome.layers.empty() ? kNaN : outcome.layers.back().correlation;
}

/// A column of numbers, one per row.
template <class ValueOf>
ResultDataset column(const std::string& name, const std::vector<CodeRow>& rows, const ValueOf& value_of,
                     const std::string& units = "") {
  std::vector<double> values;
  for (const CodeRow& row : rows) {
    values.push_back(static_cast<double>(value_of(row.outcome)));
  }
  return {.name = name, .values = std::move(values), .units = units};
}

/// [row, decision], filled up with NaN.
template <class CourseOf>
ResultDataset courses(const std::string& name, const std::vector<CodeRow>& rows, const CourseOf& course_of) {
  std::size_t longest = 1;
  for (const CodeRow& row : rows) {
    longest = std::max(longest, course_of(row.outcome).size());
  }
  std::vector<double> values;
  for (const CodeRow& row : rows) {
    const std::vector<double>& course = course_of(row.outcome);
    values.insert(values.end(), course.begin(), course.end());
    values.insert(values.end(), longest - course.size(), kNaN);
  }
  return {.name = name,
          .values = std::move(values),
          .extents = {rows.size(), longest},
          .axes = "variant,decision"};
}

/// Every layer that any row has, in the order of the first row that has it.
std::vector<std::string> layers_of(const std::vector<CodeRow>& rows) {
  std::vector<std::string> layers;
  for (const CodeRow& row : rows) {
    for (const LayerDeviation& deviation : row.outcome.layers) {
      if (std::find(layers.begin(), layers.end(), deviation.layer) == layers.end()) {
        layers.push_back(deviation.layer);
      }
    }
  }
  return layers;
}

ResultDataset by_layer(const std::string& name, const std::vector<CodeRow>& rows,
                       const std::vector<std::string>& layers, double LayerDeviation::*member) {
  std::vector<double> values;
  for (const CodeRow& row : rows) {
    for (const std::string& layer : layers) {
      const auto& all = row.outcome.layers;
      const auto found =
          std::find_if(all.begin(), all.end(), [&](const LayerDeviation& d) { return d.layer == layer; });
      values.push_back(found == all.end() ? kNaN : (*found).*member);
    }
  }
  return {.name = name,
          .values = std::move(values),
          .extents = {rows.size(), layers.size()},
          .axes = "variant,layer"};
}

}  // namespace

std::optional<std::int64_t> steps_needed(const VariantOutcome& outcome) {
  const bool labelled = !outcome.accuracy.empty() && std::isfinite(outcome.float_accuracy);
  const std::vector<double>& course = labelled ? outcome.accuracy : outcome.agreement;
  // An accuracy is a whole number of images: what rounding leaves must not decide.
  const double wanted = (labelled ? outcome.float_accuracy : 1.0) - kPoint - 1e-9;
  std::optional<std::int64_t> needed;
  for (std::size_t i = course.size(); i > 0 && course[i - 1] >= wanted; --i) {
    needed = static_cast<std::int64_t>(i);
  }
  return needed && outcome.windowed ? outcome.steps : needed;
}

Energy energy_of(const VariantOutcome& outcome) {
  constexpr double kAddition = 0.9;
  constexpr double kMultiplyAdd = 3.7 + 0.9;
  Energy energy{.spiking_pj = kAddition * outcome.synaptic_operations_per_image +
                              kMultiplyAdd * static_cast<double>(outcome.analog_operations)};
  double rival = kMultiplyAdd;
  if (outcome.step_bits > 0.0) {
    energy.rival_bits = std::ceil(outcome.step_bits - 1e-9);
    const double bytes = energy.rival_bits / 8.0;
    rival = 0.2 * bytes * bytes + 0.03 * bytes;
  }
  energy.rival_pj = rival * static_cast<double>(outcome.macs);
  return energy;
}

std::vector<ResultDataset> code_datasets(const std::vector<CodeRow>& rows, bool energy) {
  using Outcome = VariantOutcome;
  std::vector<std::string> labels;
  std::vector<std::string> neurons;
  for (const CodeRow& row : rows) {
    labels.push_back(row.label);
    neurons.push_back(row.outcome.neuron);
  }
  const std::vector<std::string> layers = layers_of(rows);
  std::vector<ResultDataset> datasets{
      {.name = "settings", .values = labels},
      {.name = "neuron", .values = neurons},
      column("steps", rows, [](const Outcome& o) { return o.steps; }),
      column("steps_needed", rows,
             [](const Outcome& o) { return steps_needed(o) ? static_cast<double>(*steps_needed(o)) : kNaN; }),
      courses("accuracy", rows, [](const Outcome& o) -> const std::vector<double>& { return o.accuracy; }),
      courses("agreement", rows, [](const Outcome& o) -> const std::vector<double>& { return o.agreement; }),
      column("float_accuracy", rows, [](const Outcome& o) { return o.float_accuracy; }),
      column("spikes_per_image", rows, [](const Outcome& o) { return o.spikes_per_image; }),
      column("spikes_per_neuron", rows, [](const Outcome& o) { return spikes_per_neuron(o); }),
      column("synaptic_operations", rows, [](const Outcome& o) { return o.synaptic_operations_per_image; }),
      column("analog_operations", rows, [](const Outcome& o) { return o.analog_operations; }),
      column("macs", rows, [](const Outcome& o) { return o.macs; }),
      column("clipped", rows, [](const Outcome& o) { return o.clipped_per_image; }),
  };
  if (!layers.empty()) {
    datasets.push_back({.name = "layers", .values = layers});
    datasets.push_back(by_layer("correlation", rows, layers, &LayerDeviation::correlation));
    datasets.push_back(by_layer("relative_error", rows, layers, &LayerDeviation::relative_error));
  }
  if (energy) {
    datasets.push_back(column(
        "energy_spiking", rows, [](const Outcome& o) { return energy_of(o).spiking_pj; }, "pJ"));
    datasets.push_back(column(
        "energy_rival", rows, [](const Outcome& o) { return energy_of(o).rival_pj; }, "pJ"));
    datasets.push_back(column("rival_bits", rows, [](const Outcome& o) { return energy_of(o).rival_bits; }));
  }
  return datasets;
}

std::string code_json(const std::vector<CodeRow>& rows, bool energy) {
  Json all = Json::array();
  for (const CodeRow& row : rows) {
    const VariantOutcome& outcome = row.outcome;
    Json json{{"settings", row.label},
              {"neuron", outcome.neuron},
              {"steps", outcome.steps},
              {"time", outcome.windowed ? "windows" : "steps"},
              {"steps_needed", steps_needed(outcome) ? Json(*steps_needed(outcome)) : Json(nullptr)},
              {"accuracy", number(last_of(outcome.accuracy))},
              {"float_accuracy", number(outcome.float_accuracy)},
              {"agreement", number(last_of(outcome.agreement))},
              {"accuracy_per_step", outcome.accuracy},
              {"spikes_per_image", outcome.spikes_per_image},
              {"spikes_per_neuron", spikes_per_neuron(outcome)},
              {"synaptic_operations_per_image", outcome.synaptic_operations_per_image},
              {"analog_operations_per_image", outcome.analog_operations},
              {"macs_per_image", outcome.macs},
              {"clipped_per_image", outcome.clipped_per_image},
              {"layers", Json::object()}};
    for (const LayerDeviation& layer : outcome.layers) {
      json["layers"][layer.layer] = {{"correlation", number(layer.correlation)},
                                     {"relative_error", number(layer.relative_error)}};
    }
    if (energy) {
      const Energy e = energy_of(outcome);
      json["energy"] = {
          {"spiking_pj", e.spiking_pj},
          {"rival_pj", e.rival_pj},
          {"rival_bits", e.rival_bits},
          {"assumptions",
           "arithmetic alone, 45 nm (Horowitz 2014): float32 addition 0.9 pJ, multiply-add 4.6 pJ; "
           "rival: integer multiply-add of rival_bits, 0.2 pJ (bits / 8)^2 + 0.03 pJ bits / 8; "
           "memory traffic left out on both sides"}};
    }
    all.push_back(std::move(json));
  }
  return all.dump();
}

std::string code_text(const std::vector<CodeRow>& rows, bool energy) {
  std::size_t width = 8;
  for (const CodeRow& row : rows) {
    width = std::max(width, row.label.size());
  }
  const auto cell = [](const std::string& text, std::size_t columns) {
    return std::string(columns > text.size() ? columns - text.size() : 0, ' ') + text;
  };
  std::string text = "\ncodes: the same network under other settings\n  settings" +
                     std::string(width - 8, ' ') +
                     "                   neurons   steps  needed  accuracy  agreement  spikes/neuron  "
                     "operations/MAC  last layer r";
  text += energy ? "  energy/rival\n" : "\n";
  for (const CodeRow& row : rows) {
    const VariantOutcome& outcome = row.outcome;
    const auto needed = steps_needed(outcome);
    text +=
        "  " + row.label + std::string(width - row.label.size(), ' ') + cell(outcome.neuron, 26) +
        cell(std::to_string(outcome.steps) + (outcome.windowed ? "w" : ""), 8) +
        cell(needed ? std::to_string(*needed) : "-", 8) + cell(percent(last_of(outcome.accuracy)), 10) +
        cell(percent(last_of(outcome.agreement)), 11) +
        cell(formatted("%.3f", spikes_per_neuron(outcome)), 15) +
        cell(formatted("%.3f", outcome.synaptic_operations_per_image / static_cast<double>(outcome.macs)),
             16) +
        cell(std::isfinite(last_correlation(outcome)) ? formatted("%.5f", last_correlation(outcome)) : "-",
             14);
    if (energy) {
      const Energy e = energy_of(outcome);
      text += cell(formatted("%.2f (%.0f bit)", e.spiking_pj / e.rival_pj, e.rival_bits), 16);
    }
    text += '\n';
  }
  if (energy) {
    text +=
        "  energy: arithmetic alone, 45 nm (Horowitz 2014), beside a quantised network of so many bits; "
        "memory "
        "traffic left out on both sides\n";
  }
  return text;
}

}  // namespace homolog::experiments
