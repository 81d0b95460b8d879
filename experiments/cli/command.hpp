#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace homolog::experiments {

/// One subcommand: one file, and one line in commands().
struct Command {
  std::string name{};
  std::string summary{};  ///< one line
  /// `words` are what follows the command's name. Throws Error.
  std::function<void(const std::vector<std::string>& words, std::ostream& out, std::ostream& err)> run{};
};

[[nodiscard]] Command run_command();
[[nodiscard]] Command validate_command();
[[nodiscard]] Command inspect_command();
[[nodiscard]] Command report_command();
[[nodiscard]] Command list_command();

/// The visible list of subcommands, in the order of the help.
[[nodiscard]] std::vector<Command> commands();

}  // namespace homolog::experiments
