#include "experiments/config/experiment.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <string>
#include <system_error>

#include "experiments/config/find_entry.hpp"
#include "experiments/config/overrides.hpp"
#include "experiments/config/read_spiking.hpp"
#include "experiments/config/read_text.hpp"
#include "experiments/config/yaml.hpp"

namespace homolog::experiments {
namespace {

/// The name becomes that of a folder, so it must be one.
void check_name(const Parameters& top, const std::string& name) {
  const bool fits = !name.empty() && name.size() <= 100 && name.front() != '.' && name.front() != ' ' &&
                    name.back() != ' ' && std::all_of(name.begin(), name.end(), [](char c) {
                      const auto byte = static_cast<unsigned char>(c);
                      return byte >= 0x20U && byte != 0x7FU && c != '/' && c != '\\';
                    });
  if (!fits) {
    top.fail("name",
             "must be usable as the name of a folder: 1 to 100 bytes without '/', '\\' and control "
             "characters, not beginning with '.' or a space");
  }
}

Experiment::Model read_model(Parameters parameters) {
  Experiment::Model model;
  model.where = parameters.where("onnx");
  model.onnx = parameters.file_path("onnx");
  Parameters input = parameters.map("input");
  model.unit_scale = input.choice("scale", {"unit", "byte"}, "unit") == "unit";
  if (input.has("mean")) {
    model.mean = input.numbers("mean");
  }
  if (input.has("std")) {
    model.std = input.numbers("std");
    if (!std::all_of(model.std->begin(), model.std->end(), [](double std) { return std > 0.0; })) {
      input.fail("std", "every number must be > 0");
    }
  }
  if (model.mean && model.std && model.mean->size() != model.std->size()) {
    input.fail("std", "must have as many numbers as mean, one per channel of the image: " +
                          std::to_string(model.mean->size()) + ", got " + std::to_string(model.std->size()));
  }
  return model;
}

Experiment::Record read_record(Parameters parameters, std::int64_t steps) {
  Experiment::Record record;
  record.where = parameters.where("layers");
  record.layers = parameters.texts("layers", std::vector<std::string>{"all"});
  record.spikes = parameters.flag("spikes", true);
  record.counts = parameters.flag("counts", false);
  record.thumbnails = parameters.flag("thumbnails", true);
  if (record.counts && steps > std::numeric_limits<std::uint16_t>::max()) {
    parameters.fail("counts", "counts are kept in 16 bits, so spiking.steps must be at most 65535, got " +
                                  std::to_string(steps));
  }
  return record;
}

Experiment::Entry read_analysis(Parameters parameters, const AnalysisRegistry& analyses) {
  const std::vector<std::string> kinds = parameters.keys();
  if (kinds.size() != 1) {
    parameters.fail("", "must have one key, the kind of analysis (known: " + joined(analyses.names()) +
                            "), got " + std::to_string(kinds.size()));
  }
  const AnalysisReader& reader = find_entry(analyses, kinds.front(), parameters, kinds.front());
  Parameters below = parameters.map(kinds.front());
  return {.kind = kinds.front(), .analysis = reader(below)};
}

}  // namespace

Experiment parse_experiment(const std::string& path, const Overrides& overrides,
                            const AnalysisRegistry& analyses, bool spike_times) {
  Parameter tree = parse_yaml(read_text(path), path);
  if (tree.kind == Parameter::Kind::mapping) {
    tree.line = tree.column = 0;  // what is missing on top is missing from the file, not from a line of it
    apply_overrides(tree, overrides);
  }
  Parameters top(std::move(tree), path, "");

  Experiment experiment;
  experiment.file = path;
  experiment.overrides = overrides;
  experiment.name = top.text("name", std::filesystem::path(path).stem().string());
  check_name(top, experiment.name);
  experiment.seed =
      static_cast<std::uint64_t>(top.integer("seed", 0, std::numeric_limits<std::int64_t>::max(), 1));
  top.require("model");
  experiment.model = read_model(top.map("model"));
  top.require("stimuli");
  Parameters stimuli = top.map("stimuli");
  experiment.stimuli = read_stimuli(stimuli);
  Parameters spiking = top.map("spiking");
  Parameters record = top.map("record");  // in the order of the resolved text
  for (Parameters& entry : top.maps("analyses")) {
    experiment.analyses.push_back(read_analysis(std::move(entry), analyses));
    spike_times = spike_times || experiment.analyses.back().analysis->reads_spike_times();
  }
  experiment.spiking = read_spiking(std::move(spiking), spike_times, experiment.unused);
  experiment.record = read_record(std::move(record), experiment.spiking.steps);
  experiment.output = top.file_path("output", "results/" + experiment.name);
  top.finish();
  experiment.resolved = print_yaml(top.resolved());
  return experiment;
}

}  // namespace homolog::experiments
