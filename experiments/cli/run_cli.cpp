#include "experiments/cli/run_cli.hpp"

#include <exception>
#include <new>
#include <ostream>
#include <string>
#include <vector>

#include "experiments/cli/command.hpp"
#include "experiments/cli/instruction_set.hpp"
#include "experiments/run/provenance.hpp"
#include "sim/core/error.hpp"
#include "sim/core/suggest.hpp"

namespace homolog::experiments {
namespace {

const std::string kUsage =
    "usage: homolog COMMAND ...\n"
    "\n"
    "Turns a trained CNN (ONNX) into a network of integrate-and-fire neurons, shows both the same\n"
    "images, and says how alike their representations are.\n"
    "\n";

std::string short_help() {
  std::string text = kUsage;
  for (const Command& command : commands()) {
    text += "  " + command.name + std::string(10 - command.name.size(), ' ') + command.summary + "\n";
  }
  return text +
         "\n"
         "'homolog COMMAND --help' tells more about one of them; 'homolog --version' prints the version.\n"
         "Start with: homolog run configs/quickstart.yaml\n";
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    names.push_back(command.name);
  }
  return names;
}

[[noreturn]] void refuse_first_word(const std::string& word) {
  const bool is_option = word.rfind('-', 0) == 0;
  std::vector<std::string> known{"--help", "--version"};
  if (!is_option) {
    known = command_names();
  }
  const std::string guess = nearest(word, known);
  throw Error(ErrorKind::usage,
              std::string("unknown ") + (is_option ? "option '" : "command '") + word + "'" +
                  (guess.empty() ? "; known: " + joined(known) : "; did you mean '" + guess + "'?"),
              {.file = "homolog"});
}

int run(const std::vector<std::string>& words, std::ostream& out, std::ostream& err) {
  if (words.empty()) {
    err << short_help();
    return exit_code(ErrorKind::usage);
  }
  if (words[0] == "--help" || words[0] == "-h") {
    out << short_help();
    return 0;
  }
  if (words[0] == "--version") {
    out << "homolog " << version() << "\n";
    return 0;
  }
  use_instruction_set_of_environment();
  for (const Command& command : commands()) {
    if (command.name == words[0]) {
      command.run({words.begin() + 1, words.end()}, out, err);
      return 0;
    }
  }
  refuse_first_word(words[0]);
}

}  // namespace

int run_cli(std::span<const char* const> arguments, std::ostream& out, std::ostream& err) noexcept try {
  try {
    const int code = run({arguments.begin(), arguments.end()}, out, err);
    if (!out.flush()) {
      throw Error(ErrorKind::output, "cannot be written (closed, or no space left)",
                  {.file = "standard output"});
    }
    return code;
  } catch (const Error& error) {
    out.flush();
    err << error.what() << '\n';
    if (error.kind() == ErrorKind::internal) {
      err << "homolog: this is a bug in homolog; please report it with the experiment file\n";
    }
    return exit_code(error.kind());
  } catch (const std::bad_alloc&) {
    err << "homolog: out of memory; fewer threads (--threads), fewer recorded layers or fewer images need "
           "less\n";
    return exit_code(ErrorKind::internal);
  } catch (const std::exception& error) {
    err << "homolog: internal error: " << error.what()
        << "; this is a bug in homolog; please report it with the experiment file\n";
    return exit_code(ErrorKind::internal);
  }
} catch (...) {  // even the message failed: no memory left for it
  return 1;
}

}  // namespace homolog::experiments
