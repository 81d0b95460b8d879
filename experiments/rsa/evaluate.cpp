#include "experiments/rsa/evaluate.hpp"

#include <tbb/parallel_for.h>

#include <utility>

#include "experiments/rsa/inference/bootstrap.hpp"
#include "experiments/rsa/inference/permutation.hpp"
#include "experiments/rsa/noise_ceiling.hpp"

namespace homolog::experiments {
namespace {

/// Values and ceilings, without inference.
std::vector<RsaRow> plain(const Comparison& comparison, std::span<const OrderedRdm> models,
                          std::span<const OrderedRdm> subjects) {
  std::vector<ScaledRdm> scaled(subjects.size());
  tbb::parallel_for(std::size_t{0}, subjects.size(), [&](std::size_t s) {
    scaled[s] = ScaledRdm(subjects[s].rdm(), std::span(&comparison, 1));
  });
  const NoiseCeiling ceiling = noise_ceiling(comparison, scaled);
  std::vector<RsaRow> rows(models.size());
  tbb::parallel_for(std::size_t{0}, models.size(), [&](std::size_t m) {
    rows[m].value = compare(comparison, ScaledRdm(models[m].rdm(), std::span(&comparison, 1)), scaled);
    rows[m].noise_ceiling_low = ceiling.low;
    rows[m].noise_ceiling_high = ceiling.high;
  });
  return rows;
}

Replicates take_joint(BootstrapReplicates replicates) {
  return std::move(!replicates.both.empty()      ? replicates.both
                   : !replicates.stimuli.empty() ? replicates.stimuli
                                                 : replicates.subjects);
}

}  // namespace

std::optional<BootstrapOptions> bootstrap_options(const InferenceSettings& settings, std::size_t subjects,
                                                  std::uint64_t seed) {
  const bool stimuli = draws_stimuli(settings.resample);
  const bool of_subjects = draws_subjects(settings.resample, subjects);
  if (!stimuli && !of_subjects) {
    return std::nullopt;
  }
  return BootstrapOptions{.stimuli = stimuli,
                          .subjects = of_subjects,
                          .samples = settings.samples,
                          .level = settings.level,
                          .seed = seed,
                          .ceilings = subjects > 1};
}

std::vector<RsaRow> rows_of(const InferenceResult& result) {
  std::vector<RsaRow> rows(result.models.size());
  for (std::size_t m = 0; m < rows.size(); ++m) {
    const ModelInference& model = result.models[m];
    RsaRow& row = rows[m];
    row.value = model.value;
    row.standard_error = model.standard_error;
    row.ci_low = model.ci_low;
    row.ci_high = model.ci_high;
    row.p = model.p_above_zero;
    row.p_ceiling = model.p_below_ceiling;
    row.noise_ceiling_low = result.ceiling.low;
    row.noise_ceiling_high = result.ceiling.high;
  }
  return rows;
}

Evaluation evaluate(const Comparison& comparison, std::span<const OrderedRdm> models,
                    std::span<const OrderedRdm> subjects, const InferenceSettings& settings,
                    std::uint64_t seed, const Progress& progress) {
  const double share = settings.permutations > 0 ? 0.8 : 1.0;
  Evaluation evaluation;
  if (const auto options = bootstrap_options(settings, subjects.size(), seed)) {
    BootstrapDraws draws = draw_values(comparison, models, subjects, *options, part_of(progress, 0.0, share));
    InferenceResult result =
        infer_from(draws.values, draws.ceiling, draws.replicates, settings.level, settings.differences);
    evaluation.rows = rows_of(result);
    evaluation.dof = result.dof;
    evaluation.draws = take_joint(std::move(draws.replicates));
    evaluation.differences = std::move(result.differences);
  } else {
    evaluation.rows = plain(comparison, models, subjects);
  }
  if (settings.permutations > 0) {
    const std::vector<PermutationTest> tests =
        permutation_test(comparison, models, subjects, {.samples = settings.permutations, .seed = seed},
                         part_of(progress, share, 1.0));
    for (std::size_t m = 0; m < tests.size(); ++m) {
      evaluation.rows[m].p_permutation = tests[m].p;
    }
  }
  return evaluation;
}

}  // namespace homolog::experiments
