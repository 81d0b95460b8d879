#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "experiments/config/experiment.hpp"
#include "experiments/run/preparation.hpp"

namespace homolog::experiments {

/// Estimate of the most memory that a run has resident, by what needs it. Everything is known before the run
/// but the number of spikes (kAssumedActivity) and what libraries and the heap keep for themselves.
struct MemoryEstimate {
  struct Part {
    std::string name{};
    std::uint64_t bytes = 0;
  };
  std::vector<Part> whole_run{};            ///< needed all the time
  std::vector<std::vector<Part>> phases{};  ///< one after the other; what a phase needs is free after it

  /// whole_run and the largest phase.
  [[nodiscard]] std::uint64_t total() const;
};

/// Share of the neurons that fire in a step, on average over a network: trained CNNs have 0.03 to 0.15 at
/// 99.9-percentile thresholds.
inline constexpr double kAssumedActivity = 0.15;

/// For a run with `threads` threads (>= 1).
[[nodiscard]] MemoryEstimate estimate_memory(const Experiment& experiment, const Preparation& preparation,
                                             int threads);

/// Bytes that a run keeps on disk until it ends, beside the results: representations of all presentations,
/// and of one network with random weights at a time.
[[nodiscard]] std::uint64_t temporary_disk_bytes(const Experiment& experiment,
                                                 const Preparation& preparation);

/// "12.0 MiB".
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);

/// The total and the parts, as `homolog validate` shows them.
void print(const MemoryEstimate& estimate, int threads, std::ostream& out);

}  // namespace homolog::experiments
