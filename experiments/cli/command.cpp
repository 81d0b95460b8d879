#include "experiments/cli/command.hpp"

namespace homolog::experiments {

std::vector<Command> commands() {
  return {run_command(), validate_command(), inspect_command(), report_command(), list_command()};
}

}  // namespace homolog::experiments
