#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiments/rsa/inference/ordered_rdm.hpp"
#include "experiments/rsa/layer_rdm.hpp"
#include "experiments/rsa_time/time_windows.hpp"

namespace homolog::experiments {

/// RDMs of a layer in windows of time. A window in which fewer than two stimuli have a defined response
/// pattern (all others evoke no spike, say) has no RDM.
struct WindowRdms {
  std::vector<OrderedRdm> rdms{};         ///< of the windows that have one, in the order of time
  std::vector<std::size_t> place{};       ///< number of the window of each of `rdms`
  std::optional<OrderedRdm> whole{};      ///< of the whole presentation, if it has one
  std::vector<std::int64_t> undefined{};  ///< [windows] patterns without defined dissimilarity
  std::int64_t undefined_in_whole = 0;

  /// For each window its place in `rdms`, or nothing.
  [[nodiscard]] std::vector<std::optional<std::size_t>> by_window() const;
};

/// Spike counts of every neuron in every window, and their RDMs. Trains are read once for every window, a
/// block of neurons at a time: memory is that of the RDMs. Works in the current TBB arena. Throws what the
/// dissimilarity throws.
[[nodiscard]] WindowRdms window_rdms(const RdmMaker& maker, const std::string& layer,
                                     std::span<const TimeWindow> windows, const Progress& progress);

}  // namespace homolog::experiments
