#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "experiments/rsa/rdm.hpp"
#include "experiments/stimuli/stimuli.hpp"
#include "sim/core/parameters.hpp"
#include "sim/core/registry.hpp"

namespace homolog::experiments {

/// RDMs in a file, see BrainSource.
struct FileReference {
  std::string file{};         ///< absolute
  std::string dataset{};      ///< HDF5 path, MATLAB variable, ...; empty where the file has only one
  std::string ids{};          ///< of the stimuli; empty: where the format has them
  std::int64_t sessions = 1;  ///< so many successive RDMs are of one subject: their mean is taken
};

/// A model computed from the stimuli, see reference_model.hpp.
struct ModelReference {
  std::string model{};
};

/// The same layer in another code; skipped for that code itself.
struct TwinReference {
  std::string code{};
};

/// One entry of `references:`.
struct ReferenceSpec {
  std::string name{};  ///< as it appears in results; unique in the analysis
  std::variant<FileReference, ModelReference, TwinReference> source{};
};

/// Reads one entry; the default of `name` depends on the kind.
using ReferenceReader = std::function<ReferenceSpec(Parameters&)>;

/// Every kind of reference by the key that marks it: file, model, twin.
[[nodiscard]] Registry<ReferenceReader> references();

/// Reads the sequence `key` of the analysis (none when missing). Throws Error(config) for an entry
/// with no or several kinds, a kind that is not among `kinds`, a name used twice, an unknown model or code.
[[nodiscard]] std::vector<ReferenceSpec> read_references(Parameters& analysis,
                                                         const std::string& key = "references",
                                                         const std::vector<std::string>& kinds = {
                                                             "file", "model", "twin"});

/// RDMs of the experiment's stimuli from a file, in the experiment's order.
struct LoadedRdms {
  std::size_t subjects = 1;
  std::size_t times = 1;
  std::vector<Rdm> rdms{};         ///< [subjects, times]
  std::vector<double> times_ms{};  ///< empty if the file does not say
  std::vector<std::string> subject_names{};
  bool by_id = false;  ///< stimuli were matched by id, else by order
};

/// Reads RDMs (formats: docs/brain-data.md) and takes those of the stimuli with these ids. Throws
/// Error(data), naming file and dataset, for RDMs that are not square, finite, symmetric and zero on the
/// diagonal (see read_rdms()), or whose stimuli are not those of the experiment.
[[nodiscard]] LoadedRdms load_rdms(const FileReference& reference, const std::vector<std::string>& ids);

/// The same for a reference without times: one RDM per subject. Throws Error(data) if there are several
/// times.
[[nodiscard]] std::vector<Rdm> load_reference(const FileReference& reference,
                                              const std::vector<std::string>& ids);

/// Ids of all stimuli.
[[nodiscard]] std::vector<std::string> ids_of(const Stimuli& stimuli);

}  // namespace homolog::experiments
