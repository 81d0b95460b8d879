#include "experiments/run/summary.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "experiments/run/layer_records.hpp"
#include "experiments/run/rsa_text.hpp"

namespace homolog::experiments {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

template <class... Values>
std::string printed(const char* format, Values... values) {
  char text[256];
  std::snprintf(text, sizeof(text), format, values...);
  return text;
}

std::string percent(double share) {
  return std::isfinite(share) ? printed("%.2f %%", 100.0 * share) : "n/a";
}

}  // namespace

void count_activity(const conversion::Twin& twin, const ResultsFile& results, std::int64_t images,
                    Summary& summary) {
  const std::vector<std::uint64_t> spikes = results.layer_spikes();
  const std::vector<std::uint64_t> clipped = results.clipped();
  const auto n = static_cast<double>(images);
  std::set<sim::PopulationId> seen{twin.input};  // no neurons; and two layers may be read from one population
  for (std::size_t k = 0; k < twin.layers.size(); ++k) {
    const auto population = twin.layers[k].population;
    if (population) {
      const double per_image = static_cast<double>(spikes[k]) / n;
      summary.spikes_per_layer.emplace_back(twin.layers[k].name, per_image);
      if (seen.insert(*population).second) {
        summary.spikes_per_image += per_image;
        summary.clipped_per_image += clipped.empty() ? 0.0 : static_cast<double>(clipped[k]) / n;
      }
    }
  }
  summary.neurons = spiking_neurons(twin.network);
  summary.spikes_per_neuron =
      summary.neurons > 0 ? summary.spikes_per_image / static_cast<double>(summary.neurons) : 0.0;
  summary.synaptic_operations_per_image = static_cast<double>(results.synaptic_operations()) / n;
}

std::string to_json(const Summary& s) {
  Json json;
  json["name"] = s.name;
  json["images"] = s.images;
  json["steps"] = s.steps;
  json["preparatory_steps"] = s.preparatory_steps;
  json["neuron"] = s.neuron;
  json["time"] = s.windowed ? "windows" : "steps";
  json["accuracy"] = {
      {"float", number(s.float_accuracy)}, {"spiking", s.spiking}, {"agreement", s.agreement}};
  Json layers = Json::object();
  for (const auto& [layer, spikes] : s.spikes_per_layer) {
    layers[layer] = spikes;
  }
  json["spikes"] = {{"per_image", number(s.spikes_per_image)},
                    {"per_neuron", number(s.spikes_per_neuron)},
                    {"per_layer", layers}};
  if (s.windowed) {
    json["clipped_per_image"] = number(s.clipped_per_image);
  }
  json["synaptic_operations_per_image"] = number(s.synaptic_operations_per_image);
  json["macs_per_image"] = s.macs_per_image;
  json["seconds"] = {{"load", s.seconds.load},         {"calibrate", s.seconds.calibrate},
                     {"float", s.seconds.float_pass},  {"activations", s.seconds.activations},
                     {"simulate", s.seconds.simulate}, {"record", s.seconds.record},
                     {"analyse", s.seconds.analyse}};
  json["rsa"] = Json::array();
  for (const RsaRow& row : s.rsa) {
    json["rsa"].push_back({{"entry", row.entry},
                           {"layer", row.layer},
                           {"code", row.code},
                           {"reference", row.reference},
                           {"dissimilarity", row.dissimilarity},
                           {"compare", row.compare},
                           {"value", number(row.value)},
                           {"ci_low", number(row.ci_low)},
                           {"ci_high", number(row.ci_high)},
                           {"standard_error", number(row.standard_error)},
                           {"p", number(row.p)},
                           {"p_fdr", number(row.p_fdr)},
                           {"p_bonferroni", number(row.p_bonferroni)},
                           {"p_permutation", number(row.p_permutation)},
                           {"p_ceiling", number(row.p_ceiling)},
                           {"random_mean", number(row.random_mean)},
                           {"random_sd", number(row.random_sd)},
                           {"p_random", number(row.p_random)},
                           {"noise_ceiling_low", number(row.noise_ceiling_low)},
                           {"noise_ceiling_high", number(row.noise_ceiling_high)}});
  }
  for (const Summary::Section& section : s.sections) {
    json[section.key] = Json::parse(section.json);
  }
  if (s.profile) {
    json["profile"] = Json::array();
    for (const ProfileRow& row : *s.profile) {
      json["profile"].push_back({{"population", row.population},
                                 {"shape", {row.shape.channels, row.shape.height, row.shape.width}},
                                 {"neurons", row.neurons},
                                 {"spikes_per_image", row.spikes},
                                 {"spikes_per_neuron_and_step", number(row.activity)},
                                 {"synaptic_operations_per_image", row.synaptic_operations},
                                 {"seconds_per_image", row.seconds},
                                 {"synaptic_operations_per_second", number(row.rate())},
                                 {"weights", row.weights.empty() ? Json(nullptr) : Json(row.weights)},
                                 {"row", row.row},
                                 {"ceiling", number(row.ceiling)},
                                 {"share_of_ceiling", number(row.share())}});
    }
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void print_table(const Summary& s, std::ostream& out) {
  out << s.name << ": " << s.images << " images, " << s.steps << (s.windowed ? " windows" : " steps");
  if (s.preparatory_steps > 0) {
    out << ", " << s.preparatory_steps << " of them preparatory";
  }
  out << '\n';
  if (!s.spiking.empty()) {
    out << "  accuracy   float " << percent(s.float_accuracy) << ", spiking " << percent(s.spiking.back())
        << '\n';
  }
  if (!s.agreement.empty()) {
    out << "  agreement  " << percent(s.agreement.back())
        << " of the answers are those of the float network\n";
  }
  if (s.clipped_per_image > 0.0) {
    out << printed("  clipped    %.1f activations per image were beyond their window\n", s.clipped_per_image);
  }
  out << printed("  spikes     %.0f per image, %.2f per neuron (%llu neurons, %s)\n", s.spikes_per_image,
                 s.spikes_per_neuron, static_cast<unsigned long long>(s.neurons), s.neuron.c_str());
  out << printed(
      "  operations %.1f million synaptic per image; the float network: %.1f million multiply-adds\n",
      s.synaptic_operations_per_image / 1e6, static_cast<double>(s.macs_per_image) / 1e6);
  out << printed("  seconds    calibrate %.2f, float %.2f, simulate %.2f, analyse %.2f\n",
                 s.seconds.calibrate, s.seconds.float_pass, s.seconds.simulate, s.seconds.analyse);
  print_rsa(s.rsa, out);
  for (const Summary::Section& section : s.sections) {
    out << section.table;
  }
  if (s.profile) {
    print_profile(*s.profile, out);
  }
}

}  // namespace homolog::experiments
