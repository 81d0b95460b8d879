#pragma once

#include <string>
#include <vector>

#include "experiments/rsa/noise_covariance.hpp"
#include "experiments/rsa/reference.hpp"
#include "experiments/rsa/rsa_settings.hpp"
#include "experiments/rsa_time/generalisation_intervals.hpp"
#include "experiments/rsa_time/latency.hpp"
#include "experiments/rsa_time/time_windows.hpp"

namespace homolog::experiments {

/// One entry `rsa_time` of the configuration, checked (manual: docs/rsa-time.md).
struct RsaTimeSettings {
  std::vector<std::string> layers{};  ///< names, in graph order
  WindowSettings windows{};
  std::string dissimilarity = "correlation";
  NoiseCovariance noise = NoiseCovariance::none;
  std::vector<std::string> compare{};
  std::vector<ReferenceSpec> references{};
  bool generalisation = true;  ///< matrices of windows with windows and with reference times
  MatrixIntervals generalisation_intervals = MatrixIntervals::automatic;
  std::vector<double> reference_times{};  ///< ms: courses against the reference at these times
  bool time_by_time = false;              ///< a course against the reference at the time of each window
  double delay_ms = 0.0;                  ///< of the reference's time behind the network's
  OnsetRule onset{};
  bool latency_differences = true;  ///< between layers; needs a bootstrap
  InferenceSettings inference{};
  bool keep_rdms = false;  ///< write the RDMs of all windows
};

/// Reads everything but `layers`. Throws Error(config).
[[nodiscard]] RsaTimeSettings read_rsa_time_settings(Parameters& parameters);

}  // namespace homolog::experiments
