#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "experiments/rsa/rdm.hpp"

namespace homolog::experiments {

/// Places of `values` by ascending value; equal values (also 0.0 and -0.0) keep their order. Radix sort of
/// the bits, which skips bytes that all values share: mid-ranks and their sums have few. No NaN, fewer than
/// 2^32 values.
[[nodiscard]] std::vector<std::uint32_t> ascending_order(std::span<const double> values);

/// An RDM whose pairs were put in order once: the ranks in every bootstrap draw follow from it by one sweep.
/// A value; keep it for as many comparisons as there are. 16 bytes per pair.
class OrderedRdm {
 public:
  /// Throws Error(data) for NaN and for 2^32 or more pairs.
  explicit OrderedRdm(Rdm rdm);

  [[nodiscard]] const Rdm& rdm() const noexcept { return rdm_; }
  [[nodiscard]] std::size_t n() const noexcept { return rdm_.n(); }
  /// Numbers of pairs by ascending dissimilarity.
  [[nodiscard]] std::span<const std::uint32_t> order() const noexcept { return order_; }
  /// For each of order() the number of its dissimilarity among the different ones: equal for ties.
  [[nodiscard]] std::span<const std::uint32_t> ties() const noexcept { return ties_; }

 private:
  Rdm rdm_;
  std::vector<std::uint32_t> order_{};
  std::vector<std::uint32_t> ties_{};
};

/// All of them, in parallel. Throws as OrderedRdm does.
[[nodiscard]] std::vector<OrderedRdm> ordered(std::span<const Rdm> rdms);

}  // namespace homolog::experiments
