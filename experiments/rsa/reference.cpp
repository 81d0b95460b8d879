#include "experiments/rsa/reference.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "experiments/recording/h5.hpp"
#include "experiments/rsa/reference_model.hpp"
#include "sim/core/suggest.hpp"

namespace homolog::experiments {
namespace {

constexpr double kTolerance = 1e-6;  // of the largest value; see load_reference()

ReferenceSpec read_file_reference(Parameters& entry) {
  FileReference source;
  source.file = entry.file_path("file");
  source.dataset = entry.text("dataset");
  const std::string last = source.dataset.substr(source.dataset.find_last_of('/') + 1);
  if (last.empty()) {
    entry.fail("dataset", "is '" + source.dataset + "'; expected the HDF5 path of an RDM, such as /rdms/IT");
  }
  return {.name = entry.text("name", last), .source = source};
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

[[noreturn]] void refuse(const FileReference& reference, const std::string& what) {
  throw Error(ErrorKind::data, "dataset " + reference.dataset + " " + what, Where{.file = reference.file});
}

std::string entry_name(const std::vector<std::size_t>& dims, std::size_t subject, std::size_t i,
                       std::size_t j) {
  return "[" + (dims.size() == 3 ? std::to_string(subject) + ", " : "") + std::to_string(i) + ", " +
         std::to_string(j) + "]";
}

}  // namespace

Registry<ReferenceReader> references() {
  Registry<ReferenceReader> registry("kind of reference");
  registry.add("file", "RDMs from an HDF5 file: file, dataset ([n, n] or [subjects, n, n])",
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

std::vector<Rdm> load_reference(const FileReference& reference, std::size_t n) {
  const h5::File file = h5::open_for_reading(reference.file);
  const std::vector<std::size_t> dims = h5::dataset_dims(file, reference.file, reference.dataset);
  std::string shape;
  for (const std::size_t extent : dims) {
    shape += (shape.empty() ? "" : "x") + std::to_string(extent);
  }
  const std::size_t rank = dims.size();
  if ((rank != 2 && rank != 3) || dims[rank - 2] != dims[rank - 1] || dims.front() == 0) {
    refuse(reference, "is " + (shape.empty() ? "a scalar" : shape) +
                          "; expected an RDM, [n, n], or one for each subject, [subjects, n, n]");
  }
  if (dims.back() != n) {
    refuse(reference, "is " + shape + " but the experiment shows " + std::to_string(n) +
                          " stimuli; expected one row for each stimulus, in the order of the stimuli");
  }
  const std::vector<double> values = h5::read_array(file, reference.file, reference.dataset).values;
  const std::size_t subjects = rank == 3 ? dims.front() : 1;

  std::vector<Rdm> rdms;
  for (std::size_t s = 0; s < subjects; ++s) {
    const std::span<const double> matrix = std::span<const double>(values).subspan(s * n * n, n * n);
    double largest = 0.0;
    for (std::size_t k = 0; k < matrix.size(); ++k) {
      if (!std::isfinite(matrix[k])) {
        refuse(reference, "is " + std::to_string(matrix[k]) + " at " + entry_name(dims, s, k / n, k % n) +
                              "; expected finite dissimilarities");
      }
      largest = std::max(largest, std::abs(matrix[k]));
    }
    const double tolerance = kTolerance * largest;
    Rdm rdm(n);
    for (std::size_t i = 0; i < n; ++i) {
      if (std::abs(matrix[i * n + i]) > tolerance) {
        refuse(reference, "is " + std::to_string(matrix[i * n + i]) + " at " + entry_name(dims, s, i, i) +
                              "; expected 0 on the diagonal (is it a similarity matrix?)");
      }
      for (std::size_t j = i + 1; j < n; ++j) {
        const double upper = matrix[i * n + j];
        const double lower = matrix[j * n + i];
        if (std::abs(upper - lower) > tolerance) {
          refuse(reference, "is " + std::to_string(upper) + " at " + entry_name(dims, s, i, j) + " but " +
                                std::to_string(lower) + " at " + entry_name(dims, s, j, i) +
                                "; expected a symmetric matrix");
        }
        rdm.pairs()[Rdm::pair_index(n, i, j)] = 0.5 * upper + 0.5 * lower;
      }
    }
    rdms.push_back(std::move(rdm));
  }
  return rdms;
}

}  // namespace homolog::experiments
