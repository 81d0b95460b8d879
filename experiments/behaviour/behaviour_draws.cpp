#include "experiments/behaviour/behaviour_draws.hpp"

#include <optional>
#include <span>
#include <utility>

#include "experiments/behaviour/consistency_table.hpp"
#include "experiments/behaviour/observer_rates.hpp"
#include "experiments/rsa/inference/draws.hpp"
#include "experiments/rsa/inference/parallel_draws.hpp"

namespace homolog::experiments {
namespace {

using Eigen::Index;
using Multiplicities = std::vector<std::uint32_t>;
using Columns = BehaviourReplicates;

/// Space for the values of one set of observers (0: none).
BootstrapReplicates space_for(std::size_t columns, std::size_t observers, const BehaviourSettings& settings) {
  const InferenceSettings& inference = settings.inference;
  const bool stimuli = draws_stimuli(inference.resample);
  const bool subjects = draws_subjects(inference.resample, observers);
  BootstrapReplicates replicates{.n_subjects = observers, .n_stimuli = settings.labels.size()};
  const Replicates empty(columns, 1, inference.samples);
  if (stimuli) {
    replicates.stimuli = empty;
  }
  if (subjects) {
    replicates.subjects = empty;
  }
  if (stimuli && subjects) {
    replicates.both = empty;
  }
  return replicates;
}

/// Both networks, and then the observers of a set.
ConsistencyTable table_of(const BehaviourData& data, const Observers* observers) {
  std::vector<std::span<const double>> correct(data.correct.begin(), data.correct.end());
  if (observers != nullptr) {
    correct.insert(correct.end(), observers->correct.begin(), observers->correct.end());
  }
  return ConsistencyTable(correct);
}

/// Stimuli as they are or as drawn, and I2n of the networks with them.
struct DrawnStimuli {
  Multiplicities copies{};
  std::vector<ImageLevelDraw> networks{};  ///< none without image_level
};

class Drawing {
 public:
  Drawing(const BehaviourData& data, std::uint64_t seed)
      : data_(data),
        seed_(seed),
        whole_(with_networks(Multiplicities(data.settings.labels.size(), 1))),
        networks_(table_of(data, nullptr)) {
    replicates.networks = space_for(Columns::kNetworkColumns, 0, data.settings);
    for (const Observers& set : data.observers) {
      tables_.push_back(table_of(data, &set));
      kappas_.push_back(tables_.back().kappas(whole_.copies));
      replicates.observers.push_back(space_for(Columns::kObserverColumns, set.correct.size(), data.settings));
    }
    for (const ObserverRates& set : data.rates) {
      rates_.push_back(choice_rates(mean_rates(set.rates, Multiplicities(set.rates.repetitions, 1))));
      replicates.image_level.push_back(
          space_for(Columns::kImageLevelColumns, set.rates.repetitions, data.settings));
    }
  }

  void draw(std::size_t b) {
    std::optional<DrawnStimuli> stimuli;
    if (draws_stimuli(data_.settings.inference.resample)) {
      stimuli = with_networks(
          multiplicities_with(kLeastStimuli, whole_.copies.size(), key(Purpose::stimuli, b)).multiplicities);
      draw_networks(*stimuli, b);
    }
    for (std::size_t s = 0; s < tables_.size(); ++s) {
      draw_observers(s, stimuli, b);
    }
    for (std::size_t s = 0; s < rates_.size(); ++s) {
      draw_rates(s, stimuli, b);
    }
  }

  BehaviourReplicates replicates{};

 private:
  [[nodiscard]] DrawKey key(Purpose purpose, std::size_t b) const {
    return {.seed = seed_, .purpose = purpose, .draw = static_cast<std::uint32_t>(b)};
  }
  [[nodiscard]] Multiplicities observers(std::size_t count, std::size_t b) const {
    return multiplicities(count, key(Purpose::subjects, b));
  }
  [[nodiscard]] DrawnStimuli with_networks(Multiplicities copies) const {
    DrawnStimuli stimuli{.copies = std::move(copies)};
    for (std::size_t system = 0; system < kSystems && data_.settings.image_level; ++system) {
      stimuli.networks.emplace_back(data_.choices[system], data_.settings.labels, stimuli.copies);
    }
    return stimuli;
  }
  [[nodiscard]] double correlation(const ImageLevelDraw& first, const ImageLevelDraw& second,
                                   const Multiplicities& copies) const {
    return image_level_correlation(first, second, data_.settings.choices, data_.settings.labels, copies);
  }

  void draw_networks(const DrawnStimuli& stimuli, std::size_t b) {
    Replicates& values = replicates.networks.stimuli;
    const Eigen::VectorXd accuracies = networks_.accuracies(stimuli.copies);
    values.at(Columns::accuracy_float, 0, b) = accuracies[0];
    values.at(Columns::accuracy_spiking, 0, b) = accuracies[1];
    values.at(Columns::kappa, 0, b) = networks_.kappas(stimuli.copies)(0, 1);
    if (data_.settings.image_level) {
      values.at(Columns::i2n, 0, b) = correlation(stimuli.networks[0], stimuli.networks[1], stimuli.copies);
    }
  }

  void draw_observers(std::size_t s, const std::optional<DrawnStimuli>& stimuli, std::size_t b) {
    BootstrapReplicates& values = replicates.observers[s];
    const Multiplicities everyone(values.n_subjects, 1);
    const bool subjects = !values.subjects.empty();
    const Multiplicities copies = subjects ? observers(values.n_subjects, b) : everyone;
    if (subjects) {
      write_kappas(kappas_[s], copies, b, values.subjects);
    }
    if (stimuli) {
      const Eigen::MatrixXd drawn = tables_[s].kappas(stimuli->copies);
      write_kappas(drawn, everyone, b, values.stimuli);
      if (subjects) {
        write_kappas(drawn, copies, b, values.both);
      }
    }
  }

  /// `kappas`: of both networks and the observers.
  static void write_kappas(const Eigen::MatrixXd& kappas, const Multiplicities& copies, std::size_t b,
                           Replicates& values) {
    const auto count = static_cast<Index>(copies.size());
    values.at(Columns::kappa_float, 0, b) = mean_of_copies(kappas.col(0).tail(count), copies);
    values.at(Columns::kappa_spiking, 0, b) = mean_of_copies(kappas.col(1).tail(count), copies);
    values.at(Columns::between, 0, b) = mean_of_pairs(kappas.bottomRightCorner(count, count), copies);
  }

  void draw_rates(std::size_t s, const std::optional<DrawnStimuli>& stimuli, std::size_t b) {
    BootstrapReplicates& values = replicates.image_level[s];
    if (stimuli) {
      write_i2n(*stimuli, rates_[s], b, values.stimuli);
    }
    if (!values.subjects.empty()) {
      const Responses& rates = data_.rates[s].rates;
      const ChoiceRates drawn = choice_rates(mean_rates(rates, observers(rates.repetitions, b)));
      write_i2n(whole_, drawn, b, values.subjects);
      if (stimuli) {
        write_i2n(*stimuli, drawn, b, values.both);
      }
    }
  }

  void write_i2n(const DrawnStimuli& stimuli, const ChoiceRates& rates, std::size_t b,
                 Replicates& values) const {
    const ImageLevelDraw observers(rates, data_.settings.labels, stimuli.copies);
    for (std::size_t system = 0; system < kSystems; ++system) {
      values.at(system, 0, b) = correlation(stimuli.networks[system], observers, stimuli.copies);
    }
  }

  const BehaviourData& data_;
  std::uint64_t seed_;
  DrawnStimuli whole_;
  ConsistencyTable networks_;
  std::vector<ConsistencyTable> tables_{};  // of each set of observers, both networks first
  std::vector<Eigen::MatrixXd> kappas_{};   // the same with the stimuli as they are
  std::vector<ChoiceRates> rates_{};        // of each set: the mean over all observers
};

}  // namespace

BehaviourReplicates draw_behaviour(const BehaviourData& data, std::uint64_t seed, const Progress& progress) {
  Drawing drawing(data, seed);
  parallel_draws(data.settings.inference.samples, progress, [&](std::size_t b) { drawing.draw(b); });
  return std::move(drawing.replicates);
}

}  // namespace homolog::experiments
