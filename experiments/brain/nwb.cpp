#include "experiments/brain/nwb.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "experiments/brain/data_array.hpp"
#include "experiments/recording/h5_tree.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

constexpr const char* kTrials = "/intervals/trials";
constexpr const char* kSpikeTimes = "/units/spike_times";
constexpr const char* kSpikeTimesIndex = "/units/spike_times_index";

struct Trial {
  std::size_t stimulus = 0;
  double from = 0.0;  ///< in seconds
  double to = 0.0;
};

struct Trials {
  std::vector<Trial> trials{};
  std::vector<std::string> ids{};  ///< of the stimuli
};

[[noreturn]] void refuse(const h5::Source& file, const std::string& what, const std::string& where) {
  throw Error(ErrorKind::data, what, {.file = file.path, .key = where});
}

/// A dataset of one axis.
std::vector<double> read_column(const h5::Source& file, const std::string& path) {
  const h5::Dataset data = h5::open_dataset(file.file.get(), file.path, path);
  h5::Array column = h5::read_values(file, data, path, kMostArrayValues);
  if (column.dims.size() != 1) {
    refuse(file, "is " + shape_text(column.dims) + "; expected a column", path);
  }
  return std::move(column.values);
}

/// The column that names stimuli, as texts; "": no stimulus.
std::vector<std::string> read_stimuli(const h5::Source& file, const std::string& table,
                                      const std::string& column) {
  const std::string path = table + "/" + column;
  const h5::Kind kind = column.empty() ? h5::Kind::nothing : h5::kind(file, path);
  if (kind == h5::Kind::texts) {
    return h5::read_all_texts(file, path);
  }
  if (kind != h5::Kind::numbers) {
    refuse(file,
           (kind == h5::Kind::nothing ? "there is no column '" + column + "'"
                                      : "the column '" + column + "' holds neither texts nor numbers") +
               "; expected the one that names the stimulus; the trials have " +
               listed(h5::members(file, table)),
           table);
  }
  std::vector<std::string> ids;
  for (const double value : read_column(file, path)) {
    ids.push_back(std::isnan(value) ? "" : number_id(value));
  }
  return ids;
}

Trials read_trials(const h5::Source& file, const BrainSource& source) {
  const std::string table = source.dataset.empty() ? kTrials : source.dataset;
  if (h5::kind(file, table) != h5::Kind::group) {
    refuse(file, "there is no table of trials; expected an NWB file with " + std::string(kTrials), table);
  }
  const std::vector<std::string> stimuli = read_stimuli(file, table, source.nwb->stimulus);
  const std::vector<double> starts = read_column(file, table + "/start_time");
  const std::vector<double> stops =
      source.nwb->to_s ? std::vector<double>{} : read_column(file, table + "/stop_time");
  if (starts.size() != stimuli.size() || (!source.nwb->to_s && stops.size() != stimuli.size())) {
    refuse(file, "has columns of different lengths; expected a value for each trial", table);
  }
  Trials trials;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < stimuli.size(); ++i) {
    if (stimuli[i].empty()) {
      continue;
    }
    const auto [place, is_new] = places.emplace(stimuli[i], places.size());
    if (is_new) {
      trials.ids.push_back(stimuli[i]);
    }
    const Trial trial{.stimulus = place->second,
                      .from = starts[i] + source.nwb->from_s,
                      .to = source.nwb->to_s ? starts[i] + *source.nwb->to_s : stops[i]};
    if (!std::isfinite(trial.from) || !std::isfinite(trial.to) || trial.to <= trial.from) {
      refuse(file,
             "trial " + std::to_string(i) + " is counted from " + std::to_string(trial.from) + " s to " +
                 std::to_string(trial.to) + " s; expected a window that ends after it starts",
             table);
    }
    trials.trials.push_back(trial);
  }
  if (trials.trials.empty()) {
    refuse(file, "has no trial with a stimulus in the column '" + source.nwb->stimulus + "'", table);
  }
  return trials;
}

/// Ends of the units' spikes in spike_times.
std::vector<std::size_t> read_ends(const h5::Source& file, std::size_t spikes) {
  std::vector<std::size_t> ends;
  for (const double value : read_column(file, kSpikeTimesIndex)) {
    const bool counts = value >= 0.0 && value <= static_cast<double>(spikes) && value == std::floor(value);
    if (!counts || static_cast<std::size_t>(value) < (ends.empty() ? 0 : ends.back())) {
      refuse(file,
             "is not the cumulative number of spikes of the units (there are " + std::to_string(spikes) +
                 " spike times)",
             kSpikeTimesIndex);
    }
    ends.push_back(static_cast<std::size_t>(value));
  }
  if (ends.empty()) {
    refuse(file, "has no units; expected at least one", kSpikeTimesIndex);
  }
  return ends;
}

}  // namespace

Responses read_nwb_responses(const BrainSource& source) {
  const h5::Source file{.file = h5::open_for_reading(source.file), .path = source.file};
  const Trials trials = read_trials(file, source);
  std::vector<double> times = read_column(file, kSpikeTimes);
  if (std::any_of(times.begin(), times.end(), [](double time) { return std::isnan(time); })) {
    refuse(file, "is nan for a spike; expected times in seconds", kSpikeTimes);
  }
  const std::vector<std::size_t> ends = read_ends(file, times.size());
  Responses responses{.stimuli = trials.ids.size(), .units = ends.size(), .ids = trials.ids};
  std::vector<std::size_t> shown(trials.ids.size(), 0);
  std::vector<std::size_t> repetition;
  for (const Trial& trial : trials.trials) {
    repetition.push_back(shown[trial.stimulus]++);
  }
  responses.repetitions = *std::max_element(shown.begin(), shown.end());
  responses.values.assign(checked_values({responses.stimuli, responses.repetitions, responses.units}, source),
                          kNaN);
  for (std::size_t unit = 0; unit < ends.size(); ++unit) {
    const auto begin = times.begin() + static_cast<std::ptrdiff_t>(unit == 0 ? 0 : ends[unit - 1]);
    const auto end = times.begin() + static_cast<std::ptrdiff_t>(ends[unit]);
    std::sort(begin, end);  // NWB does not promise it
    for (std::size_t i = 0; i < trials.trials.size(); ++i) {
      const Trial& trial = trials.trials[i];
      const auto count = std::lower_bound(begin, end, trial.to) - std::lower_bound(begin, end, trial.from);
      responses.values[(trial.stimulus * responses.repetitions + repetition[i]) * responses.units + unit] =
          static_cast<double>(count);
    }
  }
  return responses;
}

}  // namespace homolog::experiments
