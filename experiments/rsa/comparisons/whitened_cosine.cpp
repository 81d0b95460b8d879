#include "experiments/rsa/centred_kernel.hpp"
#include "experiments/rsa/comparison.hpp"

namespace homolog::experiments {

/// x' V^-1 y / sqrt(x' V^-1 x  y' V^-1 y), V the covariance of the dissimilarities under equal independent
/// noise of all patterns: V = (C C') squared element by element, with a row e_i - e_j of C for every pair
/// (Diedrichsen et al. 2020, arXiv:2007.02789). They show that it is the cosine of the centred kernels, so no
/// matrix of pairs times pairs is formed.
void register_whitened_cosine(ComparisonRegistry& registry) {
  registry.add("whitened_cosine", "cosine after whitening by the covariance of the dissimilarities",
               Comparison{Scale::raw, Scale::ratio, kernel_cosine});
}

}  // namespace homolog::experiments
