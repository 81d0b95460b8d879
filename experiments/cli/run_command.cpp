#include <csignal>
#include <ostream>

#include "experiments/cli/command.hpp"
#include "experiments/cli/experiment_options.hpp"
#include "experiments/run/runner.hpp"

namespace homolog::experiments {
namespace {

Options options() {
  std::vector<Option> all = experiment_options();
  all.push_back({.name = "threads", .value = "N", .help = "threads; default: one per core"});
  all.push_back({.name = "resume", .help = "go on with an interrupted run"});
  all.push_back({.name = "force", .help = "replace results that are there already"});
  all.push_back({.name = "profile", .help = "also what each population cost, beside what the core allows"});
  all.push_back({.name = "quiet", .help = "no progress, no tables"});
  all.push_back({.name = "verbose", .help = "also what was done to each layer"});
  return {"run CONFIG.yaml [options]",
          "Runs an experiment, from calibration to report. Results go to the folder 'output' of the\n"
          "configuration: results.h5, summary.json and report.html.",
          all};
}

void run_configuration(const std::vector<std::string>& words, std::ostream& out, std::ostream& err) {
  const Options known = options();
  const Arguments arguments = known.parse(words, 1, 1, "an experiment, CONFIG.yaml");
  if (arguments.wants_help) {
    out << known.help();
    return;
  }
  if (arguments.has("quiet") && arguments.has("verbose")) {
    known.fail("--quiet and --verbose exclude each other");
  }
  if (arguments.has("resume") && arguments.has("force")) {
    known.fail("--resume goes on with a run and --force starts it anew; give one of them");
  }
  RunOptions run_options;
  run_options.threads = static_cast<int>(known.integer(arguments, "threads", 1, 1024).value_or(0));
  run_options.resume = arguments.has("resume");
  run_options.force = arguments.has("force");
  run_options.profile = arguments.has("profile");
  run_options.verbosity = arguments.has("quiet")     ? RunOptions::Verbosity::quiet
                          : arguments.has("verbose") ? RunOptions::Verbosity::verbose
                                                     : RunOptions::Verbosity::normal;
  run_options.command_line = "homolog run";
  for (const std::string& word : words) {
    run_options.command_line += " " + word;
  }
  const Experiment experiment = read_experiment(known, arguments);
  // Results are in files: a reader of standard output that goes away must not end the run.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on file sizes is a write error, not a sudden death
  run_experiment(experiment, run_options, out, err);
}

}  // namespace

Command run_command() {
  return {.name = "run", .summary = "run an experiment", .run = run_configuration};
}

}  // namespace homolog::experiments
