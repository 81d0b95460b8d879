#pragma once

#include "experiments/brain/data_array.hpp"

namespace homolog::experiments {

/// Takes an array as RDMs. Its shape says how:
///
///   [n, n]                  one RDM
///   [subjects, n, n]        one for each subject
///   [n, n, subjects]        the same, as is the habit in MATLAB
///   [subjects, times, n, n] one for each subject and time
///   [n, n, subjects, times] the same
///   [m], [subjects, m], [subjects, times, m]   upper triangles, row by row, with m = n (n - 1) / 2
///
/// n >= 2. An axis of one beside m alone ([1, m], [m, 1]) is no axis. Where two fit, square comes before
/// pairs (12 x 66 x 66 are matrices), and among square ones the last two axes are the stimuli, in MATLAB
/// files the first two. Ids are the names of columns or rows where these are stimuli, subject names those of
/// rows that are subjects. Throws Error(data): no such shape, or an RDM that is not one (see read_rdms()).
[[nodiscard]] RdmData rdms_from_array(const DataArray& array, const BrainSource& source);

/// n of m = n (n - 1) / 2 pairs, or 0 if no n >= 2 has so many.
[[nodiscard]] std::size_t stimuli_of_pairs(std::size_t pairs) noexcept;

/// Throws Error(data) unless there is one id for each stimulus, and each is another.
void check_ids(const std::vector<std::string>& ids, std::size_t stimuli, const BrainSource& source);

}  // namespace homolog::experiments
