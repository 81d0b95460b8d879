#include "experiments/rsa/dissimilarity.hpp"

namespace homolog::experiments {

DissimilarityRegistry dissimilarities() {
  DissimilarityRegistry registry("dissimilarity");
  register_all_dissimilarities(registry);
  return registry;
}

}  // namespace homolog::experiments
