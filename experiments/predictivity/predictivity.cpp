#include "experiments/predictivity/predictivity.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "experiments/predictivity/predictivity_table.hpp"
#include "experiments/predictivity/random_projection.hpp"
#include "experiments/predictivity/read_predictivity.hpp"
#include "experiments/recording/result_groups.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kMostStimuli = 10000;  // a Gram matrix of 800 MB, and copies of it for each split

class PredictivityAnalysis final : public Analysis {
 public:
  explicit PredictivityAnalysis(PredictivityEntry entry) : entry_(std::move(entry)) {}

  std::vector<RepresentationKey> prepare(const AnalysisPlan& plan) override {
    PredictivitySettings& settings = entry_.settings;
    settings.layers = select_layers(entry_.patterns, plan.layers, entry_.layers_where);
    check_stimuli(plan);
    settings.projection.seed = entry_.projection_seed.value_or(plan.seed);
    if (settings.projection.kind == "sparse_random" && settings.projection.components == 0) {
      settings.projection.components =
          static_cast<std::size_t>(johnson_lindenstrauss_components(plan.stimuli->size()));
    }
    group_ = numbered("predictivity", plan.place);
    targets_.clear();
    for (const TargetSource& target : entry_.targets) {
      targets_.push_back({.name = target.responses.name,
                          .region = target.region,
                          .responses = load_responses(target.responses.source, *plan.stimuli)});
    }
    std::vector<RepresentationKey> keys;
    for (const std::string& layer : settings.layers) {
      for (const std::string& code : settings.codes) {
        keys.push_back({layer, code});
      }
    }
    return keys;
  }

  // The Gram matrix, the parts of it that splits see (one for each thread), and the responses with what is
  // left of them in a split.
  [[nodiscard]] std::uint64_t bytes(const Stimuli& stimuli, int threads) const override {
    const PredictivitySettings& settings = entry_.settings;
    const auto n = static_cast<std::uint64_t>(stimuli.size());
    const std::uint64_t square = sizeof(double) * n * n;
    const auto workers = static_cast<std::uint64_t>(std::max(threads, 1));
    const std::uint64_t together = std::min<std::uint64_t>(workers, settings.splits.splits);
    const std::string& method = settings.regression.method;
    const std::uint64_t copies = 1 + (settings.projection.kind == "pca" ? 3U : 0U) +
                                 (method == "pls"     ? 0U
                                  : method == "ridge" ? 1U
                                                      : 3U);
    std::uint64_t responses = 0;
    for (const Target& target : targets_) {
      responses +=
          sizeof(double) * (target.responses.values.size() + (2 + 4 * together) * n * target.responses.units);
    }
    const std::uint64_t projected =
        settings.projection.kind == "sparse_random"
            ? (2 * sizeof(float) + sizeof(double)) * n * settings.projection.components
            : 0;
    const std::uint64_t block =
        (2 * sizeof(float) + sizeof(double)) * n * static_cast<std::uint64_t>(kBlockUnits);
    return square * (1 + copies * together) + responses + projected + block;
  }

  void run(const AnalysisInputs& inputs, ResultsFile& results) override {
    const PredictivityResult result = compute_predictivity(entry_.settings, targets_, inputs);
    results.write_group(group_, predictivity_datasets(entry_.settings, result));
    if (inputs.summarise) {
      inputs.summarise(group_, predictivity_json(entry_.settings, result),
                       predictivity_text(entry_.settings, result));
    }
  }

 private:
  void check_stimuli(const AnalysisPlan& plan) {
    const std::int64_t stimuli = plan.stimuli->size();
    if (stimuli > kMostStimuli) {
      throw Error(ErrorKind::config,
                  "predictivity cannot use " + std::to_string(stimuli) + " stimuli; expected at most " +
                      std::to_string(kMostStimuli) + " (see stimuli.count)",
                  entry_.layers_where);
    }
    entry_.settings.splits.seed = plan.seed;
    entry_.settings.inference.seed = plan.seed;
    try {
      (void)make_splits(static_cast<std::size_t>(stimuli), entry_.settings.splits,
                        split_labels(*plan.stimuli, entry_.settings.stratify));
    } catch (const Error& error) {
      throw Error(error.kind(), error.message(), entry_.splits_where);
    }
  }

  PredictivityEntry entry_;
  std::string group_{};
  std::vector<Target> targets_{};
};

std::shared_ptr<Analysis> read_predictivity(Parameters& parameters) {
  return std::make_shared<PredictivityAnalysis>(read_predictivity_entry(parameters));
}

}  // namespace

void register_predictivity(AnalysisRegistry& analyses) {
  analyses.add("predictivity",
               "regression of layers onto recorded responses: PLS or ridge, held-out correlation, ceilings",
               read_predictivity);
}

}  // namespace homolog::experiments
