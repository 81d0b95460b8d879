#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "experiments/analysis/analysis.hpp"
#include "experiments/analysis/estimate.hpp"
#include "experiments/behaviour/error_consistency.hpp"
#include "experiments/brain/response_file.hpp"
#include "experiments/rsa/rsa_settings.hpp"

namespace homolog::experiments {

/// The two networks, in this order wherever there is one value for each.
inline constexpr std::size_t kSystems = 2;
[[nodiscard]] std::array<std::string, kSystems> system_names();  ///< float, spiking

/// Other observers of the same stimuli.
struct Observers {
  std::string name{};
  std::vector<std::vector<double>> correct{};  ///< [observer][stimulus]: 1 right, 0 wrong, NaN not seen
};

/// Other observers' binary choices: rates at which each stimulus's own object was chosen.
struct ObserverRates {
  std::string name{};
  Responses rates{};  ///< [stimulus, observer, object]
};

/// What does not depend on the networks' answers.
struct BehaviourSettings {
  std::vector<std::int64_t> labels{};       ///< per stimulus: its choice, a class or category
  std::vector<std::int64_t> category_of{};  ///< per class; empty: classes are the choices
  std::size_t choices = 0;                  ///< number of classes or categories
  bool image_level = false;                 ///< i2n
  std::size_t reliability_splits = 10;      ///< random halves of the observers
  InferenceSettings inference{};            ///< subjects: observers
  std::uint64_t seed = 0;
};

/// The networks beside one set of observers.
struct ObserversResult {
  std::string name{};
  std::vector<double> accuracy{};                                     ///< [observer]
  std::array<std::vector<ErrorConsistency>, kSystems> consistency{};  ///< [network][observer]
  std::array<Estimate, kSystems> kappa{};                             ///< mean over observers
  std::array<double, kSystems> kappa_error{};  ///< standard error of that mean over observers alone
  Estimate kappa_difference{};                 ///< spiking less float
  Estimate between{};                          ///< mean kappa of all pairs of observers; NaN with one
};

/// I2n of the networks beside one set of observers.
struct ImageLevelResult {
  std::string name{};
  std::array<Estimate, kSystems>
      consistency{};         ///< Pearson's r of I2n with that of all observers' mean rates
  Estimate difference{};     ///< spiking less float
  double reliability = 0.0;  ///< of the latter: mean over random halves of the observers of 2 r / (1 + r)
};

struct BehaviourResult {
  std::array<Estimate, kSystems> accuracy{};
  Estimate accuracy_difference{};  ///< spiking less float
  ErrorConsistency networks{};     ///< float and spiking
  Estimate kappa{};                ///< of `networks`
  std::vector<ObserversResult> observers{};
  Estimate image_level_networks{};  ///< correlation of the networks' I2n; NaN unless image_level
  std::vector<ImageLevelResult> image_level{};
};

/// Compares the decisions of the two networks, at the end of the presentation and of their mean readout over
/// repetitions, with each other and with observers'. Intervals are bootstraps as settings.inference says
/// (draw_behaviour()), by the conventions of docs/rsa-inference.md; NaN below 3 stimuli. Bits do not depend
/// on inputs.threads. Warns where something is undefined. Throws Error(interrupted).
[[nodiscard]] BehaviourResult compute_behaviour(const BehaviourSettings& settings,
                                                const std::vector<Observers>& observers,
                                                const std::vector<ObserverRates>& rates,
                                                const AnalysisInputs& inputs);

}  // namespace homolog::experiments
