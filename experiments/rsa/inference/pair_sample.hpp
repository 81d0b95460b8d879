#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/ordered_rdm.hpp"

namespace homolog::experiments {

/// What becomes of a pair of two copies of the same stimulus.
enum class Copies {
  dropped,  ///< it is left out; other pairs are kept once, with a weight
  zero,     ///< it is a dissimilarity of 0 in the resampled matrix, in which pairs are repeated
};

/// The pairs of stimuli in a draw: stimulus i occurs m_i times, so the pair (i, j), i != j, m_i m_j times.
class PairSample {
 public:
  PairSample(std::span<const std::uint32_t> multiplicities, Copies copies);

  [[nodiscard]] Copies copies() const noexcept { return copies_; }
  /// One for each element of gather(); all 1 with Copies::zero.
  [[nodiscard]] std::span<const double> weights() const noexcept { return weights_; }
  /// Their square roots.
  [[nodiscard]] std::span<const double> root_weights() const noexcept { return root_weights_; }
  /// The dissimilarities of the drawn pairs: with Copies::dropped each pair of different stimuli once, in
  /// the order of Rdm::pairs(); with Copies::zero the pairs of the resampled matrix, whose stimuli are in
  /// ascending order with their copies side by side.
  [[nodiscard]] std::vector<double> gather(const Rdm& rdm) const;
  /// For a pair of the RDM its place in gather(), or kAbsent. Empty with Copies::zero.
  [[nodiscard]] std::span<const std::uint32_t> places() const noexcept { return places_; }
  static constexpr std::uint32_t kAbsent = 0xFFFFFFFFU;

 private:
  void keep_once(std::span<const std::uint32_t> multiplicities);
  void repeat(std::span<const std::uint32_t> multiplicities);

  Copies copies_;
  std::vector<double> weights_{};
  std::vector<double> root_weights_{};
  std::vector<std::uint32_t> places_{};
  std::vector<std::uint32_t> sources_{};  ///< pair of the RDM for each element, or kAbsent: 0
};

/// A vector over the elements of a PairSample.
struct SampledPairs {
  std::vector<double> values{};
  std::vector<std::uint32_t> order{};  ///< by ascending value; only on Scale::ordinal with Copies::dropped
};

/// on_scale() of the resampled pairs: ranks, means and squares count every copy. Linear in the number of
/// pairs of the RDM.
[[nodiscard]] SampledPairs on_scale(Scale scale, const OrderedRdm& rdm, const PairSample& sample);
/// The same of a vector over the elements of the sample. Sorts if the scale is ordinal.
[[nodiscard]] SampledPairs on_scale(Scale scale, std::vector<double> values, const PairSample& sample);

}  // namespace homolog::experiments
