#include "experiments/rsa/dissimilarity.hpp"

#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

void need_repetitions(const Patterns& patterns, const std::string& what) {
  if (patterns.repetitions() < 2) {
    throw Error(ErrorKind::data,
                patterns.name() + " has one repetition of each stimulus; " + what + " needs at least 2");
  }
}

}  // namespace

DissimilarityResult Dissimilarity::operator()(const Patterns& patterns,
                                              const DissimilarityOptions& options) const {
  if (patterns.count() < 1 || patterns.units() < 1 || patterns.repetitions() < 1) {
    throw Error(ErrorKind::data, patterns.name() + " has " + std::to_string(patterns.count()) +
                                     " stimuli and " + std::to_string(patterns.units()) +
                                     " units; an RDM needs at least one of both");
  }
  if (repetitions == Repetitions::folds) {
    need_repetitions(patterns, "a cross-validated dissimilarity");
  }
  if (options.noise != NoiseCovariance::none) {
    if (!takes_noise) {
      throw Error(ErrorKind::config, "a noise covariance has no effect on this dissimilarity (" + title +
                                         "); expected none, or mahalanobis or crossnobis");
    }
    need_repetitions(patterns, "a noise covariance");
  }
  return compute(patterns, options);
}

DissimilarityRegistry dissimilarities() {
  DissimilarityRegistry registry("dissimilarity");
  register_all_dissimilarities(registry);
  return registry;
}

}  // namespace homolog::experiments
