#pragma once

// Groups that ResultsFile::write_group() wrote, read again.

#include <cstddef>
#include <string>
#include <vector>

#include "experiments/recording/h5_read.hpp"
#include "experiments/recording/results_file.hpp"

namespace homolog::experiments {

/// Most numbers or texts that a dataset of such a group may have.
inline constexpr std::size_t kMostResultValues = 10'000'000;

/// How people read a name of entry `entry` (from 1) of a kind of analysis: "IT", "IT (rsa 2)".
[[nodiscard]] std::string named_with_entry(const std::string& name, const std::string& kind,
                                           std::size_t entry);

/// Most groups of one kind that are looked for.
inline constexpr std::size_t kMostResultGroups = 1000;

/// Name of the group, and key in summary.json, of the analysis at place `place` among those of its kind:
/// name, name_2, name_3, ...
[[nodiscard]] std::string numbered(const std::string& name, std::size_t place);

/// `name`, `name`_2, `name`_3, ... as far as they are there: one for each analysis of a kind.
[[nodiscard]] std::vector<std::string> result_groups(const h5::Source& source, const std::string& name);

/// All datasets of a group, by name, with their attributes `units` and `axes`: texts [n] and numbers (as
/// double, extents filled in). Other objects, and datasets with more than kMostResultValues
/// elements, are left out.
[[nodiscard]] std::vector<ResultDataset> read_result_group(const h5::Source& source,
                                                           const std::string& group);

}  // namespace homolog::experiments
