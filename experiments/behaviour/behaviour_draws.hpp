#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "experiments/behaviour/behaviour_run.hpp"
#include "experiments/behaviour/image_level_draw.hpp"
#include "experiments/rsa/inference/bootstrap_variance.hpp"
#include "experiments/rsa/progress.hpp"

namespace homolog::experiments {

/// What is drawn from.
struct BehaviourData {
  const BehaviourSettings& settings;
  const std::array<std::vector<double>, kSystems>& correct;  ///< of the networks, [stimulus]
  const std::vector<Observers>& observers;
  const std::array<ChoiceRates, kSystems>& choices;  ///< of the networks; empty without image_level
  const std::vector<ObserverRates>& rates;
};

/// Values in every draw; ways of drawing that were not asked for are empty.
struct BehaviourReplicates {
  /// Columns of `networks`: what needs no observers, so that only stimuli are drawn.
  enum NetworkColumn : std::size_t { accuracy_float, accuracy_spiking, kappa, i2n, kNetworkColumns };
  /// Columns of an element of `observers`: mean kappa of either network with them, mean kappa between them.
  enum ObserverColumn : std::size_t { kappa_float, kappa_spiking, between, kObserverColumns };
  /// Columns of an element of `image_level`: consistency of either network.
  enum ImageLevelColumn : std::size_t { i2n_float, i2n_spiking, kImageLevelColumns };

  BootstrapReplicates networks{};
  std::vector<BootstrapReplicates> observers{};    ///< by set
  std::vector<BootstrapReplicates> image_level{};  ///< by set
};

/// Draws stimuli, observers, or both, as settings.inference says, with the draws of infer(): the same for the
/// same seed and numbers. Stimulus i counts m_i times in every count, mean and correlation. Bits do not
/// depend on threads (those of the current task arena). At least 3 stimuli.
[[nodiscard]] BehaviourReplicates draw_behaviour(const BehaviourData& data, std::uint64_t seed,
                                                 const Progress& progress = {});

}  // namespace homolog::experiments
