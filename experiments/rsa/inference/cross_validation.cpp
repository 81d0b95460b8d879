#include "experiments/rsa/inference/cross_validation.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>

#include "experiments/rsa/inference/draws.hpp"
#include "experiments/rsa/inference/folds.hpp"
#include "experiments/rsa/inference/parallel_draws.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

constexpr std::size_t kMaxRepeats = 1000;
constexpr std::size_t kMaxRepeatsPerDraw = 100;
constexpr std::uint32_t kNoDraw = 0xFFFFFFFFU;      // the data as they are
constexpr double kDifferent = 0.63212055882855767;  // 1 - 1/e: expected share of different ones in a draw

using Multiplicities = std::vector<std::uint32_t>;

BootstrapShape shape_of_models(std::span<const FlexibleModel> models, std::span<const OrderedRdm> subjects) {
  for (const FlexibleModel& model : models) {
    if (model.components.empty()) {
      throw Error(ErrorKind::data, "a flexible model has no component RDM; it needs at least one");
    }
    for (const OrderedRdm& component : model.components) {
      static_cast<void>(shape_of(std::span(&component, 1), subjects));
    }
  }
  if (models.empty() || subjects.empty()) {
    throw Error(ErrorKind::data, "inference needs at least one model and one subject");
  }
  std::size_t components = 0;
  for (const FlexibleModel& model : models) {
    components = std::max(components, model.components.size());
  }
  return {.models = models.size(),
          .subjects = subjects.size(),
          .stimuli = subjects.front().n(),
          .components = components};
}

/// The number of folds that was asked for, or the default; `share` of stimuli and of subjects is expected
/// to be different in a draw.
FoldCounts fold_counts(const CrossValidationOptions& options, const BootstrapShape& shape,
                       double stimuli_share, double subjects_share) {
  FoldCounts folds{.stimuli = options.stimulus_folds, .subjects = options.subject_folds};
  if (folds.stimuli == 0) {
    folds.stimuli = default_stimulus_folds(stimuli_share * static_cast<double>(shape.stimuli));
  }
  if (folds.subjects == 0) {
    const double different = subjects_share * static_cast<double>(shape.subjects);
    folds.subjects = default_subject_folds(shape.subjects == 1 ? 1.0 : std::max(2.0, different));
  }
  return folds;
}

void check(const FoldCounts& folds, const BootstrapShape& shape, double stimuli_share,
           double subjects_share) {
  if (folds.stimuli < 2) {
    throw Error(ErrorKind::config, "one fold of stimuli leaves none to fit a model to; 2 are the least");
  }
  const double stimuli = stimuli_share * static_cast<double>(shape.stimuli);
  if (static_cast<double>(folds.stimuli) > stimuli / static_cast<double>(kLeastStimuliPerFold)) {
    throw Error(ErrorKind::data, std::to_string(shape.stimuli) + " stimuli are too few for " +
                                     std::to_string(folds.stimuli) +
                                     (stimuli_share < 1.0 ? " folds in a bootstrap" : " folds") +
                                     "; each fold needs 3 different ones");
  }
  const double subjects = subjects_share * static_cast<double>(shape.subjects);
  if (static_cast<double>(folds.subjects) > subjects) {
    throw Error(ErrorKind::data, std::to_string(shape.subjects) + " subjects are too few for " +
                                     std::to_string(folds.subjects) +
                                     (subjects_share < 1.0 ? " folds in a bootstrap" : " folds") +
                                     "; each fold needs a different one");
  }
}

void check_repeats(std::size_t repeats, std::size_t least, std::size_t most) {
  if (repeats < least || repeats > most) {
    throw Error(ErrorKind::config, std::to_string(repeats) + " assignments to folds are asked for; " +
                                       std::to_string(least) + " to " + std::to_string(most) +
                                       " are possible");
  }
}

/// Mean over assignments to folds of the data as they are.
CrossValidation value_of(const FoldedData& data, const FoldCounts& folds, std::size_t repeats,
                         std::uint64_t seed, bool ceilings) {
  const Multiplicities every_stimulus(data.subjects.front().n(), 1);
  const Multiplicities every_subject(data.subjects.size(), 1);
  std::vector<CrossValidation> single(repeats);
  parallel_draws(repeats, {}, [&](std::size_t r) {
    const FoldKey key{.seed = seed, .draw = kNoDraw, .assignment = static_cast<std::uint32_t>(r)};
    single[r] = evaluate_folds(data, every_stimulus, every_subject,
                               assign(folds, every_stimulus, every_subject, key), ceilings);
  });
  CrossValidation mean{.values = std::vector<double>(data.models.size(), 0.0)};
  const auto count = static_cast<double>(repeats);
  for (const CrossValidation& one : single) {
    for (std::size_t m = 0; m < mean.values.size(); ++m) {
      mean.values[m] += one.values[m] / count;
    }
    mean.ceiling.low += one.ceiling.low / count;
    mean.ceiling.high += one.ceiling.high / count;
  }
  return mean;
}

/// The draws of one bootstrap.
struct Draws {
  const FoldedData& data;
  const FlexibleOptions& options;
  FoldCounts folds{};

  /// Evaluates one way of drawing (0, 1, 2: a number for its folds) and writes its replicates.
  void write(const Multiplicities& stimuli, const Multiplicities& copies, std::uint32_t draw,
             std::uint32_t way, Replicates& replicates) const {
    const std::size_t models = data.models.size();
    for (std::size_t r = 0; r < options.repeats; ++r) {
      const FoldKey key{.seed = options.bootstrap.seed,
                        .draw = draw,
                        .assignment = static_cast<std::uint32_t>(3 * r) + way};
      const CrossValidation result = evaluate_folds(
          data, stimuli, copies, assign(folds, stimuli, copies, key), options.bootstrap.ceilings);
      for (std::size_t m = 0; m < models; ++m) {
        replicates.at(m, r, draw) = result.values[m];
      }
      replicates.at(models, r, draw) = result.ceiling.low;
      replicates.at(models + 1, r, draw) = result.ceiling.high;
    }
  }
};

}  // namespace

std::size_t default_stimulus_folds(double n) {
  return n < 12.0 ? 2 : n < 24.0 ? 3 : n < 40.0 ? 4 : 5;
}

std::size_t default_subject_folds(double n) {
  return n < 2.0 ? 1 : n < 6.0 ? 2 : n < 12.0 ? 3 : n < 20.0 ? 4 : 5;
}

BootstrapShape memory_shape(BootstrapShape shape, std::size_t repeats) {
  shape.models = (shape.models + 2) * repeats;
  return shape;
}

CrossValidation cross_validate(const Comparison& comparison, std::span<const FlexibleModel> models,
                               std::span<const OrderedRdm> subjects, const CrossValidationOptions& options) {
  const BootstrapShape shape = shape_of_models(models, subjects);
  check_repeats(options.repeats, 1, kMaxRepeats);
  const FoldCounts folds = fold_counts(options, shape, 1.0, 1.0);
  check(folds, shape, 1.0, 1.0);
  const FoldedData data{.comparison = comparison, .models = models, .subjects = subjects};
  return value_of(data, folds, options.repeats, options.seed, true);
}

InferenceResult infer(const Comparison& comparison, std::span<const FlexibleModel> models,
                      std::span<const OrderedRdm> subjects, const FlexibleOptions& options,
                      const Progress& progress) {
  const BootstrapShape shape = shape_of_models(models, subjects);
  const BootstrapOptions& bootstrap = options.bootstrap;
  check_repeats(options.repeats, 2, kMaxRepeatsPerDraw);
  const BootstrapShape memory = memory_shape(shape, options.repeats);
  check_bootstrap(memory, bootstrap);
  check_repeats(options.validation.repeats, 1, kMaxRepeats);
  const bool enough_subjects = kDifferent * static_cast<double>(shape.subjects) >= 2.0;
  const bool draw_subjects = bootstrap.subjects && (enough_subjects || !bootstrap.stimuli);
  const double stimuli_share = bootstrap.stimuli ? kDifferent : 1.0;
  const double subjects_share = draw_subjects ? kDifferent : 1.0;
  const FoldCounts folds = fold_counts(options.validation, shape, stimuli_share, subjects_share);
  check(folds, shape, stimuli_share, subjects_share);

  const FoldedData data{.comparison = comparison, .models = models, .subjects = subjects};
  const Draws draws{.data = data, .options = options, .folds = folds};
  BootstrapReplicates replicates{.n_subjects = shape.subjects, .n_stimuli = shape.stimuli};
  const Replicates empty(shape.models + 2, options.repeats, bootstrap.samples);
  replicates.subjects = draw_subjects ? empty : Replicates();
  replicates.stimuli = bootstrap.stimuli ? empty : Replicates();
  replicates.both = draw_subjects && bootstrap.stimuli ? empty : Replicates();

  const Multiplicities every_stimulus(shape.stimuli, 1);
  const Multiplicities every_subject(shape.subjects, 1);
  std::vector<std::uint32_t> rejected(bootstrap.samples, 0);
  const auto evaluate_draw = [&](std::size_t b) {
    const auto draw = static_cast<std::uint32_t>(b);
    AcceptedDraw copies;
    if (draw_subjects) {
      copies = multiplicities_with(folds.subjects, shape.subjects,
                                   {.seed = bootstrap.seed, .purpose = Purpose::subjects, .draw = draw});
      draws.write(every_stimulus, copies.multiplicities, draw, 0, replicates.subjects);
    }
    if (bootstrap.stimuli) {
      const AcceptedDraw stimuli =
          multiplicities_with(kLeastStimuliPerFold * folds.stimuli, shape.stimuli,
                              {.seed = bootstrap.seed, .purpose = Purpose::stimuli, .draw = draw});
      draws.write(stimuli.multiplicities, every_subject, draw, 1, replicates.stimuli);
      if (draw_subjects) {
        draws.write(stimuli.multiplicities, copies.multiplicities, draw, 2, replicates.both);
      }
      rejected[b] = stimuli.rejected;
    }
    rejected[b] += copies.rejected;
  };
  parallel_draws(bootstrap.samples, progress, evaluate_draw, draws_at_once(memory, bootstrap));

  const CrossValidation value =
      value_of(data, folds, options.validation.repeats, bootstrap.seed, bootstrap.ceilings);
  InferenceResult result = infer_from(value.values, value.ceiling, replicates, bootstrap.level);
  result.redrawn = std::accumulate(rejected.begin(), rejected.end(), std::size_t{0});
  return result;
}

}  // namespace homolog::experiments
