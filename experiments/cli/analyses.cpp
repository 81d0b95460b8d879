#include "experiments/cli/analyses.hpp"

#include "experiments/behaviour/behaviour.hpp"
#include "experiments/codes/codes.hpp"
#include "experiments/fusion/fusion.hpp"
#include "experiments/fusion/variance.hpp"
#include "experiments/predictivity/predictivity.hpp"
#include "experiments/rsa/rsa.hpp"
#include "experiments/rsa_time/rsa_time.hpp"

namespace homolog::experiments {

AnalysisRegistry known_analyses() {
  AnalysisRegistry analyses("analysis");
  register_rsa(analyses);
  register_rsa_time(analyses);
  register_predictivity(analyses);
  register_behaviour(analyses);
  register_codes(analyses);
  register_variance(analyses);
  register_fusion(analyses);
  return analyses;
}

}  // namespace homolog::experiments
