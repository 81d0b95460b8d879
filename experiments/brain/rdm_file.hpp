#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace homolog::experiments {

/// How spikes of an NWB file become responses: counts in a window of each trial.
struct NwbTrials {
  std::string stimulus{};        ///< column of the trials that names the stimulus
  double from_s = 0.0;           ///< start of the window, in seconds after the trial's start_time
  std::optional<double> to_s{};  ///< its end, which it does not include; without: the trial's stop_time
};

/// Where an array of brain data is: a file, and its name in it.
struct BrainSource {
  std::string file{};     ///< absolute path; the format is told by the file's content
  std::string dataset{};  ///< HDF5 path, MATLAB variable or member of an npz; empty where a file has only one
  /// Optional: the ids of the stimuli, named as `dataset` is (rsatoolbox: a pattern descriptor).
  std::string ids{};
  /// For read_responses() from an NWB file; `dataset` is then the table of trials, /intervals/trials if
  /// empty.
  std::optional<NwbTrials> nwb{};
};

/// RDMs of the same stimuli, one for every subject and time.
struct RdmData {
  std::size_t stimuli = 0;   ///< n
  std::size_t subjects = 1;  ///< or sessions
  std::size_t times = 1;
  /// [subjects, times, n (n - 1) / 2]: upper triangles, row by row: (0,1), (0,2), ..., (1,2), ...
  std::vector<double> pairs{};
  std::vector<std::string> ids{};            ///< of the stimuli; empty if the file does not name them
  std::vector<std::string> subject_names{};  ///< empty if the file does not name them
  std::vector<double> times_ms{};            ///< empty if the file does not say
};

/// Reads RDMs of any shape and format of docs/brain-data.md; each must be finite, zero on the diagonal and
/// symmetric (both to 1e-6 of its largest value, which is what single precision and another order of
/// summation leave; the two triangles are then averaged). Throws Error(data), naming file, dataset and what
/// is wrong.
[[nodiscard]] RdmData read_rdms(const BrainSource& source);

}  // namespace homolog::experiments
