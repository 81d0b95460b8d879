#include "experiments/codes/codes.hpp"

#include <algorithm>
#include <memory>
#include <sstream>
#include <utility>

#include "experiments/codes/code_table.hpp"
#include "experiments/recording/result_groups.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

std::string label_of(const Settings& settings) {
  std::string label;
  for (const auto& [key, value] : settings) {
    label += (label.empty() ? "" : " ") + key + "=" + value;
  }
  return label;
}

class CodesAnalysis final : public Analysis {
 public:
  CodesAnalysis(std::vector<Settings> variants, std::int64_t images, std::int64_t layer_images, bool energy,
                Where where)
      : variants_(std::move(variants)),
        images_(images),
        layer_images_(layer_images),
        energy_(energy),
        where_(std::move(where)) {}

  std::vector<RepresentationKey> prepare(const AnalysisPlan& plan) override {
    group_ = numbered("codes", plan.place);
    const std::int64_t stimuli = plan.stimuli->size();
    images_ = images_ == 0 ? stimuli : std::min(images_, stimuli);
    for (const Settings& settings : variants_) {
      try {
        plan.check_variant({.settings = settings, .images = images_});
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::config && error.kind() != ErrorKind::model) {
          throw;
        }
        throw Error(error.kind(), "'" + label_of(settings) + "' cannot be run: " + error.what(), where_);
      }
    }
    return {};
  }

  void run(const AnalysisInputs& inputs, ResultsFile& results) override {
    std::vector<CodeRow> rows;
    const auto count = static_cast<double>(variants_.size());
    for (const Settings& settings : variants_) {
      const auto before = static_cast<double>(rows.size());
      const Variant variant{
          .settings = settings, .images = images_, .layer_images = std::min(layer_images_, images_)};
      rows.push_back({.label = label_of(settings), .outcome = inputs.run_variant(variant, [&](double share) {
                        if (inputs.progress) {
                          inputs.progress((before + share) / count);
                        }
                      })});
    }
    results.write_group(group_, code_datasets(rows, energy_));
    if (inputs.summarise) {
      inputs.summarise(group_, code_json(rows, energy_), code_text(rows, energy_));
    }
  }

 private:
  std::vector<Settings> variants_;
  std::int64_t images_;  // 0: all
  std::int64_t layer_images_;
  bool energy_;
  Where where_;
  std::string group_{};
};

/// "code=rate steps=16 threshold.method=mse".
Settings settings_of(Parameters& parameters, const std::string& text) {
  Settings settings;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const std::size_t sign = word.find('=');
    if (sign == std::string::npos || sign == 0 || sign + 1 == word.size()) {
      parameters.fail("variants",
                      "'" + word + "' in '" + text +
                          "' is not KEY=VALUE, with a key of spiking:, as in 'code=rate steps=16'");
    }
    settings.emplace_back(word.substr(0, sign), word.substr(sign + 1));
  }
  if (settings.empty()) {
    parameters.fail("variants", "has an empty entry; expected settings, as in 'code=rate steps=16'");
  }
  return settings;
}

std::shared_ptr<Analysis> read_codes(Parameters& parameters) {
  const std::vector<std::string> texts = parameters.texts(
      "variants", std::vector<std::string>{"code=rate steps=8", "code=rate steps=16", "code=rate steps=32",
                                           "code=rate steps=64", "code=ttfs", "code=rank-order",
                                           "code=few-spike window_steps=4", "code=few-spike window_steps=8"});
  std::vector<Settings> variants;
  for (const std::string& text : texts) {
    variants.push_back(settings_of(parameters, text));
    if (std::count(variants.begin(), variants.end(), variants.back()) > 1) {
      parameters.fail("variants", "has '" + text + "' twice; once is enough");
    }
  }
  const std::int64_t images = parameters.has("images") ? parameters.integer("images", 1, 1000000) : 0;
  const std::int64_t layer_images = parameters.integer("layer_images", 0, 1000000, 16);
  const bool energy = parameters.flag("energy", false);
  return std::make_shared<CodesAnalysis>(std::move(variants), images, layer_images, energy,
                                         parameters.where("variants"));
}

}  // namespace

void register_codes(AnalysisRegistry& analyses) {
  analyses.add("codes",
               "the network under several codes and step counts: accuracy, spikes, operations, layers",
               read_codes);
}

}  // namespace homolog::experiments
