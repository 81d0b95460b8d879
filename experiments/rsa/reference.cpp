#include "experiments/rsa/reference.hpp"

#include <algorithm>
#include <utility>

#include "experiments/brain/match_stimuli.hpp"
#include "experiments/brain/rdm_file.hpp"
#include "experiments/rsa/reference_model.hpp"
#include "sim/core/suggest.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kMostSessions = 1000;

ReferenceSpec read_file_reference(Parameters& entry) {
  FileReference source;
  source.file = entry.file_path("file");
  source.dataset = entry.text("dataset", "");
  source.ids = entry.text("ids", "");
  source.sessions = entry.integer("sessions", 1, kMostSessions, 1);
  const std::string last = source.dataset.substr(source.dataset.find_last_of('/') + 1);
  if (last.empty() && !source.dataset.empty()) {
    entry.fail("dataset", "is '" + source.dataset + "'; expected the HDF5 path of an RDM, such as /rdms/IT");
  }
  const std::string stem = source.file.substr(source.file.find_last_of('/') + 1);
  return {.name = entry.text("name", last.empty() ? stem.substr(0, stem.find('.')) : last), .source = source};
}

ReferenceSpec read_model_reference(Parameters& entry) {
  const ReferenceModelRegistry models = reference_models();
  const std::string model = entry.choice("model", models.names());
  return {.name = entry.text("name", models.find(model).title), .source = ModelReference{model}};
}

ReferenceSpec read_twin_reference(Parameters& entry) {
  const std::string code = entry.text("twin");  // a label, which only the analysis knows
  return {.name = entry.text("name", code + " twin"), .source = TwinReference{code}};
}

}  // namespace

Registry<ReferenceReader> references() {
  Registry<ReferenceReader> registry("kind of reference");
  registry.add("file", "RDMs from a file (HDF5, MATLAB, npy, npz, CSV, rsatoolbox): file, dataset, ids",
               read_file_reference);
  registry.add("model",
               "a model computed from the stimuli: model (" + joined(reference_models().names()) + ")",
               read_model_reference);
  registry.add("twin", "the same layer in another code: twin", read_twin_reference);
  return registry;
}

std::vector<ReferenceSpec> read_references(Parameters& analysis, const std::string& key,
                                           const std::vector<std::string>& allowed) {
  const Registry<ReferenceReader> kinds = references();
  std::vector<ReferenceSpec> specs;
  std::vector<Parameters> entries = analysis.maps(key);
  for (Parameters& entry : entries) {
    std::vector<std::string> given;
    for (const std::string& kind : allowed) {
      if (entry.has(kind)) {
        given.push_back(kind);
      }
    }
    if (given.size() != 1) {
      entry.fail("", (given.empty() ? std::string("says not where the RDM comes from")
                                    : "has several sources (" + joined(given) + ")") +
                         "; expected exactly one of " + joined(allowed));
    }
    ReferenceSpec spec = kinds.find(given.front())(entry);
    if (spec.name.empty() || spec.name == "." || spec.name.find('/') != std::string::npos) {
      entry.fail("name", "is '" + spec.name + "'; expected a name without '/' (it names an HDF5 dataset)");
    }
    if (std::any_of(specs.begin(), specs.end(),
                    [&](const ReferenceSpec& other) { return other.name == spec.name; })) {
      entry.fail("name", "'" + spec.name + "' names two references; expected a name of its own for each");
    }
    specs.push_back(std::move(spec));
  }
  return specs;
}

namespace {

/// Mean over successive sessions of every subject. [subjects, times]
void average_sessions(LoadedRdms& loaded, const FileReference& reference) {
  const auto sessions = static_cast<std::size_t>(reference.sessions);
  if (loaded.subjects % sessions != 0) {
    throw Error(ErrorKind::data,
                "has " + std::to_string(loaded.subjects) + " RDMs, which are not " +
                    std::to_string(sessions) + " sessions of each subject; expected a multiple of `sessions`",
                {.file = reference.file, .key = reference.dataset});
  }
  std::vector<Rdm> means;
  std::vector<std::string> names;
  for (std::size_t subject = 0; subject < loaded.subjects; subject += sessions) {
    for (std::size_t time = 0; time < loaded.times; ++time) {
      std::vector<Rdm> of_subject;
      for (std::size_t session = 0; session < sessions; ++session) {
        of_subject.push_back(loaded.rdms[(subject + session) * loaded.times + time]);
      }
      means.push_back(mean_rdm(of_subject));
    }
    if (!loaded.subject_names.empty()) {
      names.push_back(loaded.subject_names[subject]);
    }
  }
  loaded.rdms = std::move(means);
  loaded.subject_names = std::move(names);
  loaded.subjects /= sessions;
}

}  // namespace

LoadedRdms load_rdms(const FileReference& reference, const std::vector<std::string>& ids) {
  const RdmData data =
      read_rdms({.file = reference.file, .dataset = reference.dataset, .ids = reference.ids});
  const StimulusMatch match =
      match_stimuli(ids, data.ids, data.stimuli,
                    reference.file + (reference.dataset.empty() ? "" : ":" + reference.dataset));
  const std::size_t n = ids.size();
  const std::size_t in_file = Rdm::pair_count(data.stimuli);
  LoadedRdms loaded{.subjects = data.subjects,
                    .times = data.times,
                    .times_ms = data.times_ms,
                    .subject_names = data.subject_names,
                    .by_id = match.by_id};
  for (std::size_t k = 0; k < data.subjects * data.times; ++k) {
    Rdm rdm(n);
    std::size_t pair = 0;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = i + 1; j < n; ++j, ++pair) {
        const auto [low, high] = std::minmax(match.place[i], match.place[j]);
        rdm.pairs()[pair] = data.pairs[k * in_file + Rdm::pair_index(data.stimuli, low, high)];
      }
    }
    loaded.rdms.push_back(std::move(rdm));
  }
  if (reference.sessions > 1) {
    average_sessions(loaded, reference);
  }
  return loaded;
}

std::vector<Rdm> load_reference(const FileReference& reference, const std::vector<std::string>& ids) {
  LoadedRdms loaded = load_rdms(reference, ids);
  if (loaded.times > 1) {
    throw Error(ErrorKind::data,
                (reference.dataset.empty() ? std::string() : "dataset " + reference.dataset + " ") +
                    "has RDMs of " + std::to_string(loaded.times) +
                    " times; expected one for each subject (rsa_time takes references in time)",
                {.file = reference.file});
  }
  return std::move(loaded.rdms);
}

std::vector<std::string> ids_of(const Stimuli& stimuli) {
  std::vector<std::string> ids;
  for (std::int64_t i = 0; i < stimuli.size(); ++i) {
    ids.push_back(stimuli.id(i));
  }
  return ids;
}

}  // namespace homolog::experiments
