#include "experiments/rsa/noise_covariance.hpp"

namespace homolog::experiments {

Registry<NoiseCovariance> noise_covariances() {
  Registry<NoiseCovariance> registry("noise covariance");
  registry.add("none", "the identity: units are neither scaled nor decorrelated", NoiseCovariance::none);
  registry.add("diagonal", "variances of the units only", NoiseCovariance::diagonal);
  registry.add("full", "sample covariance; needs more repetitions than units", NoiseCovariance::full);
  registry.add("shrinkage_eye", "shrunk towards a multiple of the identity (Ledoit & Wolf 2004)",
               NoiseCovariance::shrinkage_eye);
  registry.add("shrinkage_diagonal", "shrunk towards the variances (Schaefer & Strimmer 2005)",
               NoiseCovariance::shrinkage_diagonal);
  return registry;
}

}  // namespace homolog::experiments
