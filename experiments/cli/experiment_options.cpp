#include "experiments/cli/experiment_options.hpp"

#include <filesystem>
#include <limits>
#include <system_error>

#include "experiments/cli/analyses.hpp"
#include "experiments/config/yaml.hpp"

namespace homolog::experiments {
namespace {

/// A text as YAML, quoted where it must be.
std::string yaml_text(const std::string& text) {
  Parameter scalar;
  scalar.kind = Parameter::Kind::scalar;
  scalar.text = text;
  return print_yaml(scalar);
}

}  // namespace

std::vector<Option> experiment_options() {
  return {
      {.name = "set",
       .value = "a.b.c=VALUE",
       .help = "change one value of the configuration; may be repeated",
       .repeats = true},
      {.name = "output", .value = "DIR", .help = "folder for the results, instead of the configuration's"},
      {.name = "seed", .value = "N", .help = "seed, instead of the configuration's"}};
}

Experiment read_experiment(const Options& options, const Arguments& arguments) {
  Overrides overrides;
  if (const auto sets = arguments.options.find("set"); sets != arguments.options.end()) {
    for (const std::string& set : sets->second) {
      const std::size_t equals = set.find('=');
      if (equals == std::string::npos || equals == 0) {
        options.fail("--set needs a.b.c=VALUE, got '" + set + "'");
      }
      overrides.emplace_back(set.substr(0, equals), set.substr(equals + 1));
    }
  }
  if (const auto seed = options.integer(arguments, "seed", 0, std::numeric_limits<std::int64_t>::max())) {
    overrides.emplace_back("seed", std::to_string(*seed));
  }
  if (const auto output = arguments.value("output")) {
    std::error_code problem;
    const auto folder = std::filesystem::absolute(*output, problem);  // of the shell, not of the YAML file
    if (output->empty() || problem) {
      options.fail("--output needs a folder, got '" + *output + "'");
    }
    overrides.emplace_back("output", yaml_text(folder.string()));
  }
  return parse_experiment(arguments.positional.front(), overrides, known_analyses());
}

}  // namespace homolog::experiments
