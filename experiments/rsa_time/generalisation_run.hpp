#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiments/rsa_time/generalisation.hpp"
#include "experiments/rsa_time/generalisation_intervals.hpp"
#include "experiments/rsa_time/rsa_time_settings.hpp"

namespace homolog::experiments {

/// [compare][layer].
using GeneralisationMatrices = std::vector<std::vector<Generalisation>>;

/// A reference with times.
struct TimedRdms {
  std::string name{};
  const LoadedRdms* loaded = nullptr;
};

/// Generalisation matrices of all layers, made while their windows come. Windows of several layers (up to
/// kWaitingBytes) wait to meet the references together, since it takes longer to put these in order in every
/// draw than to compare.
class GeneralisationRun {
 public:
  /// Keeps references to all of them. `warn` may be empty; it gets a line for matrices that have no intervals
  /// though there is a bootstrap and the settings do not refuse them.
  GeneralisationRun(const RsaTimeSettings& settings, std::span<const Comparison> comparisons,
                    std::vector<TimedRdms> references, std::size_t windows, std::size_t stimuli,
                    std::uint64_t seed, const std::function<void(const std::string&)>& warn);

  /// The next layer of the settings.
  void add(WindowRdms windows, const Progress& progress);
  /// After the last layer.
  void finish(const Progress& progress);

  [[nodiscard]] GeneralisationMatrices& own() { return own_; }
  /// Of references, as given.
  [[nodiscard]] std::vector<GeneralisationMatrices>& of_references() { return of_references_; }

  /// Windows of further layers do not wait once those that do have so many bytes.
  static constexpr std::uint64_t kWaitingBytes = std::uint64_t{1} << 28U;

 private:
  using Bootstraps = std::vector<std::optional<BootstrapOptions>>;  // [compare]

  [[nodiscard]] Bootstraps bootstraps(const std::string& of, const MatrixSize& size,
                                      const std::function<void(const std::string&)>& warn) const;
  void compare_waiting(const Progress& progress);

  const RsaTimeSettings& settings_;
  std::span<const Comparison> comparisons_;
  std::vector<TimedRdms> references_;
  std::uint64_t seed_;
  Bootstraps own_bootstraps_{};
  std::vector<Bootstraps> reference_bootstraps_{};
  std::vector<WindowRdms> waiting_{};
  std::uint64_t waiting_bytes_ = 0;
  GeneralisationMatrices own_;
  std::vector<GeneralisationMatrices> of_references_;
};

}  // namespace homolog::experiments
