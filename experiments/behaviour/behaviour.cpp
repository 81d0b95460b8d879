#include "experiments/behaviour/behaviour.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "experiments/behaviour/behaviour_table.hpp"
#include "experiments/behaviour/observer_files.hpp"
#include "experiments/recording/result_groups.hpp"

namespace homolog::experiments {
namespace {

// Entries of an I2n, and of means by object; each is a double, and some of them are in memory at once.
constexpr std::uint64_t kMostEntries = 100'000'000;
constexpr std::int64_t kMostSplits = 1000;

struct ObserversEntry {
  ResponseSource source{};
  Answers answers = Answers::correct;
};

/// An entry `behaviour` as it was written.
struct Entry {
  BehaviourSettings settings{};
  std::vector<ObserversEntry> observers{};
  std::vector<ResponseSource> rates{};
  std::optional<BrainSource> categories{};
  Where where{};
};

class BehaviourAnalysis final : public Analysis {
 public:
  explicit BehaviourAnalysis(Entry entry) : entry_(std::move(entry)) {}

  std::vector<RepresentationKey> prepare(const AnalysisPlan& plan) override {
    BehaviourSettings& settings = entry_.settings;
    settings.seed = plan.seed;
    settings.choices = static_cast<std::size_t>(plan.classes);
    settings.category_of.clear();
    if (entry_.categories) {
      settings.category_of = load_categories(*entry_.categories, settings.choices);
      settings.choices = static_cast<std::size_t>(
          1 + *std::max_element(settings.category_of.begin(), settings.category_of.end()));
    }
    settings.labels = labels_of(plan);
    check_size();
    observers_.clear();
    for (const ObserversEntry& entry : entry_.observers) {
      observers_.push_back(
          load_observers(entry.source, entry.answers, *plan.stimuli, settings.labels, settings.choices));
    }
    rates_.clear();
    for (const ResponseSource& source : entry_.rates) {
      rates_.push_back(load_rates(source, *plan.stimuli, settings.choices));
    }
    group_ = numbered("behaviour", plan.place);
    return {};
  }

  // Of I2n: choices of both networks, their I2n, and those of two halves of the observers; in draws choices
  // and their z of the networks, of each set of rates, and of the set that each thread draws; means by
  // object. Of error consistency: answers as two matrices, weighted by each thread.
  [[nodiscard]] std::uint64_t bytes(const Stimuli& /*stimuli*/, int threads) const override {
    const BehaviourSettings& settings = entry_.settings;
    const auto n = static_cast<std::uint64_t>(settings.labels.size());
    const auto workers = static_cast<std::uint64_t>(std::max(threads, 1));
    const std::uint64_t objects = settings.choices;
    std::uint64_t values = 0;
    if (settings.image_level) {
      const std::uint64_t matrices = std::max<std::uint64_t>(9, 4 + 2 * rates_.size() + 2 * workers);
      values += matrices * n * objects + 8 * workers * objects * objects;
    }
    for (const Observers& observers : observers_) {
      const std::uint64_t both = observers.correct.size() + kSystems;
      values += n * observers.correct.size() + 2 * (1 + workers) * n * both + 6 * workers * both * both;
    }
    for (const ObserverRates& rates : rates_) {
      values += rates.rates.values.size();
    }
    return sizeof(double) * values;
  }

  void run(const AnalysisInputs& inputs, ResultsFile& results) override {
    const BehaviourResult result = compute_behaviour(entry_.settings, observers_, rates_, inputs);
    results.write_group(group_, behaviour_datasets(result));
    if (inputs.summarise) {
      inputs.summarise(group_, behaviour_json(result), behaviour_text(result));
    }
  }

 private:
  /// The right choice of each stimulus: its label, or the category of the class that its label is.
  [[nodiscard]] std::vector<std::int64_t> labels_of(const AnalysisPlan& plan) const {
    std::vector<std::int64_t> labels;
    for (std::int64_t i = 0; i < plan.stimuli->size(); ++i) {
      const std::optional<std::int64_t> label = plan.stimuli->label(i);
      const std::string stimulus = "stimulus '" + plan.stimuli->id(i) + "' ";
      if (!label) {
        throw Error(ErrorKind::config, stimulus + "has no label; behaviour needs to know what is right",
                    entry_.where);
      }
      if (*label < 0 || *label >= plan.classes) {
        throw Error(ErrorKind::config,
                    stimulus + "has label " + std::to_string(*label) + "; expected a class from 0 to " +
                        std::to_string(plan.classes - 1),
                    entry_.where);
      }
      const std::vector<std::int64_t>& category_of = entry_.settings.category_of;
      labels.push_back(category_of.empty() ? *label : category_of[static_cast<std::size_t>(*label)]);
      if (labels.back() < 0) {
        throw Error(ErrorKind::config,
                    stimulus + "has label " + std::to_string(*label) +
                        ", a class without category; expected stimuli of the categories alone",
                    entry_.where);
      }
    }
    return labels;
  }

  /// Means by object have choices^2 entries.
  void check_size() const {
    const std::uint64_t choices = entry_.settings.choices;
    const std::uint64_t rows = std::max<std::uint64_t>(entry_.settings.labels.size(), choices);
    if (entry_.settings.image_level && choices > 0 && rows > kMostEntries / choices) {
      throw Error(ErrorKind::config,
                  "i2n of " + std::to_string(entry_.settings.labels.size()) + " stimuli and " +
                      std::to_string(choices) +
                      " choices is too large; expected stimuli x choices and choices x choices of at most " +
                      std::to_string(kMostEntries) + " (see categories and stimuli.count)",
                  entry_.where);
    }
  }

  Entry entry_;
  std::string group_{};
  std::vector<Observers> observers_{};
  std::vector<ObserverRates> rates_{};
};

std::shared_ptr<Analysis> read_behaviour(Parameters& parameters) {
  Entry entry{.where = parameters.where("")};
  std::vector<std::string> names;
  for (Parameters& observers : parameters.maps("observers")) {
    const std::string answers = observers.choice("answers", {"correct", "choices"}, "correct");
    entry.observers.push_back({.source = read_response_source(observers),
                               .answers = answers == "correct" ? Answers::correct : Answers::choices});
    check_name_is_new(observers, entry.observers.back().source.name, names);
    names.push_back(entry.observers.back().source.name);
  }
  names.clear();
  entry.settings.image_level = parameters.has("i2n");
  for (Parameters& rates : parameters.maps("i2n")) {
    entry.rates.push_back(read_response_source(rates));
    check_name_is_new(rates, entry.rates.back().name, names);
    names.push_back(entry.rates.back().name);
  }
  entry.settings.reliability_splits =
      static_cast<std::size_t>(parameters.integer("reliability_splits", 1, kMostSplits, 10));
  Parameters inference = parameters.map("inference");
  entry.settings.inference = read_bootstrap(inference);
  if (parameters.has("categories")) {
    Parameters categories = parameters.map("categories");
    entry.categories =
        BrainSource{.file = categories.file_path("file"), .dataset = categories.text("dataset", "")};
  }
  return std::make_shared<BehaviourAnalysis>(std::move(entry));
}

}  // namespace

void register_behaviour(AnalysisRegistry& analyses) {
  analyses.add(
      "behaviour",
      "decisions of the networks beside observers': error consistency, image-level sensitivity (I2n)",
      read_behaviour);
}

}  // namespace homolog::experiments
