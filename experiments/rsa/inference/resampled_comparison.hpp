#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/ordered_rdm.hpp"
#include "experiments/rsa/inference/pair_sample.hpp"
#include "experiments/rsa/noise_ceiling.hpp"

namespace homolog::experiments {

/// A comparison on the stimuli of one draw (or of a fold: multiplicities 0 and 1).
///
/// With a weighted form it has the value of the plain comparison on the resampled vectors without the pairs
/// of copies. Without one the plain comparison gets the resampled matrix, with zeros for the pairs of
/// copies. Keeps a reference to the comparison.
class ResampledComparison {
 public:
  ResampledComparison(const Comparison& comparison, std::span<const std::uint32_t> multiplicities);

  [[nodiscard]] const Comparison& comparison() const noexcept { return comparison_; }
  [[nodiscard]] const PairSample& sample() const noexcept { return sample_; }

  /// An RDM, or a vector over the elements of sample(), ready for compare().
  [[nodiscard]] SampledPairs ready(const OrderedRdm& rdm) const;
  [[nodiscard]] SampledPairs ready(std::vector<double> values) const;
  /// Both are ready().
  [[nodiscard]] double compare(const SampledPairs& x, const SampledPairs& y) const;
  /// Every model with every subject, [models, subjects] row-major. Subjects are ready().
  [[nodiscard]] std::vector<double> compare(std::span<const OrderedRdm> models,
                                            std::span<const SampledPairs> subjects) const;
  /// The same with models that `model(k)` makes ready, k = 0, ..., models - 1.
  [[nodiscard]] std::vector<double> compare(std::size_t models,
                                            const std::function<SampledPairs(std::size_t)>& model,
                                            std::span<const SampledPairs> subjects) const;

 private:
  friend class ResampledSubjects;
  [[nodiscard]] bool is_inner_product() const;
  /// Turns values on the comparison's scale into what compare() takes.
  void make_ready(SampledPairs& pairs) const;

  const Comparison& comparison_;
  PairSample sample_;
};

/// The subjects of a reference on the stimuli of a draw.
class ResampledSubjects {
 public:
  /// Keeps a reference to the comparison. `pooling`: ceiling() and pooled() will be called.
  ResampledSubjects(const ResampledComparison& comparison, std::span<const OrderedRdm> subjects,
                    bool pooling);

  [[nodiscard]] std::span<const SampledPairs> ready() const noexcept { return ready_; }
  /// Mean of the subjects' RDMs on the comparison's pooling scale, each as often as `copies` says, brought to
  /// the comparison's own scale (which does not tell it from the sum unless it is raw).
  [[nodiscard]] SampledPairs pooled(std::span<const std::uint32_t> copies) const;
  /// noise_ceiling() of a draw in which subject s occurs copies[s] times. low leaves out all copies of a
  /// subject at once, and both are means over copies. NaN if fewer than two different subjects occur.
  [[nodiscard]] NoiseCeiling ceiling(std::span<const std::uint32_t> copies) const;

 private:
  const ResampledComparison& comparison_;
  std::vector<SampledPairs> ready_{};
  std::vector<std::vector<double>> pooling_{};
};

/// Mean of a row over subjects that occur copies[s] times.
[[nodiscard]] double mean_over(std::span<const double> values, std::span<const std::uint32_t> copies);

}  // namespace homolog::experiments
