#include "experiments/rsa/reference_set.hpp"

#include <variant>

namespace homolog::experiments {

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
