#include "experiments/predictivity/response_source.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "experiments/brain/match_stimuli.hpp"

namespace homolog::experiments {
namespace {

constexpr double kDay = 86400.0;  // seconds; a longer window is a mistake of units

NwbTrials read_trials(Parameters trials) {
  NwbTrials result;
  result.stimulus = trials.text("stimulus");
  result.from_s = trials.number("from_s", -kDay, kDay, 0.0);
  if (trials.has("to_s")) {
    result.to_s = trials.number("to_s", -kDay, kDay);
    if (!(*result.to_s > result.from_s)) {
      trials.fail("to_s", "is not above from_s; expected a window that has a length");
    }
  }
  return result;
}

}  // namespace

ResponseSource read_response_source(Parameters& entry) {
  ResponseSource result;
  result.source.file = entry.file_path("file");
  result.source.dataset = entry.text("dataset", "");
  result.source.ids = entry.text("ids", "");
  if (entry.has("trials")) {
    result.source.nwb = read_trials(entry.map("trials"));
  }
  std::string name = result.source.dataset.substr(result.source.dataset.find_last_of('/') + 1);
  if (name.empty()) {
    name = std::filesystem::path(result.source.file).stem().string();
  }
  result.name = entry.text("name", name);
  if (result.name.empty() || result.name == "." || result.name.find('/') != std::string::npos) {
    entry.fail("name", "is '" + result.name + "'; expected a name without '/' (it names HDF5 datasets)");
  }
  return result;
}

void check_name_is_new(const Parameters& entry, const std::string& name,
                       const std::vector<std::string>& given) {
  if (std::find(given.begin(), given.end(), name) != given.end()) {
    entry.fail("name", "'" + name + "' names two of them; expected a name of its own for each");
  }
}

Responses load_responses(const BrainSource& source, const Stimuli& stimuli) {
  const Responses read = read_responses(source);
  if (read.units == 0 || read.repetitions == 0) {
    throw Error(ErrorKind::data, "has no responses; expected at least one unit and one presentation",
                Where{.file = source.file, .key = source.dataset});
  }
  std::vector<std::string> ids;
  for (std::int64_t i = 0; i < stimuli.size(); ++i) {
    ids.push_back(stimuli.id(i));
  }
  const StimulusMatch match = match_stimuli(ids, read.ids, read.stimuli, source.file);
  Responses ordered{.stimuli = ids.size(), .repetitions = read.repetitions, .units = read.units, .ids = ids};
  const std::size_t row = read.repetitions * read.units;
  ordered.values.reserve(ids.size() * row);
  for (const std::size_t place : match.place) {
    const auto first = read.values.begin() + static_cast<std::ptrdiff_t>(place * row);
    ordered.values.insert(ordered.values.end(), first, first + static_cast<std::ptrdiff_t>(row));
  }
  return ordered;
}

}  // namespace homolog::experiments
