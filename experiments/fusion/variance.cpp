#include "experiments/fusion/variance.hpp"

#include <tbb/task_arena.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "experiments/fusion/inference_keys.hpp"
#include "experiments/fusion/model_rdms.hpp"
#include "experiments/fusion/partition_variance.hpp"
#include "experiments/fusion/variance_tables.hpp"
#include "experiments/recording/result_groups.hpp"
#include "experiments/rsa/reference_set.hpp"
#include "experiments/rsa/rsa_run.hpp"

namespace homolog::experiments {
namespace {

constexpr double kRdmsEnd = 0.6;
constexpr double kReferencesEnd = 0.7;

class VarianceAnalysis final : public Analysis {
 public:
  VarianceAnalysis(ModelRdms models, std::vector<ReferenceSpec> references, bool ranks,
                   InferenceSettings inference, Where where)
      : models_(std::move(models)),
        references_(std::move(references)),
        ranks_(ranks),
        inference_(inference),
        where_(std::move(where)) {}

  std::vector<RepresentationKey> prepare(const AnalysisPlan& plan) override {
    place_ = plan.place;
    std::vector<RepresentationKey> keys = models_.prepare(plan, "variance");
    loaded_ = load_references(references_, *plan.stimuli);
    if (partitioned_layers().empty()) {
      throw Error(ErrorKind::config,
                  "variance has no layer that can be represented by every code; expected at least one",
                  where_);
    }
    check_inference(static_cast<std::size_t>(plan.stimuli->size()));
    return keys;
  }

  [[nodiscard]] bool reads_spike_times() const override { return read_spike_times(models_.codes()); }

  [[nodiscard]] std::uint64_t bytes(const Stimuli& stimuli, int /*threads*/) const override {
    std::uint64_t rdms = models_.kept();
    for (const std::vector<Rdm>& subjects : loaded_) {
      rdms += std::max<std::size_t>(subjects.size(), 1);
    }
    const std::uint64_t replicates =
        inference_.resample == Resample::none
            ? 0
            : partitioned_layers().size() * replicate_bytes(models_.names().size()) * inference_.samples;
    return bytes_of_rdms(rdms, static_cast<std::uint64_t>(stimuli.size())) + replicates;
  }

  void run(const AnalysisInputs& inputs, ResultsFile& results) override {
    tbb::task_arena arena(std::max(inputs.threads, 1));
    const VarianceResult result = arena.execute([&] { return compute(inputs); });
    results.write_group(numbered("variance", place_), variance_datasets(result));
    if (inputs.summarise) {
      inputs.summarise(numbered("variance", place_), variance_json(result), variance_text(result));
    }
  }

 private:
  /// Before anything is computed: whether the bootstrap's draws fit memory.
  void check_inference(std::size_t stimuli) const {
    for (const std::vector<Rdm>& subjects : loaded_) {
      const PartitionShape shape{.problems = partitioned_layers().size(),
                                 .sets = models_.names().size(),
                                 .subjects = std::max<std::size_t>(subjects.size(), 1),
                                 .stimuli = stimuli};
      try {
        check_memory(shape, options(shape.subjects, 0));
      } catch (const Error& error) {
        throw Error(ErrorKind::config, error.what(), where_);
      }
    }
  }

  /// Those that every code can be had of.
  [[nodiscard]] std::vector<std::string> partitioned_layers() const {
    std::vector<std::string> layers;
    for (const std::string& layer : models_.layers()) {
      if (std::all_of(models_.codes().begin(), models_.codes().end(),
                      [&](const Representation& code) { return models_.has(code.label, layer); })) {
        layers.push_back(layer);
      }
    }
    return layers;
  }

  [[nodiscard]] VarianceResult compute(const AnalysisInputs& inputs) const {
    const Candidates candidates = models_.compute(inputs, part_of(inputs.progress, 0.0, kRdmsEnd));
    VarianceResult result{.layers = partitioned_layers(), .sets = models_.names(), .ranks = ranks_};
    std::vector<PredictorRdms> problems;
    for (const std::string& layer : result.layers) {
      PredictorRdms predictors;
      for (const Representation& code : models_.codes()) {
        predictors.push_back(&candidates.find(layer, code.label));
      }
      for (const ReferenceSpec& model : models_.models()) {
        predictors.push_back(&candidates.find(model.name, kModelCode));
      }
      problems.push_back(std::move(predictors));
    }
    result.partitions.resize(problems.size() * references_.size());
    const RdmMaker maker = models_.maker(inputs);
    const auto count = static_cast<double>(references_.size());
    for (std::size_t r = 0; r < references_.size(); ++r) {
      const double start = kRdmsEnd + (1.0 - kRdmsEnd) * static_cast<double>(r) / count;
      const double end = kRdmsEnd + (1.0 - kRdmsEnd) * static_cast<double>(r + 1) / count;
      const Progress here = part_of(inputs.progress, start, end);
      const auto rdms =
          fixed_rdms(references_[r], loaded_[r], maker, part_of(here, 0.0, kReferencesEnd - kRdmsEnd));
      if (inputs.warn && inference_.resample == Resample::subjects && rdms->size() == 1) {
        inputs.warn(
            "variance of " + references_[r].name +
            ": one subject cannot be drawn from (inference.bootstrap: subjects); there are no intervals");
      }
      std::vector<VariancePartition> partitions =
          partition_variance(problems, ordered(rdms.value()), options(rdms->size(), inputs.seed),
                             part_of(here, kReferencesEnd - kRdmsEnd, 1.0));
      for (std::size_t l = 0; l < problems.size(); ++l) {
        result.partitions[l * references_.size() + r] = std::move(partitions[l]);
      }
      result.references.push_back(references_[r].name);
    }
    return result;
  }

  [[nodiscard]] PartitionOptions options(std::size_t subjects, std::uint64_t seed) const {
    const Resample resample = inference_.resample;
    return {.ranks = ranks_,
            .stimuli = draws_stimuli(resample),
            .subjects = draws_subjects(resample, subjects),
            .samples = inference_.samples,
            .level = inference_.level,
            .seed = seed};
  }

  ModelRdms models_;
  std::vector<ReferenceSpec> references_;
  bool ranks_;
  InferenceSettings inference_;
  Where where_;  // of `layers`
  std::size_t place_ = 0;
  std::vector<std::vector<Rdm>> loaded_{};
};

std::shared_ptr<Analysis> read_variance(Parameters& parameters) {
  ModelRdms models(parameters, "predictors");
  if (models.names().size() > kMostSets) {
    parameters.fail("predictors", "and codes are " + std::to_string(models.names().size()) +
                                      " sets of predictors together; expected at most " +
                                      std::to_string(kMostSets));
  }
  for (const std::string& name : models.names()) {
    if (name.find('+') != std::string::npos) {
      parameters.fail("predictors", "and codes have the name '" + name +
                                        "'; expected names without '+', which joins the names of a subset");
    }
  }
  std::vector<ReferenceSpec> references = read_references(parameters, "references", {"file", "model"});
  if (references.empty()) {
    parameters.fail("references", "is empty; expected at least one whose variance is to be explained");
  }
  const bool ranks = parameters.flag("ranks", true);
  const InferenceSettings inference = read_partition_inference(parameters);
  return std::make_shared<VarianceAnalysis>(std::move(models), std::move(references), ranks, inference,
                                            parameters.where("layers"));
}

}  // namespace

void register_variance(AnalysisRegistry& analyses) {
  analyses.add("variance",
               "variance partitioning: what a layer's codes and models of the stimuli explain of brain RDMs, "
               "alone and together",
               read_variance);
}

}  // namespace homolog::experiments
