#include "experiments/rsa/centred_kernel.hpp"
#include "experiments/rsa/comparison.hpp"

namespace homolog::experiments {

/// Linear centred kernel alignment (Kornblith et al. 2019, arXiv:1905.00414) of the kernels -D / 2, that is
/// of the patterns' Gram matrices if the dissimilarity is `euclidean`. The biased estimate, HSIC by tr(K L) /
/// (n - 1)^2; the same number as whitened_cosine.
void register_linear_cka(ComparisonRegistry& registry) {
  registry.add("linear_cka", "linear centred kernel alignment (with dissimilarity euclidean)",
               Comparison{Scale::raw, Scale::ratio, kernel_cosine});
}

}  // namespace homolog::experiments
