#include "experiments/rsa/rsa.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/patterns.hpp"
#include "experiments/rsa/reference.hpp"
#include "experiments/rsa/reference_model.hpp"
#include "experiments/rsa/rsa_run.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kFewestStimuli = 3;    // fewer give one pair at most: nothing to correlate
constexpr std::int64_t kMostStimuli = 10000;  // an RDM of 50 million pairs; a few of them fit 4 GB

class RsaAnalysis final : public Analysis {
 public:
  RsaAnalysis(RsaSettings settings, std::vector<std::string> patterns, Where where)
      : settings_(std::move(settings)), patterns_(std::move(patterns)), where_(std::move(where)) {}

  std::vector<RepresentationKey> prepare(const AnalysisPlan& plan) override {
    settings_.layers = select_layers(patterns_, plan.layers, where_);
    const std::int64_t stimuli = plan.stimuli->size();
    if (stimuli < kFewestStimuli || stimuli > kMostStimuli) {
      throw Error(ErrorKind::config,
                  "rsa cannot compare RDMs of " + std::to_string(stimuli) + " stimuli; expected " +
                      std::to_string(kFewestStimuli) + " to " + std::to_string(kMostStimuli) +
                      " (see stimuli.count)",
                  where_);
    }
    loaded_.clear();
    for (const ReferenceSpec& spec : settings_.references) {
      const auto* file = std::get_if<FileReference>(&spec.source);
      loaded_.push_back(file != nullptr ? load_reference(*file, static_cast<std::size_t>(stimuli))
                                        : std::vector<Rdm>{});
    }
    std::vector<RepresentationKey> keys;
    for (const std::string& layer : settings_.layers) {
      for (const std::string& code : codes_with_rdms(settings_)) {
        keys.push_back({layer, code});
      }
    }
    return keys;
  }

  // One layer at a time: an RDM per code and what the comparisons make of it; while an RDM is computed, the
  // products of all pairs and a block of units (see upper_gram). The references stay.
  [[nodiscard]] std::uint64_t bytes(const Stimuli& stimuli) const override {
    const auto n = static_cast<std::uint64_t>(stimuli.size());
    const std::uint64_t pairs = sizeof(double) * Rdm::pair_count(static_cast<std::size_t>(n));
    const std::uint64_t scales = settings_.compare.size();
    const std::uint64_t square = sizeof(double) * n * n;
    const std::uint64_t block =
        (sizeof(float) + sizeof(double)) * n * static_cast<std::uint64_t>(kBlockUnits);
    std::uint64_t references = 0;
    std::uint64_t responses = 0;
    for (std::size_t r = 0; r < settings_.references.size(); ++r) {
      references += pairs * (loaded_[r].size() + scales * std::max<std::size_t>(loaded_[r].size(), 1));
      if (const auto* model = std::get_if<ModelReference>(&settings_.references[r].source)) {
        const auto units = static_cast<std::uint64_t>(reference_models().find(model->model).units(stimuli));
        responses = std::max(responses, sizeof(float) * n * units);
      }
    }
    const std::uint64_t layer = pairs * codes_with_rdms(settings_).size() * (1 + scales);
    return references + square + block + std::max(layer, responses);
  }

  void run(const AnalysisInputs& inputs, ResultsFile& results) override {
    RsaOutput output;
    output.rdm = [&results](const std::string& layer, const std::string& code, const Rdm& rdm) {
      results.write_rdm(layer, code, rdm.n(), rdm.square());
    };
    output.reference_rdm = [&results](const std::string& reference, const Rdm& rdm) {
      results.write_reference_rdm(reference, rdm.n(), rdm.square());
    };
    results.write_rsa(compute_rsa(settings_, loaded_, inputs, output));
  }

 private:
  RsaSettings settings_;
  std::vector<std::string> patterns_;
  Where where_;  // of `layers`
  std::vector<std::vector<Rdm>> loaded_{};
};

/// A sequence of different names out of `allowed`.
std::vector<std::string> read_names(Parameters& parameters, const std::string& key,
                                    const std::vector<std::string>& allowed,
                                    const std::vector<std::string>& otherwise) {
  const std::vector<std::string> names = parameters.texts(key, otherwise);
  if (names.empty()) {
    parameters.fail(key, "is empty; expected one or more of " + joined(allowed));
  }
  for (std::size_t k = 0; k < names.size(); ++k) {
    if (std::find(allowed.begin(), allowed.end(), names[k]) == allowed.end()) {
      const std::string guess = nearest(names[k], allowed);
      parameters.fail(key, "has '" + names[k] + "'" +
                               (guess.empty() ? std::string() : "; did you mean '" + guess + "'?") +
                               "; expected one or more of " + joined(allowed));
    }
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(k), names[k]) !=
        names.begin() + static_cast<std::ptrdiff_t>(k)) {
      parameters.fail(key, "has '" + names[k] + "' twice; once is enough");
    }
  }
  return names;
}

std::shared_ptr<Analysis> read_rsa(Parameters& parameters) {
  const std::vector<std::string> layers = parameters.texts("layers", std::vector<std::string>{"all"});
  RsaSettings settings;
  settings.codes = read_names(parameters, "codes", representation_codes(), {"float", "count"});
  settings.dissimilarity = parameters.choice("dissimilarity", dissimilarities().names(), "correlation");
  if (dissimilarities().find(settings.dissimilarity).repetitions == Repetitions::folds) {
    parameters.fail("dissimilarity", "is " + settings.dissimilarity +
                                         ", which needs repeated presentations; layers have one response to "
                                         "each stimulus");
  }
  settings.compare = read_names(parameters, "compare", comparisons().names(), {"spearman"});
  settings.references = read_references(parameters);
  return std::make_shared<RsaAnalysis>(std::move(settings), layers, parameters.where("layers"));
}

}  // namespace

void register_rsa(AnalysisRegistry& analyses) {
  analyses.add("rsa", "representational similarity analysis: RDMs, references, noise ceilings", read_rsa);
}

}  // namespace homolog::experiments
