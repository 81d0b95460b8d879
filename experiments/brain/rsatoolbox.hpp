#pragma once

#include <string>
#include <utility>
#include <vector>

#include "experiments/brain/rdm_file.hpp"

namespace homolog::experiments {

/// A descriptor of rsatoolbox: its name, and a text for each RDM.
using RdmDescriptor = std::pair<std::string, std::vector<std::string>>;

/// Is the dataset meant by `source` (none, or "dissimilarities") that of an HDF5 file which rsatoolbox's
/// RDMs.save() wrote? Throws Error(data) if the file is not HDF5.
[[nodiscard]] bool is_rsatoolbox(const BrainSource& source);

/// Reads RDMs of rsatoolbox (Nili et al. 2014, doi:10.1371/journal.pcbi.1003553; layout: docs/brain-data.md).
///
/// Ids of the stimuli are the pattern descriptor `source.ids`; else the first of stimulus, stimulus_id, stim,
/// image, conds, cond, condition, name, label (any of them with s as well) whose values are all different;
/// else the first by name that holds texts which are all different; else there are none: index only counts.
/// Subjects are named by the RDM descriptor subject, subject_id, participant, name or session.
///
/// With an RDM descriptor time_ms or time, RDMs are arranged by subject and time, for which there must be
/// exactly one RDM each; times_ms comes from time_ms alone, since `time` has no unit. Throws Error(data).
[[nodiscard]] RdmData read_rsatoolbox_rdms(const BrainSource& source);

/// Writes a file that rsatoolbox.rdm.load_rdm(path, file_type='hdf5') reads: one RDM for each subject and
/// time, in this order. Pattern descriptors: index, and stimulus (the ids). RDM descriptors: index; subject
/// (the names, or numbers from 0 if there are several times); time_ms (times_ms) or else, with several times,
/// time (numbers from 0); and `descriptors`, of which each has a text for each RDM. A path of a file that
/// exists is refused. Texts beyond ASCII go to attributes, from which rsatoolbox reads them right (its own
/// datasets are ASCII); at most 4,000 of them fit. Throws Error(output) if the file cannot be written,
/// Error(data) for descriptors of the wrong length or name, or RDMs of the wrong size.
void write_rsatoolbox_rdms(const std::string& path, const RdmData& rdms, const std::string& measure,
                           const std::vector<RdmDescriptor>& descriptors);

}  // namespace homolog::experiments
