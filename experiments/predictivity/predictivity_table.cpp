#include "experiments/predictivity/predictivity_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

namespace homolog::experiments {
namespace {

using Json = nlohmann::ordered_json;
using Attributes = std::vector<std::pair<std::string, std::string>>;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

std::string formatted(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof(text), format, value);
  return text;
}

std::string shown(double value) {
  return std::isfinite(value) ? formatted("%.3f", value) : "n/a";
}

std::string interval(const Estimate& score) {
  return std::isfinite(score.ci_low) ? "[" + shown(score.ci_low) + ", " + shown(score.ci_high) + "]" : "n/a";
}

const TargetSummary& target_of(const PredictivityResult& result, const PredictivityRow& row) {
  return result.targets[row.target];
}

double ceiling_of(const PredictivityResult& result, const PredictivityRow& row) {
  return target_of(result, row).ceiling.score.mean;
}

/// A column of numbers, one per row.
template <class ValueOf>
ResultDataset column(const std::string& name, const PredictivityResult& result, const ValueOf& value_of,
                     const std::string& convention = "") {
  std::vector<double> values;
  for (const PredictivityRow& row : result.rows) {
    values.push_back(static_cast<double>(value_of(row)));
  }
  ResultDataset dataset{.name = name, .values = std::move(values)};
  if (!convention.empty()) {
    dataset.attributes = {{"convention", convention}};
  }
  return dataset;
}

template <class TextOf>
ResultDataset texts(const std::string& name, const PredictivityResult& result, const TextOf& text_of) {
  std::vector<std::string> values;
  for (const PredictivityRow& row : result.rows) {
    values.push_back(text_of(row));
  }
  return {.name = name, .values = std::move(values)};
}

/// [row, split].
template <class ValuesOf>
ResultDataset by_split(const std::string& name, const PredictivityResult& result, const ValuesOf& values_of) {
  std::vector<double> values;
  for (const PredictivityRow& row : result.rows) {
    const auto& of_row = values_of(row);
    std::transform(of_row.begin(), of_row.end(), std::back_inserter(values),
                   [](const auto& value) { return static_cast<double>(value); });
  }
  return {.name = name,
          .values = std::move(values),
          .extents = {result.rows.size(), result.splits.size()},
          .axes = "row,split"};
}

/// [split, stimulus], 1 for one that is held out.
ResultDataset held_out(const PredictivityResult& result) {
  const Split& any = result.splits.front();
  const std::size_t stimuli = any.train.size() + any.test.size();
  std::vector<std::int64_t> values(result.splits.size() * stimuli, 0);
  for (std::size_t s = 0; s < result.splits.size(); ++s) {
    for (const std::size_t i : result.splits[s].test) {
      values[s * stimuli + i] = 1;
    }
  }
  return {.name = "held_out",
          .values = std::move(values),
          .extents = {result.splits.size(), stimuli},
          .axes = "split,stimulus"};
}

/// Correlations of one target's units, [row of the target, unit], and their ceilings.
void add_units(const PredictivityResult& result, std::size_t target, std::vector<ResultDataset>& datasets) {
  const TargetSummary& summary = result.targets[target];
  std::vector<double> r;
  std::size_t rows = 0;
  for (const PredictivityRow& row : result.rows) {
    if (row.target == target) {
      r.insert(r.end(), row.scores.per_unit.begin(), row.scores.per_unit.end());
      ++rows;
    }
  }
  datasets.push_back(
      {.name = "unit_r." + summary.name,
       .values = std::move(r),
       .extents = {rows, summary.units},
       .axes = "layer and code,unit",
       .attributes = {{"convention", "mean over splits of Pearson's r with held-out mean responses; raw"}}});
  datasets.push_back(
      {.name = "unit_ceiling." + summary.name,
       .values = summary.ceiling.per_unit,
       .axes = "unit",
       .attributes = {
           {"convention", "reliability: mean over random halves of the repetitions of 2 r / (1 + r)"}}});
}

std::string method_of(const PredictivitySettings& settings) {
  const RegressionSettings& regression = settings.regression;
  std::string method = regression.method;
  if (method == "pls") {
    method += ", " + std::to_string(regression.components) + " components";
  } else if (method == "ridge") {
    method += ", alpha " + formatted("%g", regression.alpha);
  } else if (method == "ridge_cv") {
    method += ", " + std::to_string(regression.alphas.size()) + " alphas";
  }
  return method;
}

std::string splits_of(const PredictivitySettings& settings) {
  const std::string count = std::to_string(settings.splits.splits);
  return (settings.splits.folds
              ? count + " folds"
              : count + " random splits, " + formatted("%g", 100.0 * settings.splits.train) + " % fitted") +
         (settings.stratify ? ", stratified by label" : "");
}

std::string interval_of(const PredictivitySettings& settings) {
  return settings.inference.units ? formatted("%g", 100.0 * settings.inference.level) +
                                        " % interval over new units: score -+ t score_units_error"
                                  : "not asked for";
}

std::string projection_of(const PredictivitySettings& settings) {
  const ProjectionSettings& projection = settings.projection;
  return projection.kind == "none"
             ? projection.kind
             : projection.kind + ", " + std::to_string(projection.components) + " components";
}

}  // namespace

std::vector<ResultDataset> predictivity_datasets(const PredictivitySettings& settings,
                                                 const PredictivityResult& result) {
  using Row = PredictivityRow;
  const auto ceiling = [&](const Row& row) { return ceiling_of(result, row); };
  std::vector<ResultDataset> datasets{
      texts("layer", result, [](const Row& row) { return row.layer; }),
      texts("code", result, [](const Row& row) { return row.code; }),
      texts("responses", result, [&](const Row& row) { return target_of(result, row).name; }),
      texts("region", result, [&](const Row& row) { return target_of(result, row).region; }),
      column(
          "score", result, [](const Row& row) { return row.scores.score.mean; },
          "median over units of Pearson's r with held-out mean responses, mean over splits; raw"),
      column(
          "score_error", result, [](const Row& row) { return row.scores.score.standard_error; },
          "standard error of the mean over splits, divisor S - 1; splits share stimuli"),
      column(
          "score_units_error", result, [](const Row& row) { return row.score.standard_error; },
          "standard error over new units, same stimuli and splits: bootstrap over units"),
      column(
          "score_ci_low", result, [](const Row& row) { return row.score.ci_low; }, interval_of(settings)),
      column(
          "score_ci_high", result, [](const Row& row) { return row.score.ci_high; }, interval_of(settings)),
      column("ceiling", result, ceiling,
             "reliability: median over units of 2 r / (1 + r) of random halves of the repetitions, mean over "
             "splits into halves"),
      column(
          "ceiling_error", result,
          [&](const Row& row) { return target_of(result, row).ceiling.score.standard_error; },
          "standard error of the mean over splits into halves"),
      column(
          "r_squared_over_ceiling", result,
          [&](const Row& row) { return r_squared_over_ceiling(row.scores.score.mean, ceiling(row)); },
          "score^2 / ceiling, with the sign of the score; Brain-Score's since January 2026, not its earlier "
          "score^2 / ceiling^2"),
      column(
          "r_over_sqrt_ceiling", result,
          [&](const Row& row) { return r_over_sqrt_ceiling(row.scores.score.mean, ceiling(row)); },
          "score / sqrt(ceiling)"),
      column("units", result, [&](const Row& row) { return target_of(result, row).units; }),
      column("undefined_units", result, [](const Row& row) { return row.undefined; }),
      column("units_without_ceiling", result,
             [&](const Row& row) { return target_of(result, row).without_ceiling; }),
      by_split("split_score", result,
               [](const Row& row) -> const std::vector<double>& { return row.scores.per_split; }),
      held_out(result),
  };
  datasets.front().attributes = {{"method", method_of(settings)},
                                 {"splits", splits_of(settings)},
                                 {"projection", projection_of(settings)}};
  if (settings.regression.method == "pls") {
    datasets.push_back(by_split("components", result, [](const Row& row) -> const std::vector<std::size_t>& {
      return row.components;
    }));
  } else if (settings.regression.method != "linear") {
    datasets.push_back(
        by_split("alpha", result, [](const Row& row) -> const std::vector<double>& { return row.alphas; }));
  }
  for (std::size_t t = 0; t < result.targets.size(); ++t) {
    add_units(result, t, datasets);
  }
  return datasets;
}

std::string predictivity_json(const PredictivitySettings& settings, const PredictivityResult& result) {
  Json rows = Json::array();
  for (const PredictivityRow& row : result.rows) {
    const double score = row.scores.score.mean;
    const double ceiling = ceiling_of(result, row);
    rows.push_back({{"layer", row.layer},
                    {"code", row.code},
                    {"responses", target_of(result, row).name},
                    {"region", target_of(result, row).region},
                    {"score", number(score)},
                    {"score_error", number(row.scores.score.standard_error)},
                    {"score_units_error", number(row.score.standard_error)},
                    {"score_ci_low", number(row.score.ci_low)},
                    {"score_ci_high", number(row.score.ci_high)},
                    {"ceiling", number(ceiling)},
                    {"r_squared_over_ceiling", number(r_squared_over_ceiling(score, ceiling))},
                    {"r_over_sqrt_ceiling", number(r_over_sqrt_ceiling(score, ceiling))},
                    {"units", target_of(result, row).units},
                    {"undefined_units", row.undefined}});
  }
  return Json{{"method", method_of(settings)},
              {"splits", splits_of(settings)},
              {"projection", projection_of(settings)},
              {"rows", std::move(rows)}}
      .dump();
}

std::string predictivity_text(const PredictivitySettings& settings, const PredictivityResult& result) {
  std::size_t width = 5;
  std::size_t name_width = 9;
  for (const PredictivityRow& row : result.rows) {
    width = std::max(width, row.layer.size());
    name_width = std::max(name_width, target_of(result, row).name.size());
  }
  const auto left = [](const std::string& text, std::size_t columns) {
    return text + std::string(columns > text.size() ? columns - text.size() : 0, ' ');
  };
  const auto right = [](const std::string& text, std::size_t columns) {
    return std::string(columns > text.size() ? columns - text.size() : 0, ' ') + text;
  };
  std::string text = "\npredictivity: recorded responses from layers, " + method_of(settings) + "; " +
                     splits_of(settings) + "; projection " + projection_of(settings) + "\n  " +
                     left("layer", width) + "  code     " + left("responses", name_width) +
                     "       r        over units       +-    ceiling  r^2/ceiling  r/sqrt(ceiling)  units\n";
  for (const PredictivityRow& row : result.rows) {
    const double score = row.scores.score.mean;
    const double ceiling = ceiling_of(result, row);
    const TargetSummary& target = target_of(result, row);
    text += "  " + left(row.layer, width) + "  " + left(row.code, 7) + "  " + left(target.name, name_width) +
            right(shown(score), 8) + right(interval(row.score), 18) +
            right(shown(row.scores.score.standard_error), 9) + right(shown(ceiling), 11) +
            right(shown(r_squared_over_ceiling(score, ceiling)), 13) +
            right(shown(r_over_sqrt_ceiling(score, ceiling)), 17) +
            right(std::to_string(target.units - row.undefined), 7) + '\n';
  }
  return text + "  r: median over units, mean over splits, of held-out stimuli; over units: " +
         interval_of(settings) + "; +-: standard error over splits; ceiling: reliability by split halves\n";
}

}  // namespace homolog::experiments
