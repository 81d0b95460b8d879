#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace homolog::experiments {

/// One option of a subcommand, for Options.
struct Option {
  std::string name{};   ///< without "--"
  std::string value{};  ///< placeholder for the help ("DIR"), "" for a flag
  std::string help{};
  bool repeats = false;  ///< may be given several times
};

/// What a command line said.
class Arguments {
 public:
  std::map<std::string, std::vector<std::string>> options{};
  std::vector<std::string> positional{};
  bool wants_help = false;

  [[nodiscard]] bool has(const std::string& option) const { return options.count(option) > 0; }
  /// The option's value, if it was given.
  [[nodiscard]] std::optional<std::string> value(const std::string& option) const;
};

/// The options of one subcommand. Every subcommand has --help.
class Options {
 public:
  /// `synopsis` is what follows "homolog", e.g. "run CONFIG.yaml [options]"; its first word is the command.
  Options(std::string synopsis, std::string summary, std::vector<Option> options);

  /// Throws Error(usage), place "homolog COMMAND", for an unknown option (with the nearest), one without
  /// its value, one given twice, and unless `least` to `most` words are left that are no options;
  /// `missing` says what they are ("CONFIG.yaml"). With --help nothing is missing.
  [[nodiscard]] Arguments parse(const std::vector<std::string>& words, std::size_t least, std::size_t most,
                                const std::string& missing) const;

  [[nodiscard]] std::string help() const;
  /// A whole number in [low, high] from an option. Throws Error(usage).
  [[nodiscard]] std::optional<std::int64_t> integer(const Arguments& arguments, const std::string& option,
                                                    std::int64_t low, std::int64_t high) const;
  /// Throws Error(usage) at this command.
  [[noreturn]] void fail(const std::string& message) const;

 private:
  std::string synopsis_;
  std::string command_;
  std::string summary_;
  std::vector<Option> options_;
};

}  // namespace homolog::experiments
