#include "experiments/rsa/reference_set.hpp"

#include <algorithm>
#include <variant>

#include "experiments/rsa/image_patterns.hpp"
#include "experiments/rsa/reference_model.hpp"

namespace homolog::experiments {

std::vector<std::vector<Rdm>> load_references(const std::vector<ReferenceSpec>& specs,
                                              const Stimuli& stimuli) {
  check_models(specs, stimuli);
  const std::vector<std::string> ids = ids_of(stimuli);
  std::vector<std::vector<Rdm>> loaded;
  for (const ReferenceSpec& spec : specs) {
    const auto* file = std::get_if<FileReference>(&spec.source);
    loaded.push_back(file != nullptr ? load_reference(*file, ids) : std::vector<Rdm>{});
  }
  return loaded;
}

void check_models(const std::vector<ReferenceSpec>& specs, const Stimuli& stimuli) {
  for (const ReferenceSpec& spec : specs) {
    if (const auto* model = std::get_if<ModelReference>(&spec.source)) {
      const ReferenceModel entry = reference_models().find(model->model);
      if (entry.rdm) {
        static_cast<void>(entry.rdm(stimuli));  // which takes no time
      } else {
        check_responses(spec.name, stimuli.size(), entry.units(stimuli));
      }
    }
  }
}

std::uint64_t response_bytes(const std::vector<ReferenceSpec>& specs, const Stimuli& stimuli) {
  std::uint64_t most = 0;
  for (const ReferenceSpec& spec : specs) {
    if (const auto* model = std::get_if<ModelReference>(&spec.source)) {
      const ReferenceModel entry = reference_models().find(model->model);
      const std::int64_t units = entry.units ? entry.units(stimuli) : 0;
      most = std::max(most, sizeof(float) * static_cast<std::uint64_t>(stimuli.size() * units));
    }
  }
  return most;
}

std::optional<std::vector<Rdm>> fixed_rdms(const ReferenceSpec& spec, const std::vector<Rdm>& loaded,
                                           const RdmMaker& maker, const Progress& progress) {
  if (std::holds_alternative<TwinReference>(spec.source)) {
    return std::nullopt;
  }
  if (const auto* model = std::get_if<ModelReference>(&spec.source)) {
    return std::vector<Rdm>{maker.of(*model, progress)};
  }
  return loaded;
}

}  // namespace homolog::experiments
