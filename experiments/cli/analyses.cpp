#include "experiments/cli/analyses.hpp"

#include "experiments/rsa/rsa.hpp"

namespace homolog::experiments {

AnalysisRegistry known_analyses() {
  AnalysisRegistry analyses("analysis");
  register_rsa(analyses);
  return analyses;
}

}  // namespace homolog::experiments
