#include "experiments/rsa/rsa_run.hpp"

#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "experiments/rsa/candidates.hpp"
#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/evaluate.hpp"
#include "experiments/rsa/flexible_entry.hpp"
#include "experiments/rsa/inference/corrections.hpp"
#include "experiments/rsa/random_null.hpp"
#include "experiments/rsa/reference_set.hpp"

namespace homolog::experiments {
namespace {

constexpr double kShareOfReferences = 0.05;
constexpr double kShareOfRdms = 0.6;
constexpr double kShareOfRows = 0.8;  // with random networks

/// What the whole computation shares.
struct Work {
  const RsaSettings& settings;
  const AnalysisInputs& inputs;
  const RsaOutput& output;
  RdmMaker maker;
  std::vector<Comparison> comparisons{};
};

/// The subjects of each reference; none of a twin.
std::vector<std::vector<OrderedRdm>> fixed_references(const Work& work,
                                                      const std::vector<std::vector<Rdm>>& loaded,
                                                      const Progress& progress) {
  std::vector<std::vector<OrderedRdm>> all;
  const std::vector<ReferenceSpec>& specs = work.settings.references;
  for (std::size_t r = 0; r < specs.size(); ++r) {
    const auto count = static_cast<double>(specs.size());
    const Progress here =
        part_of(progress, static_cast<double>(r) / count, static_cast<double>(r + 1) / count);
    report(here, 0.0);
    std::vector<OrderedRdm> subjects;
    if (const auto rdms = fixed_rdms(specs[r], loaded.at(r), work.maker, here)) {
      if (work.output.reference_rdm) {
        work.output.reference_rdm(specs[r].name, mean_rdm(*rdms));
      }
      subjects = ordered(*rdms);
    }
    all.push_back(std::move(subjects));
  }
  return all;
}

/// Where a row belongs: candidate, reference, comparison.
using Place = std::tuple<std::size_t, std::size_t, std::size_t>;

/// The comparison of all candidates with one reference.
class Evaluator {
 public:
  Evaluator(const Work& work, const Candidates& candidates) : work_(work), candidates_(candidates) {}

  void with_fixed(std::size_t r, std::size_t c, std::span<const OrderedRdm> subjects,
                  const Progress& progress) {
    const auto models = std::span(candidates_.rdms).first(candidates_.reported);
    Evaluation evaluation = evaluate(work_.comparisons[c], models, subjects, work_.settings.inference,
                                     work_.inputs.seed, progress);
    for (std::size_t m = 0; m < models.size(); ++m) {
      rows_[{m, r, c}] = std::move(evaluation.rows[m]);
    }
    if (bootstrap_options(work_.settings.inference, subjects.size(), work_.inputs.seed)) {
      warn_of_missing_errors(r, c, models.size());
    }
    add_differences(r, c, evaluation.differences);
  }

  /// Models with parameters.
  void flexible(std::size_t r, std::size_t c, std::span<const OrderedRdm> subjects,
                const Progress& progress) {
    const std::vector<FlexibleSpec>& specs = work_.settings.flexible;
    std::vector<RsaRow> rows = evaluate_flexible(work_.comparisons[c], specs, candidates_, subjects,
                                                 work_.settings.inference, work_.inputs.seed, progress);
    for (std::size_t k = 0; k < rows.size(); ++k) {
      rows_[{candidates_.names.size() + k, r, c}] = std::move(rows[k]);
    }
  }

  /// Each with the same layer in another code.
  void with_twins(std::size_t r, std::size_t c, const std::string& code, const Progress& progress) {
    for (std::size_t m = 0; m < candidates_.reported; ++m) {
      const Candidate& name = candidates_.names[m];
      if (name.code == code || name.code == kModelCode || !candidates_.has(name.layer, code)) {
        continue;
      }
      const auto count = static_cast<double>(candidates_.reported);
      const Progress here =
          part_of(progress, static_cast<double>(m) / count, static_cast<double>(m + 1) / count);
      rows_[{m, r, c}] = evaluate(work_.comparisons[c], std::span(candidates_.rdms).subspan(m, 1),
                                  std::span(&candidates_.find(name.layer, code), 1), work_.settings.inference,
                                  work_.inputs.seed, here)
                             .rows.front();
    }
  }

  [[nodiscard]] RsaResult result() && {
    RsaResult result{.differences = std::move(differences_)};
    for (auto& [place, row] : rows_) {
      const auto [m, r, c] = place;
      const Candidate name = name_of(m);
      row.layer = name.layer;
      row.code = name.code;
      row.dissimilarity = name.dissimilarity;
      row.reference = work_.settings.references[r].name;
      row.compare = work_.settings.compare[c];
      result.rows.push_back(std::move(row));
    }
    return result;
  }

 private:
  [[nodiscard]] Candidate name_of(std::size_t m) const {
    if (m < candidates_.names.size()) {
      return candidates_.names[m];
    }
    return {.layer = work_.settings.flexible[m - candidates_.names.size()].name,
            .code = kFlexibleCode,
            .dissimilarity = work_.settings.dissimilarity};
  }

  /// Values without interval: fewer than two draws had a value.
  void warn_of_missing_errors(std::size_t r, std::size_t c, std::size_t models) const {
    std::size_t missing = 0;
    for (std::size_t m = 0; m < models; ++m) {
      const RsaRow& row = rows_.at({m, r, c});
      missing += std::isfinite(row.value) && !std::isfinite(row.standard_error) ? 1U : 0U;
    }
    if (missing > 0 && work_.inputs.warn) {
      work_.inputs.warn("reference '" + work_.settings.references[r].name + "', " +
                        work_.settings.compare[c] + ": " + std::to_string(missing) + " of " +
                        std::to_string(models) +
                        " values have no standard error; the comparison is not defined in the bootstrap's "
                        "draws (see docs/rsa-inference.md)");
    }
  }

  void add_differences(std::size_t r, std::size_t c, std::span<const ModelDifference> differences) {
    std::vector<double> p;
    for (const ModelDifference& d : differences) {
      p.push_back(d.p);
    }
    const std::vector<double> fdr = benjamini_hochberg(p);
    const std::vector<double> sure = bonferroni(p);
    for (std::size_t k = 0; k < differences.size(); ++k) {
      const Candidate& a = candidates_.names[differences[k].first];
      const Candidate& b = candidates_.names[differences[k].second];
      differences_.push_back({.reference = work_.settings.references[r].name,
                              .compare = work_.settings.compare[c],
                              .layer_a = a.layer,
                              .code_a = a.code,
                              .dissimilarity_a = a.dissimilarity,
                              .layer_b = b.layer,
                              .code_b = b.code,
                              .dissimilarity_b = b.dissimilarity,
                              .difference = differences[k].difference,
                              .standard_error = differences[k].standard_error,
                              .p = p[k],
                              .p_fdr = fdr[k],
                              .p_bonferroni = sure[k]});
    }
  }

  const Work& work_;
  const Candidates& candidates_;
  std::map<Place, RsaRow> rows_{};
  std::vector<RsaDifference> differences_{};
};

/// Over all layers (or models) with the same code, reference and comparison.
void correct(std::vector<RsaRow>& rows) {
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<RsaRow*>> families;
  for (RsaRow& row : rows) {
    families[{row.code, row.reference, row.compare}].push_back(&row);
  }
  for (const auto& entry : families) {
    const std::vector<RsaRow*>& family = entry.second;
    std::vector<double> p;
    for (const RsaRow* row : family) {
      p.push_back(row->p);
    }
    const std::vector<double> fdr = benjamini_hochberg(p);
    const std::vector<double> sure = bonferroni(p);
    for (std::size_t k = 0; k < family.size(); ++k) {
      family[k]->p_fdr = fdr[k];
      family[k]->p_bonferroni = sure[k];
    }
  }
}

RsaResult compute(const Work& work, const std::vector<std::vector<Rdm>>& loaded,
                  const std::vector<std::vector<Rdm>>& loaded_models) {
  const Progress& progress = work.inputs.progress;
  const std::vector<std::vector<OrderedRdm>> references =
      fixed_references(work, loaded, part_of(progress, 0.0, kShareOfReferences));
  const Candidates candidates = compute_candidates(work.settings, loaded_models, work.maker, work.output,
                                                   part_of(progress, kShareOfReferences, kShareOfRdms));
  Evaluator evaluator(work, candidates);
  const double share_of_rows = work.settings.random_networks > 0 ? kShareOfRows : 1.0;
  const std::size_t cells = references.size() * work.comparisons.size();
  for (std::size_t k = 0; k < cells; ++k) {
    const std::size_t r = k / work.comparisons.size();
    const std::size_t c = k % work.comparisons.size();
    const double share = (share_of_rows - kShareOfRdms) / static_cast<double>(cells);
    const double start = kShareOfRdms + share * static_cast<double>(k);
    const Progress here = part_of(progress, start, start + share);
    if (const auto* twin = std::get_if<TwinReference>(&work.settings.references[r].source)) {
      evaluator.with_twins(r, c, twin->code, here);
    } else {
      const bool flexible = !work.settings.flexible.empty();
      evaluator.with_fixed(r, c, references[r], part_of(here, 0.0, flexible ? 0.3 : 1.0));
      if (flexible) {
        evaluator.flexible(r, c, references[r], part_of(here, 0.3, 1.0));
      }
    }
  }
  RsaResult result = std::move(evaluator).result();
  correct(result.rows);
  if (work.settings.random_networks > 0 && !work.settings.layers.empty()) {
    add_random_networks(result.rows, work.settings, work.comparisons, references, work.maker,
                        part_of(progress, share_of_rows, 1.0));
  }
  report(progress, 1.0);
  return result;
}

}  // namespace

bool RsaSettings::has(const std::string& label, const std::string& layer) const {
  return std::find(missing.begin(), missing.end(), std::pair(label, layer)) == missing.end();
}

std::vector<Representation> with_rdms(const RsaSettings& settings) {
  std::vector<Representation> all = settings.representations;
  for (const ReferenceSpec& spec : settings.references) {
    const auto* twin = std::get_if<TwinReference>(&spec.source);
    if (twin != nullptr && std::none_of(all.begin(), all.end(), [&](const Representation& representation) {
          return representation.label == twin->code;
        })) {
      all.push_back(stored_representation(twin->code));
    }
  }
  return all;
}

RsaResult compute_rsa(const RsaSettings& settings, const std::vector<std::vector<Rdm>>& loaded,
                      const std::vector<std::vector<Rdm>>& loaded_models, const AnalysisInputs& inputs,
                      const RsaOutput& output) {
  Work work{.settings = settings,
            .inputs = inputs,
            .output = output,
            .maker = RdmMaker(inputs, settings.dissimilarity, settings.noise)};
  const ComparisonRegistry known = comparisons();
  for (const std::string& name : settings.compare) {
    work.comparisons.push_back(known.find(name));
  }
  tbb::task_arena arena(std::max(inputs.threads, 1));
  return arena.execute([&] { return compute(work, loaded, loaded_models); });
}

}  // namespace homolog::experiments
