#include "experiments/rsa/bures.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/rsa/comparison.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

/// Fidelity / sqrt(tr K tr L), in [0, 1]: the normalised Bures similarity, which is the cosine of the
/// angle between the patterns after the best rotation (Procrustes).
double bures_similarity(std::span<const double> x, std::span<const double> y) {
  const BuresTerms terms = bures_terms(x, y);
  if (!(terms.trace_x > 0.0 && terms.trace_y > 0.0)) {
    return kNaN;
  }
  return std::min(terms.fidelity / std::sqrt(terms.trace_x) / std::sqrt(terms.trace_y), 1.0);
}

}  // namespace

void register_bures(ComparisonRegistry& registry) {
  registry.add("bures", "normalised Bures similarity of the centred kernels",
               Comparison{Scale::raw, Scale::ratio, bures_similarity});
}

}  // namespace homolog::experiments
