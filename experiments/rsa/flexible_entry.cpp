#include "experiments/rsa/flexible_entry.hpp"

#include <algorithm>
#include <utility>

#include "experiments/rsa/evaluate.hpp"
#include "experiments/rsa/inference/cross_validation.hpp"
#include "experiments/rsa/rsa_run.hpp"
#include "sim/core/error.hpp"
#include "sim/core/suggest.hpp"

namespace homolog::experiments {
namespace {

// Two folds of three different stimuli each; of n drawn stimuli (1 - 1/e) n are expected to be different.
constexpr std::int64_t kFewest = 6;
constexpr std::int64_t kFewestInBootstrap = 10;
constexpr std::size_t kFewestSubjects = 4;

FlexibleKind kind_of(const std::string& name) {
  if (name == "weighted") {
    return FlexibleKind::weighted;
  }
  return name == "interpolated" ? FlexibleKind::interpolated : FlexibleKind::selected;
}

FlexibleSpec read_one(Parameters& entry) {
  FlexibleSpec spec;
  spec.name = entry.text("name");
  if (spec.name.empty() || spec.name.find('/') != std::string::npos) {
    entry.fail("name", "is '" + spec.name + "'; expected a name without '/'");
  }
  spec.kind = kind_of(entry.choice("kind", {"interpolated", "selected", "weighted"}, "weighted"));
  if (entry.has("code") == entry.has("models")) {
    entry.fail("", "is made of nothing or of two things; expected either code (and layers) or models");
  }
  if (entry.has("models")) {
    spec.models = entry.texts("models");
  } else {
    spec.code = entry.text("code");
    spec.layers = entry.texts("layers", std::vector<std::string>{"all"});
  }
  return spec;
}

[[noreturn]] void refuse(const FlexibleSpec& spec, const std::string& what, const Where& where) {
  throw Error(ErrorKind::config, "flexible model '" + spec.name + "' " + what, where);
}

FlexibleModel model_of(const FlexibleSpec& spec, const Candidates& candidates) {
  FlexibleModel model{.kind = spec.kind};
  for (const auto& [layer, code] : spec.components) {
    model.components.emplace_back(candidates.find(layer, code));
  }
  return model;
}

}  // namespace

std::vector<FlexibleSpec> read_flexible(Parameters& analysis) {
  std::vector<FlexibleSpec> specs;
  std::vector<Parameters> entries = analysis.maps("flexible");
  for (Parameters& entry : entries) {
    FlexibleSpec spec = read_one(entry);
    if (std::any_of(specs.begin(), specs.end(),
                    [&](const FlexibleSpec& other) { return other.name == spec.name; })) {
      entry.fail("name", "'" + spec.name + "' names two models; expected a name of its own for each");
    }
    specs.push_back(std::move(spec));
  }
  return specs;
}

void resolve_flexible(std::vector<FlexibleSpec>& specs, const RsaSettings& settings, std::int64_t stimuli,
                      const Where& where) {
  const std::int64_t fewest = settings.inference.resample == Resample::none ? kFewest : kFewestInBootstrap;
  if (!specs.empty() && stimuli < fewest) {
    refuse(specs.front(),
           "cannot be crossvalidated with " + std::to_string(stimuli) + " stimuli; expected at least " +
               std::to_string(fewest) + " (see stimuli.count)",
           where);
  }
  for (FlexibleSpec& spec : specs) {
    spec.components.clear();
    for (const std::string& name : spec.models) {
      if (std::none_of(settings.models.begin(), settings.models.end(),
                       [&](const ReferenceSpec& model) { return model.name == name; })) {
        refuse(spec, "has the component '" + name + "', which is not among `models`", where);
      }
      spec.components.emplace_back(name, kModelCode);
    }
    if (spec.code.empty()) {
      continue;
    }
    std::vector<std::string> labels;
    for (const Representation& representation : settings.representations) {
      labels.push_back(representation.label);
    }
    if (std::find(labels.begin(), labels.end(), spec.code) == labels.end()) {
      refuse(spec, "has the code '" + spec.code + "'; expected one of " + joined(labels), where);
    }
    for (const std::string& layer : select_layers(spec.layers, settings.layers, where)) {
      if (settings.has(spec.code, layer)) {
        spec.components.emplace_back(layer, spec.code);
      }
    }
    if (spec.components.empty()) {
      refuse(spec, "has no component", where);
    }
  }
}

BootstrapShape flexible_shape(BootstrapShape shape, const std::vector<FlexibleSpec>& specs) {
  shape.models = specs.size();
  shape.components = 0;
  for (const FlexibleSpec& spec : specs) {
    shape.components = std::max(shape.components, spec.components.size());
  }
  return memory_shape(shape, FlexibleOptions().repeats);
}

std::vector<RsaRow> evaluate_flexible(const Comparison& comparison, const std::vector<FlexibleSpec>& specs,
                                      const Candidates& candidates, std::span<const OrderedRdm> subjects,
                                      const InferenceSettings& settings, std::uint64_t seed,
                                      const Progress& progress) {
  std::vector<FlexibleModel> models;
  for (const FlexibleSpec& spec : specs) {
    models.push_back(model_of(spec, candidates));
  }
  const auto bootstrap = bootstrap_options(settings, subjects.size(), seed);
  // Where subjects alone are drawn, folds of them need enough different ones.
  if (bootstrap && (bootstrap->stimuli || subjects.size() >= kFewestSubjects)) {
    return rows_of(infer(comparison, models, subjects, FlexibleOptions{.bootstrap = *bootstrap}, progress));
  }
  const CrossValidation result = cross_validate(comparison, models, subjects, {.seed = seed});
  std::vector<RsaRow> rows(specs.size());
  for (std::size_t m = 0; m < rows.size(); ++m) {
    rows[m].value = result.values[m];
    rows[m].noise_ceiling_low = result.ceiling.low;
    rows[m].noise_ceiling_high = result.ceiling.high;
  }
  return rows;
}

}  // namespace homolog::experiments
