#pragma once

#include <string>

#include "experiments/rsa_time/rsa_time_run.hpp"

namespace homolog::experiments {

/// The value of "rsa_time" in summary.json. Of differences of latencies an extract: how many pairs
/// differ, and the first with the last layer.
[[nodiscard]] std::string rsa_time_json(const RsaTimeResult& result);
/// A table for people: peaks and onsets, and how many pairs of layers differ.
[[nodiscard]] std::string rsa_time_text(const RsaTimeResult& result);

}  // namespace homolog::experiments
