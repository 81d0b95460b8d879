#pragma once

#include <string>
#include <vector>

#include "experiments/brain/data_array.hpp"

namespace homolog::experiments {

/// Formats of brain data; told by the first bytes of a file, never by its name.
enum class FileFormat {
  hdf5,     ///< also MATLAB 7.3, NWB and rsatoolbox
  matlab5,  ///< save -v6 and -v7, scipy.io.savemat
  npy,
  npz,
  csv,
};

/// Throws Error(data) if the file is missing, empty or of no known format.
[[nodiscard]] FileFormat format_of(const std::string& file);

/// Reads the array `source.dataset` of any format (the page of the manual: docs/brain-data.md). Throws
/// Error(data), naming the file and what is wrong; if the dataset is missing or not told, also what the file
/// has.
[[nodiscard]] DataArray read_array(const BrainSource& source);

/// Reads the texts (or numbers, as texts) that `source.ids` names in the same file. Throws Error(data).
[[nodiscard]] std::vector<std::string> read_names(const BrainSource& source);

}  // namespace homolog::experiments
