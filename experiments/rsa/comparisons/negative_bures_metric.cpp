#include <algorithm>

#include "experiments/rsa/bures.hpp"
#include "experiments/rsa/comparison.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

/// -(tr K + tr L - 2 fidelity), minus the squared Bures metric, at most 0: minus the squared distance of the
/// centred patterns after the best rotation. It grows with similarity, as every comparison here does;
/// rsatoolbox offers the squared metric itself. Depends on the scale of the RDMs.
double negative_bures_metric(std::span<const double> x, std::span<const double> y) {
  const BuresTerms terms = bures_terms(x, y);
  if (!(terms.trace_x > 0.0 && terms.trace_y > 0.0)) {
    return kNaN;
  }
  return std::min(2.0 * terms.fidelity - terms.trace_x - terms.trace_y, 0.0);
}

}  // namespace

void register_negative_bures_metric(ComparisonRegistry& registry) {
  registry.add("negative_bures_metric", "minus the squared Bures metric of the centred kernels (0 is best)",
               Comparison{Scale::raw, Scale::raw, negative_bures_metric});
}

}  // namespace homolog::experiments
