#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "experiments/rsa/inference/cross_validation.hpp"

namespace homolog::experiments {

constexpr std::size_t kLeastStimuliPerFold = 3;

struct FoldCounts {
  std::size_t stimuli = 0;
  std::size_t subjects = 0;
};

/// Which fold each stimulus and each subject belongs to; those that do not occur in the draw belong to fold
/// 0.
struct FoldAssignment {
  FoldCounts counts{};
  std::vector<std::size_t> stimuli{};
  std::vector<std::size_t> subjects{};
};

/// Of the random numbers that deal things to folds.
struct FoldKey {
  std::uint64_t seed = 0;
  std::uint32_t draw = 0;
  std::uint32_t assignment = 0;
};

/// Deals those with multiplicity > 0 to folds, in random order.
[[nodiscard]] FoldAssignment assign(const FoldCounts& counts, std::span<const std::uint32_t> stimuli,
                                    std::span<const std::uint32_t> subjects, const FoldKey& key);

/// What is crossvalidated.
struct FoldedData {
  const Comparison& comparison;
  std::span<const FlexibleModel> models;
  std::span<const OrderedRdm> subjects;
};

/// One crossvalidation of a draw with given folds (see cross_validate()).
[[nodiscard]] CrossValidation evaluate_folds(const FoldedData& data, std::span<const std::uint32_t> stimuli,
                                             std::span<const std::uint32_t> subjects,
                                             const FoldAssignment& folds, bool ceilings);

}  // namespace homolog::experiments
