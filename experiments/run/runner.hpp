#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "experiments/config/experiment.hpp"

namespace homolog::experiments {

struct RunOptions {
  int threads = 0;  ///< 0: all cores
  bool resume = false;
  bool force = false;
  bool profile = false;        ///< measure what each population costs
  std::string command_line{};  ///< as typed, for the provenance; may be empty
  enum class Verbosity { quiet, normal, verbose } verbosity = Verbosity::normal;
};

/// Runs an experiment from calibration to report. Tables and the place of the results go to `out`, progress
/// to `err`. Throws Error; Error(interrupted) after Ctrl-C, with everything finished kept for --resume.
void run_experiment(const Experiment& experiment, const RunOptions& options, std::ostream& out,
                    std::ostream& err);

/// Everything that can be checked without running: model, conversion, stimuli, references, output folder.
/// Prints what would be run and estimates of memory (for a run with `threads`; 0: all cores) and disk to
/// `out`. Throws Error.
void validate_experiment(const Experiment& experiment, int threads, std::ostream& out);

}  // namespace homolog::experiments
