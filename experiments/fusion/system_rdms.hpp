#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "experiments/rsa/inference/ordered_rdm.hpp"

namespace homolog::experiments {

/// Mean over subjects at each time, [time], of `rdms` [subject, time]. Throws Error(data) where there is none
/// or there are not as many at every time.
[[nodiscard]] std::vector<Rdm> means_over_subjects(std::span<const Rdm> rdms, std::size_t subjects);

/// RDMs of one of the systems that are fused: of each of its subjects at each of its times, and their means
/// over subjects.
class SystemRdms {
 public:
  /// `rdms` [subject, time], which must outlive this. Throws Error(data) where there is none, where these are
  /// not as many at every time, or of different sizes.
  SystemRdms(std::span<const Rdm> rdms, std::size_t subjects);

  [[nodiscard]] std::size_t subjects() const noexcept { return subjects_; }
  [[nodiscard]] std::size_t times() const noexcept { return means_.size(); }
  [[nodiscard]] std::size_t n() const noexcept { return means_.front().n(); }
  /// Over subjects, [time].
  [[nodiscard]] std::span<const OrderedRdm> means() const noexcept { return means_; }
  /// Mean at a time over subjects that were drawn so often, [subject], as many as there are in all.
  [[nodiscard]] OrderedRdm drawn_mean(std::size_t time, std::span<const std::uint32_t> copies) const;

 private:
  std::span<const Rdm> rdms_;
  std::size_t subjects_;
  std::vector<OrderedRdm> means_{};
};

}  // namespace homolog::experiments
