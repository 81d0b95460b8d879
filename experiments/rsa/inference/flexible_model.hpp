#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "experiments/rsa/inference/ordered_rdm.hpp"
#include "experiments/rsa/inference/resampled_comparison.hpp"

namespace homolog::experiments {

/// How a model with parameters makes its RDM from component RDMs D_k.
enum class FlexibleKind {
  weighted,      ///< sum of w_k D_k, w_k >= 0
  interpolated,  ///< (1 - a) D_k + a D_(k+1), 0 <= a <= 1, between neighbours in the list
  selected,      ///< one D_k (a fixed model is a list of one)
};

/// A model whose parameters are fitted to training data. At least one component; these are kept elsewhere,
/// since several models may share them.
struct FlexibleModel {
  FlexibleKind kind = FlexibleKind::weighted;
  std::vector<std::reference_wrapper<const OrderedRdm>> components{};
};

/// The subjects that a model is fitted to or tested with, on the stimuli of a fold. Keeps references.
struct FoldData {
  const ResampledComparison& comparison;
  const ResampledSubjects& subjects;
  std::span<const std::uint32_t> copies;  ///< how often each subject occurs; 0: not in this fold
};

/// Weights of the components, [components], that fit the training data best:
///
///   weighted      non-negative least squares: components, on the scale of component_values(), against the
///                 pooled RDM of the training subjects on the comparison's scale. Comparisons on an interval
///                 or ordinal scale do not see an offset, so both are centred. For the cosine and Pearson's r
///                 this is the combination with the greatest agreement (least squares give the direction
///                 with the smallest angle); for other comparisons it stands for it.
///   interpolated  the same with each two neighbours alone, scaled to a sum of 1; of these pairs the one with
///                 the greatest mean comparison over training subjects
///   selected      the component with the greatest mean comparison over training subjects
///
/// If no weight is positive (no component agrees with the data), the component with the greatest product
/// with the target stands alone. The first of equals is taken; NaN is less than any number.
[[nodiscard]] std::vector<double> fit(const FlexibleModel& model, const FoldData& training);

/// Of one component on the stimuli of a fold: its mid-ranks if the comparison is ordinal, else its values.
[[nodiscard]] std::vector<double> component_values(const OrderedRdm& component,
                                                   const ResampledComparison& comparison);

/// The weighted sum of component_values() on the stimuli of another fold, ready to be compared.
[[nodiscard]] SampledPairs predict(const FlexibleModel& model, std::span<const double> weights,
                                   const ResampledComparison& comparison);

}  // namespace homolog::experiments
