#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "experiments/brain/rdm_file.hpp"

namespace homolog::experiments {

/// One part of a path such as "RDMs(2).RDM" or "c{1, 3}": a name, and which elements of it.
struct MatlabStep {
  std::string name{};
  std::vector<std::size_t> subscripts{};  ///< as in MATLAB, from 1; empty: all elements
};

/// Reads `path`: names between points, each with subscripts in ( ) or { } or none. Throws Error(data).
[[nodiscard]] std::vector<MatlabStep> parse_matlab_path(const std::string& path, const BrainSource& source);

/// Place, from 0 in MATLAB's order (the first subscript changes fastest), of the element that the step picks
/// in an array of extents `dims`; nullopt: all. One subscript counts in that order. Throws Error(data) if
/// there is no such element.
[[nodiscard]] std::optional<std::size_t> picked_element(const MatlabStep& step,
                                                        const std::vector<std::size_t>& dims,
                                                        const BrainSource& source);

}  // namespace homolog::experiments
