#include "experiments/fusion/fusion.hpp"

#include <tbb/task_arena.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include "experiments/fusion/fuse.hpp"
#include "experiments/fusion/fusion_tables.hpp"
#include "experiments/fusion/inference_keys.hpp"
#include "experiments/fusion/model_rdms.hpp"
#include "experiments/fusion/system_rdms.hpp"
#include "experiments/recording/result_groups.hpp"
#include "experiments/rsa/reference_set.hpp"
#include "experiments/rsa/rsa_run.hpp"

namespace homolog::experiments {
namespace {

constexpr double kShareOfReferences = 0.05;
constexpr double kShareOfRdms = 0.5;

/// One reference that is fused, and the controls.
struct FusedReferences {
  ReferenceSpec first{};
  ReferenceSpec second{};
  std::vector<ReferenceSpec> controls{};
};

class FusionAnalysis final : public Analysis {
 public:
  FusionAnalysis(ModelRdms models, FusedReferences references, FusionOptions options, Where where)
      : models_(std::move(models)),
        references_(std::move(references)),
        options_(options),
        where_(std::move(where)) {}

  std::vector<RepresentationKey> prepare(const AnalysisPlan& plan) override {
    place_ = plan.place;
    std::vector<RepresentationKey> keys = models_.prepare(plan, "fusion");
    if (models_.kept() == 0) {
      throw Error(ErrorKind::config, "fusion has no model; expected layers, or models", where_);
    }
    check_models({references_.first, references_.second}, *plan.stimuli);
    const std::vector<std::string> ids = ids_of(*plan.stimuli);
    first_ = load(references_.first, ids);
    second_ = load(references_.second, ids);
    if (second_.times > 1) {
      const auto& file = std::get<FileReference>(references_.second.source);
      throw Error(ErrorKind::data,
                  (file.dataset.empty() ? std::string() : "dataset " + file.dataset + " ") + "has RDMs of " +
                      std::to_string(second_.times) +
                      " times; expected one for each subject in `second` (`first` is the one in time)",
                  {.file = file.file});
    }
    loaded_controls_ = load_references(references_.controls, *plan.stimuli);
    try {
      check_memory({.times = first_.times,
                    .models = models_.kept(),
                    .controls = references_.controls.size(),
                    .stimuli = static_cast<std::size_t>(plan.stimuli->size()),
                    .first_subjects = first_.subjects,
                    .second_subjects = second_.subjects},
                   options_);
    } catch (const Error& error) {
      throw Error(ErrorKind::config, error.what(), where_);
    }
    return keys;
  }

  [[nodiscard]] bool reads_spike_times() const override { return read_spike_times(models_.codes()); }

  [[nodiscard]] std::uint64_t bytes(const Stimuli& stimuli, int /*threads*/) const override {
    const auto n = static_cast<std::uint64_t>(stimuli.size());
    const std::uint64_t rdms = models_.kept() + first_.times + 1 + references_.controls.size();
    const std::uint64_t vectors =
        sizeof(double) * Rdm::pair_count(static_cast<std::size_t>(n)) *
        (2 * (first_.rdms.size() + second_.rdms.size()) + 2 * first_.times + models_.kept() + 4);
    return bytes_of_rdms(rdms, n) + vectors;
  }

  void run(const AnalysisInputs& inputs, ResultsFile& results) override {
    tbb::task_arena arena(std::max(inputs.threads, 1));
    const FusionTable table = arena.execute([&] { return compute(inputs); });
    results.write_group(numbered("fusion", place_), fusion_datasets(table));
    if (inputs.summarise) {
      inputs.summarise(numbered("fusion", place_), fusion_json(table), fusion_text(table));
    }
  }

 private:
  /// Of a model: nothing, with one subject and one time.
  [[nodiscard]] LoadedRdms load(const ReferenceSpec& reference, const std::vector<std::string>& ids) const {
    const auto* file = std::get_if<FileReference>(&reference.source);
    if (file == nullptr) {
      return {};
    }
    LoadedRdms loaded = load_rdms(*file, ids);
    if (!options_.subjects) {
      loaded.rdms = means_over_subjects(loaded.rdms, loaded.subjects);
      loaded.subjects = 1;
    }
    return loaded;
  }

  [[nodiscard]] FusionTable compute(const AnalysisInputs& inputs) const {
    const RdmMaker maker = models_.maker(inputs);
    const Progress here = part_of(inputs.progress, 0.0, kShareOfReferences);
    report(here, 0.0);
    const auto rdm_of = [&](const ReferenceSpec& spec, const std::vector<Rdm>& loaded) {
      return fixed_rdms(spec, loaded, maker, {}).value();
    };
    const std::vector<Rdm> first_rdms = rdm_of(references_.first, first_.rdms);
    const std::vector<Rdm> second_rdms = rdm_of(references_.second, second_.rdms);
    const SystemRdms first(first_rdms, first_.subjects);
    const SystemRdms second(second_rdms, second_.subjects);
    if (inputs.warn && options_.subjects && !options_.stimuli && first.subjects() == 1 &&
        second.subjects() == 1) {
      inputs.warn("fusion of " + references_.first.name + " with " + references_.second.name +
                  ": neither has several subjects to be drawn (inference.bootstrap: subjects); there "
                  "are no intervals");
    }
    std::vector<OrderedRdm> controls;
    for (std::size_t k = 0; k < references_.controls.size(); ++k) {
      controls.emplace_back(mean_rdm(rdm_of(references_.controls[k], loaded_controls_[k])));
    }
    const Candidates candidates =
        models_.compute(inputs, part_of(inputs.progress, kShareOfReferences, kShareOfRdms));

    FusionTable table = table_for(candidates, first.times());
    FusionOptions options = options_;
    options.seed = inputs.seed;
    table.result =
        fuse(first, second, candidates.rdms, controls, options, part_of(inputs.progress, kShareOfRdms, 1.0));
    return table;
  }

  /// All but the result.
  [[nodiscard]] FusionTable table_for(const Candidates& candidates, std::size_t times) const {
    FusionTable table{.first = references_.first.name,
                      .second = references_.second.name,
                      .times = first_.times_ms,
                      .in_ms = !first_.times_ms.empty(),
                      .ranks = options_.ranks};
    if (table.times.empty()) {
      table.times.resize(times);
      std::iota(table.times.begin(), table.times.end(), 0.0);
    }
    for (const ReferenceSpec& control : references_.controls) {
      table.controls.push_back(control.name);
    }
    for (const Candidate& candidate : candidates.names) {
      table.layers.push_back(candidate.layer);
      table.codes.push_back(candidate.code);
    }
    return table;
  }

  ModelRdms models_;
  FusedReferences references_;
  FusionOptions options_;
  Where where_;  // of `layers`
  std::size_t place_ = 0;
  LoadedRdms first_{}, second_{};  // without RDMs of a model
  std::vector<std::vector<Rdm>> loaded_controls_{};
};

/// The mapping `key`, one reference.
ReferenceSpec read_reference(Parameters& parameters, const std::string& key) {
  if (!parameters.has(key)) {
    parameters.fail(key, "is missing; expected a mapping with file or model, such as {file: meg.mat}");
  }
  Parameters entry = parameters.map(key);
  if (entry.has("file") == entry.has("model")) {
    entry.fail("", entry.has("file") ? "has several sources (file, model); expected exactly one"
                                     : "says not where the RDMs come from; expected file or model");
  }
  return references().find(entry.has("file") ? "file" : "model")(entry);
}

std::shared_ptr<Analysis> read_fusion(Parameters& parameters) {
  ModelRdms models(parameters, "models");
  FusedReferences fused{.first = read_reference(parameters, "first"),
                        .second = read_reference(parameters, "second"),
                        .controls = read_references(parameters, "control", {"file", "model"})};
  const bool ranks = parameters.flag("ranks", true);
  FusionOptions options = read_fusion_inference(parameters);
  options.ranks = ranks;
  return std::make_shared<FusionAnalysis>(std::move(models), std::move(fused), options,
                                          parameters.where("layers"));
}

}  // namespace

void register_fusion(AnalysisRegistry& analyses) {
  analyses.add(
      "fusion",
      "model-based fusion of RDMs in time (MEG) with RDMs in space (fMRI): correlation and commonality "
      "with layers",
      read_fusion);
}

}  // namespace homolog::experiments
