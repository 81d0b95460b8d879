#include "experiments/rsa/rsa_run.hpp"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <utility>

#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/noise_ceiling.hpp"
#include "experiments/rsa/patterns.hpp"
#include "experiments/rsa/progress.hpp"
#include "experiments/rsa/reference_model.hpp"

namespace homolog::experiments {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// A reference whose RDM is the same for all layers, ready to be compared with.
struct FixedReference {
  std::vector<ScaledRdm> subjects{};
  std::vector<NoiseCeiling> ceilings{};  ///< one per comparison
};

/// What the whole computation shares.
struct Work {
  const RsaSettings& settings;
  const AnalysisInputs& inputs;
  const RsaOutput& output;
  Dissimilarity dissimilarity{};
  std::vector<Comparison> comparisons{};
};

Rdm compute_rdm(const Work& work, const Patterns& patterns, const Progress& progress) {
  DissimilarityResult result = work.dissimilarity(patterns, DissimilarityOptions{.progress = progress});
  if (result.undefined_patterns > 0 && work.inputs.warn) {
    work.inputs.warn(patterns.name() + ": " + std::to_string(result.undefined_patterns) + " of " +
                     std::to_string(patterns.count()) + " response patterns have no defined " +
                     work.settings.dissimilarity +
                     " dissimilarity (constant, or zero in all units); it was set to 1");
  }
  return std::move(result.rdm);
}

FixedReference prepare_reference(const Work& work, const std::string& name, const std::vector<Rdm>& rdms) {
  if (work.output.reference_rdm) {
    work.output.reference_rdm(name, mean_rdm(rdms));
  }
  FixedReference reference;
  reference.subjects.resize(rdms.size());
  tbb::parallel_for(std::size_t{0}, rdms.size(),
                    [&](std::size_t s) { reference.subjects[s] = ScaledRdm(rdms[s], work.comparisons); });
  reference.ceilings.resize(work.comparisons.size());
  tbb::parallel_for(std::size_t{0}, work.comparisons.size(), [&](std::size_t c) {
    reference.ceilings[c] = noise_ceiling(work.comparisons[c], reference.subjects);
  });
  return reference;
}

/// The references that do not depend on the layer, by their place in the settings.
std::map<std::size_t, FixedReference> fixed_references(const Work& work,
                                                       const std::vector<std::vector<Rdm>>& loaded,
                                                       const Progress& progress) {
  std::map<std::size_t, FixedReference> fixed;
  const std::vector<ReferenceSpec>& specs = work.settings.references;
  for (std::size_t r = 0; r < specs.size(); ++r) {
    const double count = static_cast<double>(specs.size());
    const Progress here =
        part_of(progress, static_cast<double>(r) / count, static_cast<double>(r + 1) / count);
    report(here, 0.0);
    if (std::holds_alternative<FileReference>(specs[r].source)) {
      fixed[r] = prepare_reference(work, specs[r].name, loaded.at(r));
    } else if (const auto* model = std::get_if<ModelReference>(&specs[r].source)) {
      const ReferenceModel entry = reference_models().find(model->model);
      const std::unique_ptr<Patterns> patterns = entry.respond(*work.inputs.stimuli, part_of(here, 0.0, 0.5));
      fixed[r] =
          prepare_reference(work, specs[r].name, {compute_rdm(work, *patterns, part_of(here, 0.5, 1.0))});
    }
  }
  return fixed;
}

/// One value to compute: a row, and what it compares.
struct Task {
  RsaRow row{};
  const Comparison* comparison = nullptr;
  const ScaledRdm* rdm = nullptr;
  std::span<const ScaledRdm> subjects{};
};

/// Rows of one layer, whose RDMs are in `rdms` in the order of `codes`.
std::vector<RsaRow> compare_layer(const Work& work, const std::string& layer,
                                  const std::vector<std::string>& codes,
                                  const std::map<std::size_t, FixedReference>& fixed,
                                  const std::vector<ScaledRdm>& rdms) {
  const RsaSettings& settings = work.settings;
  std::vector<Task> tasks;
  for (std::size_t k = 0; k < settings.codes.size(); ++k) {
    for (std::size_t r = 0; r < settings.references.size(); ++r) {
      const FixedReference* reference = nullptr;
      std::span<const ScaledRdm> subjects;
      if (const auto* twin = std::get_if<TwinReference>(&settings.references[r].source)) {
        if (twin->code == codes[k]) {
          continue;
        }
        const auto place = std::find(codes.begin(), codes.end(), twin->code) - codes.begin();
        subjects = std::span<const ScaledRdm>(rdms).subspan(static_cast<std::size_t>(place), 1);
      } else {
        reference = &fixed.at(r);
        subjects = reference->subjects;
      }
      for (std::size_t c = 0; c < settings.compare.size(); ++c) {
        Task task{.comparison = &work.comparisons[c], .rdm = &rdms[k], .subjects = subjects};
        task.row = RsaRow{.layer = layer,
                          .code = codes[k],
                          .reference = settings.references[r].name,
                          .compare = settings.compare[c],
                          .dissimilarity = settings.dissimilarity,
                          .value = kNaN,
                          .ci_low = kNaN,
                          .ci_high = kNaN,
                          .p = kNaN,
                          .noise_ceiling_low = reference != nullptr ? reference->ceilings[c].low : kNaN,
                          .noise_ceiling_high = reference != nullptr ? reference->ceilings[c].high : kNaN};
        tasks.push_back(std::move(task));
      }
    }
  }
  tbb::parallel_for(std::size_t{0}, tasks.size(), [&](std::size_t t) {
    tasks[t].row.value = compare(*tasks[t].comparison, *tasks[t].rdm, tasks[t].subjects);
  });
  std::vector<RsaRow> rows;
  for (Task& task : tasks) {
    rows.push_back(std::move(task.row));
  }
  return rows;
}

std::vector<RsaRow> compute(const Work& work, const std::vector<std::vector<Rdm>>& loaded) {
  const Representations& representations = *work.inputs.representations;
  const std::vector<std::string> codes = codes_with_rdms(work.settings);
  const bool has_model = std::any_of(
      work.settings.references.begin(), work.settings.references.end(),
      [](const ReferenceSpec& spec) { return std::holds_alternative<ModelReference>(spec.source); });
  const double share_of_references = has_model ? 0.2 : 0.02;
  const std::map<std::size_t, FixedReference> fixed =
      fixed_references(work, loaded, part_of(work.inputs.progress, 0.0, share_of_references));

  // The time goes with the number of units; the constant stands for ranking and writing.
  const auto cost = [&](const std::string& layer) {
    return static_cast<double>(representations.units(layer)) + 500.0;
  };
  double total = 0.0;
  for (const std::string& layer : work.settings.layers) {
    total += cost(layer);
  }
  const Progress layers_progress = part_of(work.inputs.progress, share_of_references, 1.0);
  std::vector<RsaRow> rows;
  double done = 0.0;
  for (const std::string& layer : work.settings.layers) {
    const Progress progress = part_of(layers_progress, done / total, (done + cost(layer)) / total);
    done += cost(layer);
    std::vector<Rdm> rdms;
    for (std::size_t k = 0; k < codes.size(); ++k) {
      const double share = 0.9 / static_cast<double>(codes.size());
      const double start = share * static_cast<double>(k);
      rdms.push_back(compute_rdm(work, LayerPatterns(representations, {layer, codes[k]}),
                                 part_of(progress, start, start + share)));
      if (work.output.rdm) {
        work.output.rdm(layer, codes[k], rdms.back());
      }
    }
    std::vector<ScaledRdm> scaled(rdms.size());
    tbb::parallel_for(std::size_t{0}, rdms.size(),
                      [&](std::size_t k) { scaled[k] = ScaledRdm(rdms[k], work.comparisons); });
    report(progress, 0.95);
    std::vector<RsaRow> of_layer = compare_layer(work, layer, codes, fixed, scaled);
    std::move(of_layer.begin(), of_layer.end(), std::back_inserter(rows));
  }
  report(work.inputs.progress, 1.0);
  return rows;
}

}  // namespace

std::vector<std::string> codes_with_rdms(const RsaSettings& settings) {
  std::vector<std::string> codes = settings.codes;
  for (const ReferenceSpec& spec : settings.references) {
    const auto* twin = std::get_if<TwinReference>(&spec.source);
    if (twin != nullptr && std::find(codes.begin(), codes.end(), twin->code) == codes.end()) {
      codes.push_back(twin->code);
    }
  }
  return codes;
}

std::vector<RsaRow> compute_rsa(const RsaSettings& settings, const std::vector<std::vector<Rdm>>& loaded,
                                const AnalysisInputs& inputs, const RsaOutput& output) {
  Work work{.settings = settings, .inputs = inputs, .output = output};
  work.dissimilarity = dissimilarities().find(settings.dissimilarity);
  const ComparisonRegistry known = comparisons();
  for (const std::string& name : settings.compare) {
    work.comparisons.push_back(known.find(name));
  }
  tbb::task_arena arena(std::max(inputs.threads, 1));
  return arena.execute([&] { return compute(work, loaded); });
}

}  // namespace homolog::experiments
