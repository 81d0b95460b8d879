#pragma once

#include <nlohmann/json.hpp>

#include "experiments/recording/results_reader.hpp"

namespace homolog::experiments::report {

/// Everything that the page shows, as one JSON object of bounded size (about 3 MB at most, whatever the
/// number of stimuli, steps and neurons). NaN becomes null. The keys are those that page/*.js read:
///
///   file, name, created, seed (text), steps, step_ms, classes, hashes, provenance, config
///   stimuli     {count, labelled}
///   totals      sums over stimuli or layers, and what summary.json adds
///   accuracy    {float, spiking, agreement}; curves as {steps, values}, null when not measured
///   layers      one per layer; conversion: one per node of the ONNX file
///   raster      the first stimulus; null when no layer has spikes in the file
///   rdms        pictures of all matrices
///   rsa         the rows of /rsa
///
/// Throws Error(data) if the file contradicts itself.
[[nodiscard]] nlohmann::json page_data(const ResultsReader& results);

}  // namespace homolog::experiments::report
