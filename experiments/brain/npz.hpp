#pragma once

#include <string>
#include <vector>

#include "experiments/brain/data_array.hpp"

namespace homolog::experiments {

/// The array `dataset` of an npz file (a zip of npy files, as numpy.savez and savez_compressed write it); an
/// empty name: the only array of numbers. Before a member is unpacked, its size is held against what deflate
/// can make of its bytes. Throws Error(data); a missing name lists what there is.
[[nodiscard]] DataArray read_npz_array(const BrainSource& source);

/// The member `ids` as texts. Throws Error(data).
[[nodiscard]] std::vector<std::string> read_npz_names(const BrainSource& source);

}  // namespace homolog::experiments
