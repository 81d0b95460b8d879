#pragma once

#include "experiments/brain/response_file.hpp"

namespace homolog::experiments {

/// Counts the spikes of an NWB file (Rübel et al. 2022, doi:10.7554/eLife.78362; schema 2): unit u of /units
/// has the times spike_times[spike_times_index[u - 1] ... spike_times_index[u]); a trial's response is the
/// number of its spikes in [start_time + from_s, start_time + to_s), in seconds, or up to the trial's
/// stop_time without to_s.
///
/// Trials with the same value in the column `nwb->stimulus` are repetitions, in the order of the table;
/// stimuli are in the order of their first trial, and stimuli with fewer repetitions have NaN in the last
/// ones. Trials without a stimulus (an empty text, NaN) are left out. `source.nwb` must be set. Throws
/// Error(data).
[[nodiscard]] Responses read_nwb_responses(const BrainSource& source);

}  // namespace homolog::experiments
