#include <ostream>

#include "experiments/cli/command.hpp"
#include "experiments/cli/experiment_options.hpp"
#include "experiments/run/runner.hpp"

namespace homolog::experiments {
namespace {

void validate(const std::vector<std::string>& words, std::ostream& out, std::ostream& /*err*/) {
  std::vector<Option> all = experiment_options();
  all.push_back(
      {.name = "threads", .value = "N", .help = "threads of the run, for its memory; default: one per core"});
  const Options options(
      "validate CONFIG.yaml [options]",
      "Checks an experiment without running it: configuration, model, conversion, stimuli,\n"
      "references and output folder. Prints what a run would do.",
      all);
  const Arguments arguments = options.parse(words, 1, 1, "an experiment, CONFIG.yaml");
  if (arguments.wants_help) {
    out << options.help();
    return;
  }
  const auto threads = static_cast<int>(options.integer(arguments, "threads", 1, 1024).value_or(0));
  validate_experiment(read_experiment(options, arguments), threads, out);
}

}  // namespace

Command validate_command() {
  return {.name = "validate", .summary = "check an experiment without running it", .run = validate};
}

}  // namespace homolog::experiments
