#pragma once

#include <string>
#include <vector>

#include "experiments/config/experiment.hpp"
#include "experiments/recording/results_file.hpp"
#include "experiments/run/layer_deviations.hpp"

namespace homolog::experiments {

// What the code and the steps of an experiment will cost, known before the run from a few calibration images.

/// One line for the user if much will be lost, with what would lose less; else empty.
[[nodiscard]] std::string warning_of(const Comparison& prediction, const Experiment::Spiking& spiking);

/// Datasets of /prediction, the value of "prediction" in summary.json, and a table for people.
[[nodiscard]] std::vector<ResultDataset> prediction_datasets(const Comparison& prediction);
[[nodiscard]] std::string prediction_json(const Comparison& prediction);
[[nodiscard]] std::string prediction_text(const Comparison& prediction);

}  // namespace homolog::experiments
