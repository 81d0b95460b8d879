#include "experiments/predictivity/read_predictivity.hpp"

#include <limits>
#include <utility>

#include "experiments/rsa/entry_checks.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kMostComponents = 10000;
constexpr std::int64_t kMostSplits = 1000;
constexpr std::int64_t kMostDraws = 1000000;

RegressionSettings read_regression(Parameters& parameters) {
  RegressionSettings regression;
  regression.method = parameters.choice("method", regression_methods(), "pls");
  if (regression.method == "pls") {
    regression.components =
        static_cast<std::size_t>(parameters.integer("components", 1, kMostComponents, 25));
  } else if (regression.method == "ridge") {
    // Positive, and with an inverse that is a number.
    regression.alpha = parameters.number("alpha", 1e-300, 1e300, 1.0);
  } else if (regression.method == "ridge_cv") {
    regression.alphas = parameters.choice("alphas", {"log", "brain-score"}, "log") == "log"
                            ? logarithmic_alphas()
                            : brain_score_alphas();
  }
  return regression;
}

SplitSettings read_splits(Parameters& parameters) {
  SplitSettings splits;
  splits.folds = parameters.has("folds");
  if (splits.folds) {
    splits.splits = static_cast<std::size_t>(parameters.integer("folds", 2, kMostSplits));
  } else {
    splits.splits = static_cast<std::size_t>(parameters.integer("splits", 1, kMostSplits, 10));
    splits.train = parameters.number("train", 0.0, 1.0, 0.9);
  }
  return splits;
}

UnitBootstrap read_inference(Parameters inference) {
  UnitBootstrap bootstrap;
  bootstrap.units = inference.choice("bootstrap", {"units", "none"}, "units") == "units";
  bootstrap.samples = static_cast<std::size_t>(inference.integer("samples", 2, kMostDraws, 1000));
  bootstrap.level = inference.number("level", 0.5, 0.9999, 0.95);
  return bootstrap;
}

void read_projection(Parameters parameters, PredictivityEntry& entry) {
  ProjectionSettings& projection = entry.settings.projection;
  projection.kind = parameters.choice("kind", {"none", "pca", "sparse_random"}, "none");
  if (projection.kind == "pca") {
    projection.components =
        static_cast<std::size_t>(parameters.integer("components", 1, kMostComponents, 1000));
  } else if (projection.kind == "sparse_random") {
    if (parameters.has("components")) {
      projection.components = static_cast<std::size_t>(parameters.integer("components", 1, kMostComponents));
    }
    if (parameters.has("seed")) {
      entry.projection_seed =
          static_cast<std::uint64_t>(parameters.integer("seed", 0, std::numeric_limits<std::int64_t>::max()));
    }
  }
}

std::vector<TargetSource> read_targets(Parameters& parameters) {
  parameters.require("responses");
  std::vector<TargetSource> targets;
  std::vector<std::string> names;
  for (Parameters& entry : parameters.maps("responses")) {
    targets.push_back({.responses = read_response_source(entry), .region = entry.text("region", "")});
    check_name_is_new(entry, targets.back().responses.name, names);
    names.push_back(targets.back().responses.name);
  }
  if (targets.empty()) {
    parameters.fail("responses", "is empty; expected one or more {file: ..., dataset: ...}");
  }
  return targets;
}

}  // namespace

PredictivityEntry read_predictivity_entry(Parameters& parameters) {
  PredictivityEntry entry;
  entry.patterns = parameters.texts("layers", std::vector<std::string>{"all"});
  entry.settings.codes = read_names(parameters, "codes", {"float", "count", "decoded"}, {"float", "count"});
  entry.settings.regression = read_regression(parameters);
  entry.settings.splits = read_splits(parameters);
  entry.settings.stratify = parameters.flag("stratify", false);
  entry.settings.ceiling_splits =
      static_cast<std::size_t>(parameters.integer("ceiling_splits", 1, kMostSplits, 10));
  read_projection(parameters.map("projection"), entry);
  entry.settings.inference = read_inference(parameters.map("inference"));
  entry.targets = read_targets(parameters);
  entry.layers_where = parameters.where("layers");
  entry.splits_where = parameters.where(entry.settings.splits.folds ? "folds" : "train");
  return entry;
}

}  // namespace homolog::experiments
