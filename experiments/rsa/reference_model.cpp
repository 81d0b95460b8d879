#include "experiments/rsa/reference_model.hpp"

namespace homolog::experiments {

ReferenceModelRegistry reference_models() {
  ReferenceModelRegistry registry("reference model");
  register_all_reference_models(registry);
  return registry;
}

}  // namespace homolog::experiments
