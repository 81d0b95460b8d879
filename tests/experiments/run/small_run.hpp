#pragma once

// Runs of the small experiment, and what they leave.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "experiments/recording/results_reader.hpp"
#include "tests/experiments/run/support.hpp"

namespace homolog::test {

/// Runs the small experiment with more settings, KEY=VALUE, into `folder`/`name`. `options`: further words.
inline CliResult run_small(const std::string& folder, const std::string& name,
                           const std::vector<std::string>& settings,
                           const std::vector<std::string>& options = {"--threads", "2"}) {
  std::vector<std::string> words{"run", small_config(folder), "--output", folder + "/" + name};
  words.insert(words.end(), options.begin(), options.end());
  for (const std::string& setting : settings) {
    words.insert(words.end(), {"--set", setting});
  }
  return cli(words);
}

/// The same where it must succeed; returns its folder.
inline std::string folder_of_run(const std::string& folder, const std::string& name,
                                 const std::vector<std::string>& settings,
                                 const std::vector<std::string>& options = {"--threads", "2"}) {
  const CliResult result = run_small(folder, name, settings, options);
  EXPECT_EQ(result.code, 0) << result.err;
  return folder + "/" + name;
}

inline nlohmann::json summary_of(const std::string& folder) {
  std::ifstream file(folder + "/summary.json");
  return nlohmann::json::parse(file);
}

/// Readouts of all stimuli, one behind the other.
inline std::vector<float> all_readouts(const std::string& folder) {
  const experiments::ResultsReader reader(folder + "/results.h5");
  std::vector<float> all;
  for (std::int64_t i = 0; i < reader.stimuli(); ++i) {
    const std::vector<float> one = reader.spiking_readout(i);
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

}  // namespace homolog::test
