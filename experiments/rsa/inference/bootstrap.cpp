#include "experiments/rsa/inference/bootstrap.hpp"

#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "experiments/rsa/inference/draws.hpp"
#include "experiments/rsa/inference/parallel_draws.hpp"
#include "experiments/rsa/inference/resampled_comparison.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

constexpr std::size_t kMaxSamples = 1'000'000;

using Multiplicities = std::vector<std::uint32_t>;

/// What a bootstrap holds, in bytes: replicates, ordered RDMs and differences of models.
double bytes_held(const BootstrapShape& shape, const BootstrapOptions& options) {
  const auto pairs = static_cast<double>(Rdm::pair_count(shape.stimuli));
  const auto models = static_cast<double>(shape.models);
  const auto subjects = static_cast<double>(shape.subjects);
  const double rdms = 16.0 * pairs * (models + subjects);
  const double replicates = 3.0 * 8.0 * (models + 2.0) * static_cast<double>(options.samples);
  const double differences = 0.5 * models * models * sizeof(ModelDifference);
  return rdms + replicates + differences;
}

/// What one draw takes while it is evaluated: vectors over pairs.
double bytes_of_draw(const BootstrapShape& shape) {
  return 8.0 * static_cast<double>(Rdm::pair_count(shape.stimuli)) *
         (3.0 * static_cast<double>(shape.subjects) + 2.0 * static_cast<double>(shape.components) + 16.0);
}

void check_options(const BootstrapOptions& options) {
  if (!options.stimuli && !options.subjects) {
    throw Error(ErrorKind::config, "a bootstrap draws neither stimuli nor subjects; one of them must vary");
  }
  if (options.samples < 2 || options.samples > kMaxSamples) {
    throw Error(ErrorKind::config, std::to_string(options.samples) +
                                       " bootstrap samples are asked for; 2 to 1000000 are possible");
  }
  if (!(options.level > 0.0 && options.level < 1.0)) {
    throw Error(ErrorKind::config, "a confidence level of " + std::to_string(options.level) +
                                       " is asked for; it must lie between 0 and 1, as 0.95 does");
  }
}

template <class AnyRdm>
BootstrapShape common_shape(std::span<const AnyRdm> models, std::span<const AnyRdm> subjects) {
  if (models.empty() || subjects.empty()) {
    throw Error(ErrorKind::data, "inference needs at least one model and one subject");
  }
  const std::size_t n = models.front().n();
  for (const std::span<const AnyRdm>& rdms : {models, subjects}) {
    for (const AnyRdm& rdm : rdms) {
      if (rdm.n() != n) {
        throw Error(ErrorKind::data, "RDMs of " + std::to_string(n) + " and of " + std::to_string(rdm.n()) +
                                         " stimuli cannot be compared; all must have the same stimuli");
      }
    }
  }
  return {.models = models.size(), .subjects = subjects.size(), .stimuli = n};
}

/// What all draws share.
struct Bootstrap {
  const Comparison& comparison;
  std::span<const OrderedRdm> models;
  std::span<const OrderedRdm> subjects;
  const BootstrapOptions& options;
  bool draw_subjects = false;
  bool ceilings = false;

  [[nodiscard]] std::size_t n() const { return models.front().n(); }
};

/// Values of one set of stimuli, of which subjects are then drawn.
class StimulusDraw {
 public:
  StimulusDraw(const Bootstrap& bootstrap, const Multiplicities& multiplicities)
      : bootstrap_(bootstrap),
        comparison_(bootstrap.comparison, multiplicities),
        subjects_(comparison_, bootstrap.subjects, bootstrap.ceilings),
        values_(comparison_.compare(bootstrap.models, subjects_.ready())) {}

  [[nodiscard]] double value(std::size_t model, const Multiplicities& copies) const {
    return mean_over(std::span(values_).subspan(model * copies.size(), copies.size()), copies);
  }
  [[nodiscard]] NoiseCeiling ceiling(const Multiplicities& copies) const {
    return bootstrap_.ceilings ? subjects_.ceiling(copies) : NoiseCeiling{.low = kNaN, .high = kNaN};
  }
  void write(const Multiplicities& copies, std::size_t sample, Replicates& replicates) const {
    const std::size_t models = bootstrap_.models.size();
    for (std::size_t m = 0; m < models; ++m) {
      replicates.at(m, 0, sample) = value(m, copies);
    }
    const NoiseCeiling bounds = ceiling(copies);
    replicates.at(models, 0, sample) = bounds.low;
    replicates.at(models + 1, 0, sample) = bounds.high;
  }

 private:
  const Bootstrap& bootstrap_;
  ResampledComparison comparison_;
  ResampledSubjects subjects_;
  std::vector<double> values_;  ///< [models, subjects]
};

}  // namespace

BootstrapShape shape_of(std::span<const Rdm> models, std::span<const Rdm> subjects) {
  return common_shape(models, subjects);
}

BootstrapShape shape_of(std::span<const OrderedRdm> models, std::span<const OrderedRdm> subjects) {
  return common_shape(models, subjects);
}

void check_bootstrap(const BootstrapShape& shape, const BootstrapOptions& options) {
  check_options(options);
  if (shape.stimuli < kLeastStimuli) {
    throw Error(ErrorKind::data, "inference with " + std::to_string(shape.stimuli) +
                                     " stimuli is not possible; 3 are the least");
  }
  if (shape.subjects < 2 && !options.stimuli) {
    throw Error(ErrorKind::data, "subjects cannot be drawn from one; draw stimuli instead");
  }
  if (draws_at_once(shape, options) < 1) {
    throw Error(ErrorKind::config,
                "a bootstrap of " + std::to_string(shape.models) + " models, " +
                    std::to_string(shape.subjects) + " subjects and " + std::to_string(shape.stimuli) +
                    " stimuli needs more memory than the " + std::to_string(options.max_memory >> 20U) +
                    " MiB allowed; take fewer of them, or fewer samples");
  }
}

std::size_t draws_at_once(const BootstrapShape& shape, const BootstrapOptions& options) {
  const double left = static_cast<double>(options.max_memory) - bytes_held(shape, options);
  constexpr double kMost = 1e6;
  return left > 0.0 ? static_cast<std::size_t>(std::min(kMost, left / bytes_of_draw(shape))) : 0;
}

BootstrapDraws draw_values(const Comparison& comparison, std::span<const OrderedRdm> models,
                           std::span<const OrderedRdm> subjects, const BootstrapOptions& options,
                           const Progress& progress) {
  check_bootstrap(shape_of(models, subjects), options);
  const bool several = subjects.size() > 1;
  const Bootstrap bootstrap{.comparison = comparison,
                            .models = models,
                            .subjects = subjects,
                            .options = options,
                            .draw_subjects = options.subjects && several,
                            .ceilings = options.ceilings && several};
  const std::size_t columns = models.size() + 2;
  BootstrapDraws result{.replicates = {.n_subjects = subjects.size(), .n_stimuli = bootstrap.n()}};
  BootstrapReplicates& replicates = result.replicates;
  const Replicates empty(columns, 1, options.samples);
  if (bootstrap.draw_subjects) {
    replicates.subjects = empty;
  }
  if (options.stimuli) {
    replicates.stimuli = empty;
  }
  if (bootstrap.draw_subjects && options.stimuli) {
    replicates.both = empty;
  }

  const Multiplicities every_subject(subjects.size(), 1);
  const StimulusDraw all(bootstrap, Multiplicities(bootstrap.n(), 1));
  std::vector<std::uint32_t> rejected(options.samples, 0);
  parallel_draws(
      options.samples, progress,
      [&](std::size_t b) {
        const auto draw = static_cast<std::uint32_t>(b);
        Multiplicities copies;
        if (bootstrap.draw_subjects) {
          copies = multiplicities(subjects.size(),
                                  {.seed = options.seed, .purpose = Purpose::subjects, .draw = draw});
          all.write(copies, b, replicates.subjects);
        }
        if (options.stimuli) {
          const AcceptedDraw accepted =
              multiplicities_with(kLeastStimuli, bootstrap.n(),
                                  {.seed = options.seed, .purpose = Purpose::stimuli, .draw = draw});
          rejected[b] = accepted.rejected;
          const StimulusDraw drawn(bootstrap, accepted.multiplicities);
          drawn.write(every_subject, b, replicates.stimuli);
          if (bootstrap.draw_subjects) {
            drawn.write(copies, b, replicates.both);
          }
        }
      },
      draws_at_once(shape_of(models, subjects), options));

  for (std::size_t m = 0; m < models.size(); ++m) {
    result.values.push_back(all.value(m, every_subject));
  }
  result.ceiling = all.ceiling(every_subject);
  result.redrawn = std::accumulate(rejected.begin(), rejected.end(), std::size_t{0});
  return result;
}

InferenceResult infer(const Comparison& comparison, std::span<const OrderedRdm> models,
                      std::span<const OrderedRdm> subjects, const BootstrapOptions& options,
                      const Progress& progress) {
  const BootstrapDraws draws = draw_values(comparison, models, subjects, options, progress);
  InferenceResult result = infer_from(draws.values, draws.ceiling, draws.replicates, options.level);
  result.redrawn = draws.redrawn;
  return result;
}

InferenceResult infer(const Comparison& comparison, std::span<const Rdm> models,
                      std::span<const Rdm> subjects, const BootstrapOptions& options,
                      const Progress& progress) {
  check_bootstrap(shape_of(models, subjects), options);
  return infer(comparison, ordered(models), ordered(subjects), options, progress);
}

}  // namespace homolog::experiments
