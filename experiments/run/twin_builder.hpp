#pragma once

#include <functional>
#include <vector>

#include "conversion/spiking/convert.hpp"
#include "experiments/config/experiment.hpp"
#include "experiments/run/float_pass.hpp"
#include "experiments/run/preparation.hpp"
#include "experiments/run/progress.hpp"

namespace homolog::experiments {

/// Whether the twin depends on calibration images.
[[nodiscard]] bool uses_calibration(const Experiment::Spiking& spiking);

/// Makes the spiking twin that an experiment asks for: calibrates on its calibration images, and converts.
class TwinBuilder {
 public:
  /// The arguments must outlive the builder. `stop`: asked now and then.
  TwinBuilder(const Experiment& experiment, const Preparation& prepared, int threads, Progress& progress,
              std::function<bool()> stop)
      : experiment_(experiment),
        prepared_(prepared),
        threads_(threads),
        progress_(progress),
        stop_(std::move(stop)) {}

  /// Throws Error(interrupted) if stopped.
  [[nodiscard]] conversion::Twin build();

 private:
  [[nodiscard]] FloatPass calibration_pass(std::int64_t images);
  [[nodiscard]] std::vector<conversion::Scale> scales();
  [[nodiscard]] std::vector<conversion::Scale> fitted(std::vector<conversion::Scale> scales);
  void read_by_rank(conversion::Twin& twin);

  const Experiment& experiment_;
  const Preparation& prepared_;
  int threads_;
  Progress& progress_;
  std::function<bool()> stop_;
};

}  // namespace homolog::experiments
