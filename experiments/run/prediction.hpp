#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiments/config/experiment.hpp"
#include "experiments/recording/results_file.hpp"
#include "experiments/run/layer_deviations.hpp"

namespace homolog::experiments {

// What the code and the steps of an experiment will cost, known before the run from a few calibration images.

/// Both networks on some calibration images.
struct LossPrediction {
  Comparison comparison{};
  std::int64_t unseen = 0;  ///< images of them that had no part in calibration
};

/// Of `available` calibration images, of which the first `used` set thresholds, the first one of `count` <=
/// available on which to predict: as many as possible that were not used.
[[nodiscard]] std::int64_t first_to_predict(std::int64_t available, std::int64_t used, std::int64_t count);

/// One line for the user if fewer than 95 of 100 answers are the float network's, with what would lose less;
/// else empty.
[[nodiscard]] std::string warning_of(const LossPrediction& prediction, const Experiment::Spiking& spiking);

/// Datasets of /prediction, the value of "prediction" in summary.json, and a table for people.
[[nodiscard]] std::vector<ResultDataset> prediction_datasets(const LossPrediction& prediction);
[[nodiscard]] std::string prediction_json(const LossPrediction& prediction);
[[nodiscard]] std::string prediction_text(const LossPrediction& prediction);

}  // namespace homolog::experiments
