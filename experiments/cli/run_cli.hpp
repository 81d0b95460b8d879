#pragma once

#include <iosfwd>
#include <span>

namespace homolog::experiments {

/// The whole program: `homolog COMMAND ...` without the first word. Results go to `out`; progress and
/// errors, one line a mistake, to `err`. Returns the exit code of the manual: 0 done, 1 internal error or
/// out of memory, 2 command line, configuration or output, 3 model or data, 4 interrupted.
int run_cli(std::span<const char* const> arguments, std::ostream& out, std::ostream& err) noexcept;

}  // namespace homolog::experiments
