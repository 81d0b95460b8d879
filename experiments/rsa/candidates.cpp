#include "experiments/rsa/candidates.hpp"

#include <algorithm>
#include <utility>

#include "experiments/rsa/reference_set.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

auto named(const std::string& layer, const std::string& code) {
  return [&layer, &code](const Candidate& c) { return c.layer == layer && c.code == code; };
}

void add(Candidates& all, Candidate name, Rdm rdm) {
  all.names.push_back(std::move(name));
  all.rdms.emplace_back(std::move(rdm));
}

void add_all(Candidates& all, Candidates more) {
  std::move(more.names.begin(), more.names.end(), std::back_inserter(all.names));
  std::move(more.rdms.begin(), more.rdms.end(), std::back_inserter(all.rdms));
}

}  // namespace

const OrderedRdm& Candidates::find(const std::string& layer, const std::string& code) const {
  const auto found = std::find_if(names.begin(), names.end(), named(layer, code));
  if (found == names.end()) {
    throw Error(ErrorKind::internal, "there is no RDM of layer '" + layer + "' in code " + code);
  }
  return rdms[static_cast<std::size_t>(found - names.begin())];
}

bool Candidates::has(const std::string& layer, const std::string& code) const {
  return std::any_of(names.begin(), names.end(), named(layer, code));
}

Candidates compute_candidates(const RsaSettings& settings, const std::vector<std::vector<Rdm>>& loaded_models,
                              const RdmMaker& maker, const RsaOutput& output, const Progress& progress) {
  const std::vector<Representation> representations = with_rdms(settings);
  // The time goes with the number of units; the constant stands for ranking and writing.
  const auto cost = [&](const std::string& layer) {
    return static_cast<double>(maker.inputs->representations->units(layer)) + 500.0;
  };
  double total = settings.models.empty() ? 0.0 : 10000.0;
  for (const std::string& layer : settings.layers) {
    total += cost(layer);
  }
  Candidates reported;
  Candidates twins_only;
  double done = 0.0;
  for (const std::string& layer : settings.layers) {
    for (std::size_t k = 0; k < representations.size(); ++k) {
      const Representation& representation = representations[k];
      const double share = cost(layer) / static_cast<double>(representations.size());
      const Progress here = part_of(progress, done / total, (done + share) / total);
      done += share;
      if (!settings.has(representation.label, layer)) {
        continue;
      }
      Rdm rdm = maker.of(layer, representation, here);
      if (output.rdm) {
        output.rdm(layer, representation.label, maker.name_for(representation), rdm);
      }
      add(k < settings.representations.size() ? reported : twins_only,
          {.layer = layer, .code = representation.label, .dissimilarity = maker.name_for(representation)},
          std::move(rdm));
    }
  }
  for (std::size_t m = 0; m < settings.models.size(); ++m) {
    const ReferenceSpec& spec = settings.models[m];
    const auto rdms = fixed_rdms(spec, loaded_models.at(m), maker, part_of(progress, done / total, 1.0));
    Rdm rdm = mean_rdm(rdms.value());
    if (output.rdm) {
      output.rdm(spec.name, kModelCode, kModelCode, rdm);
    }
    add(reported, {.layer = spec.name, .code = kModelCode, .dissimilarity = kModelCode}, std::move(rdm));
  }
  reported.reported = reported.names.size();
  add_all(reported, std::move(twins_only));
  report(progress, 1.0);
  return reported;
}

}  // namespace homolog::experiments
