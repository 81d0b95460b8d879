#pragma once

#include <string>
#include <vector>

#include "experiments/brain/data_array.hpp"

namespace homolog::experiments {

/// Numbers of an HDF5 file: the dataset at an HDF5 path, or the only one. A dataset that MATLAB wrote (save
/// -v7.3, told by its attribute MATLAB_class) has its axes turned round, so that they are those that MATLAB
/// shows; its structs and cells are named as in matlab5.hpp. Throws Error(data); a missing name lists what
/// there is.
[[nodiscard]] DataArray read_hdf5_array(const BrainSource& source);

/// Texts at `source.ids`: a dataset of texts or numbers, MATLAB's cell array of texts or char array, or an
/// attribute of that name of `source.dataset`. Throws Error(data).
[[nodiscard]] std::vector<std::string> read_hdf5_names(const BrainSource& source);

/// The path of the dataset that is meant if `source.dataset` is empty. Throws Error(data).
[[nodiscard]] std::string hdf5_dataset(const BrainSource& source);

}  // namespace homolog::experiments
