#include "experiments/rsa_time/rsa_time.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "experiments/recording/result_groups.hpp"
#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/entry_checks.hpp"
#include "experiments/rsa/layer_choice.hpp"
#include "experiments/rsa/reference_set.hpp"
#include "experiments/rsa_time/difference_tables.hpp"
#include "experiments/rsa_time/rsa_time_columns.hpp"
#include "experiments/rsa_time/rsa_time_run.hpp"
#include "experiments/rsa_time/rsa_time_summary.hpp"
#include "experiments/rsa_time/rsa_time_tables.hpp"

namespace homolog::experiments {
namespace {

constexpr char kSpikes[] = "spikes";

class RsaTimeAnalysis final : public Analysis {
 public:
  RsaTimeAnalysis(RsaTimeSettings settings, std::vector<std::string> patterns, Where where,
                  Where where_windows, Where where_references)
      : settings_(std::move(settings)),
        patterns_(std::move(patterns)),
        where_(std::move(where)),
        where_windows_(std::move(where_windows)),
        where_references_(std::move(where_references)) {}

  std::vector<RepresentationKey> prepare(const AnalysisPlan& plan) override {
    place_ = plan.place;
    if (plan.steps < 1) {
      throw Error(
          ErrorKind::config,
          "rsa_time needs spikes in steps, but this run's code answers in windows of its own; expected a "
          "rate code (see spiking.code)",
          where_windows_);
    }
    windows_ = time_windows(settings_.windows, plan.steps, where_windows_).size();
    check_stimuli("rsa_time", plan.stimuli->size(), where_);
    check_dissimilarity(settings_.dissimilarity, settings_.noise, plan.repetitions, where_);
    check_models(settings_.references, *plan.stimuli);
    load(ids_of(*plan.stimuli));
    check_dataset_names(timed_references(), settings_.generalisation, where_references_);
    courses_ = courses_of(settings_, loaded_, where_);
    std::vector<RepresentationKey> keys = choose(plan);
    check_inference(static_cast<std::size_t>(plan.stimuli->size()));
    return keys;
  }

  [[nodiscard]] bool reads_spike_times() const override { return true; }

  [[nodiscard]] std::uint64_t bytes(const Stimuli& stimuli, int /*threads*/) const override {
    const auto n = static_cast<std::uint64_t>(stimuli.size());
    const std::uint64_t pairs = Rdm::pair_count(static_cast<std::size_t>(n));
    const std::uint64_t ordered = 16 * pairs;
    const std::uint64_t layers = settings_.layers.size();
    const std::uint64_t compare = settings_.compare.size();
    const std::uint64_t draws =
        settings_.inference.resample == Resample::none ? 0 : settings_.inference.samples;
    // A layer's windows, the whole presentations of all layers, the products while an RDM is computed, a
    // block; latencies in all draws.
    std::uint64_t sum = windows_ * ordered + layers * ordered + 8 * n * n +
                        16 * n * static_cast<std::uint64_t>(kBlockUnits) +
                        16 * draws * layers * compare * (courses_.size() + timed_references().size());
    if (settings_.keep_rdms) {
      sum += layers * windows_ * 8 * pairs;
    }
    std::uint64_t columns = windows_;  // of all generalisation matrices
    std::uint64_t most_subjects = 1;
    for (const LoadedRdms& loaded : loaded_) {
      const std::uint64_t subjects = std::max<std::size_t>(loaded.subjects, 1);
      const std::uint64_t times = std::max<std::size_t>(loaded.times, 1);
      sum += 8 * pairs * subjects * times;
      sum += subjects * ordered * (settings_.time_by_time ? std::min<std::uint64_t>(times, windows_) : 1);
      if (times > 1) {
        sum += 8 * draws * layers * times * compare;
        columns += times;
        most_subjects = std::max(most_subjects, subjects);
      }
    }
    if (settings_.generalisation) {
      // The matrices and the datasets made of them; windows that wait; subjects at one time, in order and in
      // a draw.
      sum += 2 * 8 * matrix_columns().size() * layers * compare * windows_ * columns;
      sum += std::min(layers * windows_ * ordered, GeneralisationRun::kWaitingBytes);
      sum += 36 * pairs * most_subjects;
    }
    return sum + response_bytes(settings_.references, stimuli) + courses_.size() * ordered +
           8 * draws * windows_;
  }

  void run(const AnalysisInputs& inputs, ResultsFile& results) override {
    if (inputs.warn) {
      for (const std::string& line : left_out_) {
        inputs.warn(line);
      }
    }
    const RsaTimeResult result = compute_rsa_time(settings_, loaded_, available_, courses_, inputs);
    const std::string name = numbered("rsa_time", place_);
    results.write_group(name, rsa_time_datasets(result, settings_));
    if (!result.differences.empty()) {
      results.write_group(numbered("rsa_time_differences", place_), latency_difference_datasets(result));
    }
    if (inputs.summarise) {
      inputs.summarise(name, rsa_time_json(result), rsa_time_text(result));
    }
  }

 private:
  void load(const std::vector<std::string>& ids) {
    loaded_.clear();
    for (const ReferenceSpec& spec : settings_.references) {
      const auto* file = std::get_if<FileReference>(&spec.source);
      loaded_.push_back(file != nullptr ? load_rdms(*file, ids) : LoadedRdms{});
    }
  }

  [[nodiscard]] std::vector<std::string> timed_references() const {
    std::vector<std::string> names;
    for (std::size_t r = 0; r < loaded_.size(); ++r) {
      if (has_times(loaded_[r])) {
        names.push_back(settings_.references[r].name);
      }
    }
    return names;
  }

  /// Before anything is computed: whether the draws of a course's bootstrap fit memory.
  void check_inference(std::size_t stimuli) const {
    for (const LoadedRdms& loaded : loaded_) {
      const BootstrapShape shape{.models = std::max(windows_, settings_.layers.size()),
                                 .subjects = std::max<std::size_t>(loaded.subjects, 1),
                                 .stimuli = stimuli};
      if (const auto options = bootstrap_options(settings_.inference, shape.subjects, 0)) {
        try {
          check_bootstrap(shape, *options);
        } catch (const Error& error) {
          throw Error(ErrorKind::config, error.what(), where_);
        }
      }
    }
  }

  /// What the run must keep. Layers without spikes are left out.
  std::vector<RepresentationKey> choose(const AnalysisPlan& plan) {
    const std::vector<std::string> chosen = select_layers(patterns_, plan.layers, where_);
    left_out_.clear();
    std::vector<std::pair<std::string, std::string>> missing;
    available_ = choose_layers(chosen, {stored_representation(kSpikes)}, plan, where_, missing);
    settings_.layers.clear();
    for (const RepresentationKey& key : available_) {
      settings_.layers.push_back(key.layer);
    }
    for (const auto& entry : missing) {
      left_out_.push_back("layer " + entry.second + " has no spike trains; rsa_time leaves it out");
    }
    std::vector<Representation> twins;
    std::set<std::string> codes;
    for (const ReferenceSpec& spec : settings_.references) {
      const auto* twin = std::get_if<TwinReference>(&spec.source);
      if (twin != nullptr && codes.insert(twin->code).second) {
        twins.push_back(stored_representation(twin->code));
      }
    }
    const std::vector<RepresentationKey> of_twins =
        choose_layers(settings_.layers, twins, plan, where_, missing);
    for (const auto& [code, layer] : missing) {
      left_out_.push_back("layer " + layer + " cannot be represented by " + code + "; it has no such twin");
    }
    available_.insert(available_.end(), of_twins.begin(), of_twins.end());
    return available_;
  }

  RsaTimeSettings settings_;
  std::vector<std::string> patterns_;
  Where where_;  // of `layers`
  Where where_windows_;
  Where where_references_;
  std::size_t place_ = 0;
  std::size_t windows_ = 0;
  std::vector<LoadedRdms> loaded_{};
  std::vector<CourseLabel> courses_{};
  std::vector<RepresentationKey> available_{};
  std::vector<std::string> left_out_{};  // warnings
};

std::shared_ptr<Analysis> read_rsa_time(Parameters& parameters) {
  const std::vector<std::string> layers = parameters.texts("layers", std::vector<std::string>{"all"});
  RsaTimeSettings settings = read_rsa_time_settings(parameters);
  return std::make_shared<RsaTimeAnalysis>(std::move(settings), layers, parameters.where("layers"),
                                           parameters.where("windows"), parameters.where("references"));
}

}  // namespace

void register_rsa_time(AnalysisRegistry& analyses) {
  analyses.add(
      "rsa_time",
      "representational similarity in time: windows of spikes, time courses, latencies, generalisation",
      read_rsa_time);
}

}  // namespace homolog::experiments
