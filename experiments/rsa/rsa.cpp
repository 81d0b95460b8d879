#include "experiments/rsa/rsa.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "experiments/recording/result_groups.hpp"
#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/entry_checks.hpp"
#include "experiments/rsa/evaluate.hpp"
#include "experiments/rsa/export_rdms.hpp"
#include "experiments/rsa/flexible_entry.hpp"
#include "experiments/rsa/inference/bootstrap.hpp"
#include "experiments/rsa/layer_choice.hpp"
#include "experiments/rsa/reference.hpp"
#include "experiments/rsa/reference_set.hpp"
#include "experiments/rsa/rsa_run.hpp"
#include "experiments/rsa/rsa_tables.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kMostRandomNetworks = 10000;

class RsaAnalysis final : public Analysis {
 public:
  RsaAnalysis(RsaSettings settings, std::vector<std::string> patterns, Where where)
      : settings_(std::move(settings)), patterns_(std::move(patterns)), where_(std::move(where)) {}

  std::vector<RepresentationKey> prepare(const AnalysisPlan& plan) override {
    place_ = plan.place;
    settings_.layers = select_layers(patterns_, plan.layers, where_);
    check_model_names();
    check_stimuli("rsa", plan.stimuli->size(), where_);
    check_dissimilarity(settings_.dissimilarity, settings_.noise, plan.repetitions, where_);
    loaded_ = load_references(settings_.references, *plan.stimuli);
    loaded_models_ = load_references(settings_.models, *plan.stimuli);
    std::vector<RepresentationKey> keys =
        choose_layers(settings_.layers, with_rdms(settings_), plan, where_, settings_.missing);
    resolve_flexible(settings_.flexible, settings_, plan.stimuli->size(), where_);
    check_inference(plan.stimuli->size());
    return keys;
  }

  // Every RDM that is compared is kept with the order of its pairs; while one is computed, the products of
  // all pairs and a block of units (see upper_gram).
  [[nodiscard]] std::uint64_t bytes(const Stimuli& stimuli, int /*threads*/) const override {
    const auto n = static_cast<std::uint64_t>(stimuli.size());
    const std::uint64_t pairs = Rdm::pair_count(static_cast<std::size_t>(n));
    const std::uint64_t kept = pairs * (sizeof(double) + 2 * sizeof(std::uint32_t));
    const std::uint64_t square = sizeof(double) * n * n;
    const std::uint64_t block =
        (2 * sizeof(float) + sizeof(double)) * n * static_cast<std::uint64_t>(kBlockUnits);
    std::uint64_t rdms = candidates();
    for (const std::vector<Rdm>& subjects : loaded_) {
      rdms += std::max<std::size_t>(subjects.size(), 1);
    }
    const std::uint64_t responses =
        std::max(response_bytes(settings_.references, stimuli), response_bytes(settings_.models, stimuli));
    const std::uint64_t exported = settings_.export_rdms ? candidates() * pairs * sizeof(double) : 0;
    return rdms * kept + exported + square + block + responses;
  }

  [[nodiscard]] bool reads_spike_times() const override { return read_spike_times(with_rdms(settings_)); }

  [[nodiscard]] std::vector<std::string> random_network_layers() const override {
    return settings_.random_networks > 0 ? settings_.layers : std::vector<std::string>{};
  }

  void run(const AnalysisInputs& inputs, ResultsFile& results) override {
    if (inputs.warn) {
      for (const auto& [label, layer] : settings_.missing) {
        inputs.warn("layer " + layer + " cannot be represented by " + label + "; it is left out");
      }
    }
    RdmExport file;
    RsaOutput output;
    output.rdm = [&](const std::string& layer, const std::string& code, const std::string& dissimilarity,
                     const Rdm& rdm) {
      results.write_rdm(layer, code, rdm.n(), rdm.square(), place_);
      if (settings_.export_rdms) {
        file.add(layer, code, dissimilarity, rdm);
      }
    };
    output.reference_rdm = [&](const std::string& reference, const Rdm& rdm) {
      results.write_reference_rdm(reference, rdm.n(), rdm.square(), place_);
    };
    RsaResult result = compute_rsa(settings_, loaded_, loaded_models_, inputs, output);
    for (RsaRow& row : result.rows) {
      row.entry = static_cast<std::int64_t>(place_) + 1;
    }
    results.write_rsa(result.rows);
    if (settings_.export_rdms) {
      file.write(inputs.folder + "/" + numbered("rdms_rsatoolbox", place_) + ".h5", settings_.dissimilarity,
                 ids_of(*inputs.stimuli));
    }
    if (settings_.inference.differences) {
      results.write_group(numbered("rsa_differences", place_), difference_datasets(result.differences));
    }
  }

 private:
  /// RDMs that are compared with references.
  [[nodiscard]] std::size_t candidates() const {
    return settings_.layers.size() * with_rdms(settings_).size() + settings_.models.size();
  }

  /// Figures and tables show layers and models under their names.
  void check_model_names() const {
    const auto check = [&](const std::string& name) {
      if (std::find(settings_.layers.begin(), settings_.layers.end(), name) != settings_.layers.end()) {
        throw Error(ErrorKind::config,
                    "the model '" + name + "' has the name of a layer; expected another name", where_);
      }
    };
    for (const ReferenceSpec& model : settings_.models) {
      check(model.name);
    }
    for (const FlexibleSpec& model : settings_.flexible) {
      check(model.name);
    }
  }

  /// Before anything is computed: whether the bootstrap's draws fit memory.
  void check_inference(std::int64_t stimuli) const {
    for (const std::vector<Rdm>& subjects : loaded_) {
      const BootstrapShape shape{.models = candidates(),
                                 .subjects = std::max<std::size_t>(subjects.size(), 1),
                                 .stimuli = static_cast<std::size_t>(stimuli)};
      if (const auto options = bootstrap_options(settings_.inference, shape.subjects, 0)) {
        try {
          check_bootstrap(shape, *options);
          if (!settings_.flexible.empty()) {
            check_bootstrap(flexible_shape(shape, settings_.flexible), *options);
          }
        } catch (const Error& error) {
          throw Error(ErrorKind::config, error.what(), where_);
        }
      }
    }
  }

  RsaSettings settings_;
  std::vector<std::string> patterns_;
  Where where_;  // of `layers`
  std::size_t place_ = 0;
  std::vector<std::vector<Rdm>> loaded_{};
  std::vector<std::vector<Rdm>> loaded_models_{};
};

/// Layers and models have rows side by side, told apart by their codes.
void check_labels(const RsaSettings& settings, const Parameters& parameters) {
  for (const Representation& representation : settings.representations) {
    if (representation.label == kModelCode || representation.label == kFlexibleCode) {
      parameters.fail("representations", "has the name '" + representation.label +
                                             "', which rows of models have; expected another name");
    }
  }
}

std::shared_ptr<Analysis> read_rsa(Parameters& parameters) {
  const std::vector<std::string> layers = parameters.texts("layers", std::vector<std::string>{"all"});
  RsaSettings settings;
  settings.representations = read_representations(parameters, {"float", "count"});
  settings.dissimilarity = parameters.choice("dissimilarity", dissimilarities().names(), "correlation");
  settings.noise = noise_covariances().find(parameters.choice("noise", noise_covariances().names(), "none"));
  settings.compare = read_names(parameters, "compare", comparisons().names(), {"spearman"});
  settings.references = read_references(parameters);
  settings.models = read_references(parameters, "models", {"file", "model"});
  settings.flexible = read_flexible(parameters);
  settings.inference = read_inference(parameters);
  settings.random_networks =
      static_cast<std::size_t>(parameters.integer("random_networks", 0, kMostRandomNetworks, 0));
  settings.export_rdms = parameters.flag("export", false);
  std::vector<std::string> labels;
  for (const Representation& representation : settings.representations) {
    labels.push_back(representation.label);
  }
  check_twins(settings.references, labels, parameters);
  check_labels(settings, parameters);
  return std::make_shared<RsaAnalysis>(std::move(settings), layers, parameters.where("layers"));
}

}  // namespace

void register_rsa(AnalysisRegistry& analyses) {
  analyses.add("rsa", "representational similarity analysis: RDMs, references, noise ceilings, inference",
               read_rsa);
}

}  // namespace homolog::experiments
