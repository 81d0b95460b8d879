#include "experiments/predictivity/predictivity_run.hpp"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>
#include <utility>

#include "experiments/predictivity/ceiling.hpp"
#include "experiments/predictivity/kernel.hpp"
#include "experiments/predictivity/random_projection.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

using Eigen::Index;

/// A target as regressions see it.
struct Measured {
  std::vector<std::size_t> units{};  ///< those with a mean for every stimulus
  Eigen::MatrixXd means{};           ///< [stimulus, of these units]
  std::size_t all_units = 0;
};

struct Work {
  const PredictivitySettings& settings;
  const AnalysisInputs& inputs;
  const std::vector<Split>& splits;
  std::vector<Measured> targets{};
};

Measured measure(const Target& target) {
  const Eigen::MatrixXd means = mean_responses(target.responses);
  Measured measured{.all_units = target.responses.units};
  for (Index u = 0; u < means.cols(); ++u) {
    if (!means.col(u).hasNaN()) {
      measured.units.push_back(static_cast<std::size_t>(u));
    }
  }
  measured.means.resize(means.rows(), static_cast<Index>(measured.units.size()));
  for (std::size_t k = 0; k < measured.units.size(); ++k) {
    measured.means.col(static_cast<Index>(k)) = means.col(static_cast<Index>(measured.units[k]));
  }
  return measured;
}

TargetSummary summarise(const Target& target, const Measured& measured,
                        const PredictivitySettings& settings) {
  TargetSummary summary{
      .name = target.name,
      .region = target.region,
      .units = target.responses.units,
      .repetitions = target.responses.repetitions,
      .ceiling = internal_consistency(target.responses, settings.ceiling_splits, settings.splits.seed),
      .incomplete = measured.all_units - measured.units.size()};
  for (Index u = 0; u < measured.means.cols(); ++u) {
    const auto unit = measured.means.col(u);
    summary.constant += unit.size() > 0 && (unit.array() == unit[0]).all() ? 1U : 0U;
  }
  for (const double ceiling : summary.ceiling.per_unit) {
    summary.without_ceiling += ceiling > 0.0 ? 0U : 1U;
  }
  return summary;
}

void warn_about(const TargetSummary& target, const UnitBootstrap& inference, const AnalysisInputs& inputs) {
  if (!inputs.warn) {
    return;
  }
  const std::string of = " of " + std::to_string(target.units) + " units ";
  const std::string here = "responses '" + target.name + "': ";
  if (target.incomplete > 0) {
    inputs.warn(here + std::to_string(target.incomplete) + of +
                "have no response to some stimulus and are left out (NaN)");
  }
  if (target.constant > 0) {
    inputs.warn(here + std::to_string(target.constant) + of +
                "respond alike to all stimuli; their correlations are NaN");
  }
  if (inference.units && target.units < 2) {
    inputs.warn(here + "one unit cannot be drawn from (inference.bootstrap: units); there are no intervals");
  }
  if (target.repetitions < 2) {
    inputs.warn(here + "one presentation of each stimulus tells nothing about noise; there is no ceiling");
  } else if (target.without_ceiling > 0) {
    inputs.warn(here + std::to_string(target.without_ceiling) + of +
                "have no ceiling above 0; the median includes those that are defined");
  }
}

Eigen::MatrixXd rows_of(const Eigen::MatrixXd& matrix, const std::vector<std::size_t>& rows) {
  Eigen::MatrixXd taken(static_cast<Index>(rows.size()), matrix.cols());
  for (std::size_t k = 0; k < rows.size(); ++k) {
    taken.row(static_cast<Index>(k)) = matrix.row(static_cast<Index>(rows[k]));
  }
  return taken;
}

/// What one split says of a target.
struct SplitResult {
  std::vector<double> r{};  ///< per unit
  std::size_t components = 0;
  double alpha = 0.0;
};

SplitResult judge(const Work& work, const SplitKernel& kernel, const Split& split, const Measured& target) {
  SplitResult result{.r = std::vector<double>(target.all_units, kNaN)};
  if (target.units.empty()) {
    return result;
  }
  const Prediction prediction = predict(kernel, rows_of(target.means, split.train), work.settings.regression);
  const std::vector<double> r = unit_correlations(prediction.values, rows_of(target.means, split.test));
  for (std::size_t k = 0; k < r.size(); ++k) {
    result.r[target.units[k]] = r[k];
  }
  result.components = prediction.components;
  result.alpha = prediction.alpha;
  return result;
}

/// [target][split]; as many splits at a time as there are threads, so that progress is seen between.
std::vector<std::vector<SplitResult>> judge_all(const Work& work, const Eigen::MatrixXd& kernel,
                                                const Progress& progress) {
  const std::size_t count = work.splits.size();
  std::vector<std::vector<SplitResult>> results(work.targets.size(), std::vector<SplitResult>(count));
  const auto together = static_cast<std::size_t>(std::max(work.inputs.threads, 1));
  for (std::size_t first = 0; first < count; first += together) {
    report(progress, static_cast<double>(first) / static_cast<double>(count));
    tbb::parallel_for(first, std::min(first + together, count), [&](std::size_t s) {
      SplitKernel seen = split_kernel(kernel, work.splits[s]);
      if (work.settings.projection.kind == "pca") {
        seen = principal_components(seen, work.settings.projection.components);
      }
      for (std::size_t t = 0; t < work.targets.size(); ++t) {
        results[t][s] = judge(work, seen, work.splits[s], work.targets[t]);
      }
    });
  }
  return results;
}

PredictivityRow row_of(const RepresentationKey& key, std::size_t target, std::vector<SplitResult> splits,
                       const UnitBootstrap& inference, const Progress& progress) {
  PredictivityRow row{.layer = key.layer, .code = key.code, .target = target};
  std::vector<std::vector<double>> r;
  for (SplitResult& split : splits) {
    r.push_back(std::move(split.r));
    row.components.push_back(split.components);
    row.alphas.push_back(split.alpha);
  }
  row.scores = summarise_units(r);
  row.score = score_over_units(r, inference, progress);
  row.undefined =
      static_cast<std::size_t>(std::count_if(row.scores.per_unit.begin(), row.scores.per_unit.end(),
                                             [](double value) { return std::isnan(value); }));
  return row;
}

std::vector<PredictivityRow> rows_of_layer(const Work& work, const RepresentationKey& key,
                                           const Progress& progress) {
  const LayerPatterns patterns(*work.inputs.representations, key, work.inputs.repetitions);
  const ProjectionSettings& projection = work.settings.projection;
  Eigen::MatrixXd kernel;
  if (projection.kind == "sparse_random") {
    const std::unique_ptr<Patterns> projected =
        random_projection(patterns, static_cast<std::int64_t>(projection.components), projection.seed,
                          part_of(progress, 0.0, 0.4));
    kernel = linear_kernel(*projected, part_of(progress, 0.4, 0.5));
  } else {
    kernel = linear_kernel(patterns, part_of(progress, 0.0, 0.5));
  }
  constexpr double judged = 0.9;
  std::vector<std::vector<SplitResult>> results = judge_all(work, kernel, part_of(progress, 0.5, judged));
  std::vector<PredictivityRow> rows;
  const double share = (1.0 - judged) / static_cast<double>(results.size());
  for (std::size_t t = 0; t < results.size(); ++t) {
    const double start = judged + share * static_cast<double>(t);
    rows.push_back(row_of(key, t, std::move(results[t]), work.settings.inference,
                          part_of(progress, start, start + share)));
  }
  return rows;
}

void check(const std::vector<Target>& targets, std::size_t stimuli) {
  for (const Target& target : targets) {
    const Responses& r = target.responses;
    if (r.stimuli != stimuli || r.values.size() != r.stimuli * r.repetitions * r.units) {
      throw Error(ErrorKind::internal, "responses '" + target.name + "' are not those of the stimuli");
    }
  }
}

PredictivityResult compute(const PredictivitySettings& settings, const std::vector<Target>& targets,
                           const AnalysisInputs& inputs) {
  const auto stimuli = static_cast<std::size_t>(inputs.representations->presentations() / inputs.repetitions);
  check(targets, stimuli);
  PredictivityResult result{
      .splits = make_splits(stimuli, settings.splits, split_labels(*inputs.stimuli, settings.stratify))};
  Work work{.settings = settings, .inputs = inputs, .splits = result.splits};
  for (const Target& target : targets) {
    work.targets.push_back(measure(target));
    result.targets.push_back(summarise(target, work.targets.back(), settings));
    warn_about(result.targets.back(), settings.inference, inputs);
  }
  const auto count = static_cast<double>(settings.layers.size() * settings.codes.size());
  double done = 0.0;
  for (const std::string& layer : settings.layers) {
    for (const std::string& code : settings.codes) {
      const Progress progress = part_of(inputs.progress, done / count, (done + 1.0) / count);
      std::vector<PredictivityRow> rows = rows_of_layer(work, {layer, code}, progress);
      std::move(rows.begin(), rows.end(), std::back_inserter(result.rows));
      done += 1.0;
    }
  }
  report(inputs.progress, 1.0);
  return result;
}

}  // namespace

std::vector<std::int64_t> split_labels(const Stimuli& stimuli, bool stratify) {
  std::vector<std::int64_t> labels;
  for (std::int64_t i = 0; stratify && i < stimuli.size(); ++i) {
    const std::optional<std::int64_t> label = stimuli.label(i);
    if (!label) {
      throw Error(ErrorKind::config, "stimulus '" + stimuli.id(i) +
                                         "' has no label to stratify by; expected labels of all stimuli, or "
                                         "stratify: false");
    }
    labels.push_back(*label);
  }
  return labels;
}

PredictivityResult compute_predictivity(const PredictivitySettings& settings,
                                        const std::vector<Target>& targets, const AnalysisInputs& inputs) {
  tbb::task_arena arena(std::max(inputs.threads, 1));
  return arena.execute([&] { return compute(settings, targets, inputs); });
}

}  // namespace homolog::experiments
