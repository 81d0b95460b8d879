#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "experiments/rsa/rdm.hpp"
#include "sim/core/parameters.hpp"
#include "sim/core/registry.hpp"

namespace homolog::experiments {

/// RDMs in an HDF5 file: a dataset [n, n], or [subjects, n, n].
struct FileReference {
  std::string file{};     ///< absolute
  std::string dataset{};  ///< HDF5 path
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

/// Reads the RDMs of n stimuli, one per subject. Throws Error(data), naming file and dataset, unless they are
/// [n, n] or [subjects, n, n], finite, zero on the diagonal and symmetric (both to 1e-6 of the largest
/// value, which is what single precision and another order of summation leave; the two triangles are then
/// averaged).
[[nodiscard]] std::vector<Rdm> load_reference(const FileReference& reference, std::size_t n);

}  // namespace homolog::experiments
