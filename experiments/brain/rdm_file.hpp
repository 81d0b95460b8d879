#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace homolog::experiments {

/// Where an array of brain data is: a file, and its name in it.
struct BrainSource {
  std::string file{};     ///< absolute path; the format is told by the file's content
  std::string dataset{};  ///< HDF5 path, MATLAB variable or member of an npz; empty where a file has only one
};

/// RDMs of the same stimuli, one for every subject and time.
struct RdmData {
  std::size_t stimuli = 0;   ///< n
  std::size_t subjects = 1;  ///< or sessions
  std::size_t times = 1;
  /// [subjects, times, n (n - 1) / 2]: upper triangles, row by row: (0,1), (0,2), ..., (1,2), ...
  std::vector<double> pairs{};
  std::vector<std::string> ids{};  ///< of the stimuli; empty if the file does not name them
  std::vector<std::string> subject_names{};  ///< empty if the file does not name them
  std::vector<double> times_ms{};            ///< empty if the file does not say
};

/// Reads RDMs. Throws Error(data), naming file, dataset and what is wrong.
[[nodiscard]] RdmData read_rdms(const BrainSource& source);

}  // namespace homolog::experiments
