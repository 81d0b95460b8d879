#pragma once

#include <nlohmann/json.hpp>

#include "experiments/recording/results_reader.hpp"

namespace homolog::experiments::report {

/// Maps of the stimuli, one for each matrix of the file; null without matrices, or with fewer than 3 stimuli.
///
///     {n, all, ids, labels, thumbnails: {count, height, width, channels, pixels} or null, left_out,
///      layers: [{name, codes: [{code, smacof, classical}]}], models: the same, references: [{name, ...}]}
///
/// `n` is the number of stimuli mapped, the first min(all, 200); smacof and classical are {points, stress} or
/// null (see mds.hpp); points: base64 of [n, 2] int16, little-endian, 32767 the largest coordinate; pixels:
/// base64 of uint8 [count, height, width, channels], 1 channel if all pictures are grey. Of more than 400
/// matrices the later layers are left out, as many as `left_out` says.
[[nodiscard]] nlohmann::json stimulus_maps(const ResultsReader& results);

}  // namespace homolog::experiments::report
