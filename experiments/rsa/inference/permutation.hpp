#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/ordered_rdm.hpp"
#include "experiments/rsa/progress.hpp"

namespace homolog::experiments {

/// Whether a value of a null distribution reaches the data's: one that differs by rounding (1e-12) does.
/// False if either is NaN.
[[nodiscard]] bool reaches(double null, double value);

struct PermutationOptions {
  std::size_t samples = 1000;  ///< random permutations, 1 to 1,000,000
  std::uint64_t seed = 0;
};

struct PermutationTest {
  double value = 0.0;
  /// (1 + permutations that reach the value) / (1 + permutations): one-sided. NaN if the value is.
  double p = 0.0;
  double null_mean = 0.0;  ///< over permutations
  double null_sd = 0.0;    ///< over permutations, about null_mean
};

/// Does a model's RDM agree with the subjects' better than if the model's stimuli were interchanged at
/// random? Rows and columns of the model's RDM are permuted together (Nili et al. 2014,
/// doi:10.1371/journal.pcbi.1003553; counting the data as one permutation: Phipson & Smyth 2010,
/// doi:10.2202/1544-6115.1585). Ranks are permuted, not ranked again. A value that differs from the one
/// with the true order by rounding (1e-12) reaches it.
///
/// Tests these stimuli and these subjects: unlike infer(), it does not generalise to others. One result per
/// model; permutation b depends on the seed and b only and is the same for all models. Independent of
/// threads. Throws Error(config) for options out of range, what shape_of() throws, Error(data) for fewer
/// than 3 stimuli.
[[nodiscard]] std::vector<PermutationTest> permutation_test(const Comparison& comparison,
                                                            std::span<const OrderedRdm> models,
                                                            std::span<const OrderedRdm> subjects,
                                                            const PermutationOptions& options,
                                                            const Progress& progress = {});

}  // namespace homolog::experiments
