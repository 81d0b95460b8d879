#include "experiments/cli/options.hpp"

#include <boost/program_options.hpp>
#include <charconv>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/core/suggest.hpp"

namespace homolog::experiments {

namespace po = boost::program_options;

namespace {

/// The option that begins with `word`, else the nearest.
std::string meant_by(const std::string& word, const std::vector<std::string>& spellings) {
  for (const std::string& spelling : spellings) {
    if (spelling.rfind(word, 0) == 0) {
      return spelling;
    }
  }
  return nearest(word, spellings);
}

}  // namespace

std::optional<std::string> Arguments::value(const std::string& option) const {
  const auto found = options.find(option);
  return found == options.end() ? std::nullopt : std::optional(found->second.back());
}

Options::Options(std::string synopsis, std::string summary, std::vector<Option> options)
    : synopsis_(std::move(synopsis)),
      command_(synopsis_.substr(0, synopsis_.find(' '))),
      summary_(std::move(summary)),
      options_(std::move(options)) {
  options_.push_back({.name = "help", .help = "print this"});
}

void Options::fail(const std::string& message) const {
  throw Error(ErrorKind::usage, message, {.file = "homolog " + command_});
}

Arguments Options::parse(const std::vector<std::string>& words, std::size_t least, std::size_t most,
                         const std::string& missing) const {
  po::options_description known;
  std::vector<std::string> spellings;
  for (const Option& option : options_) {
    spellings.push_back("--" + option.name);
    if (option.value.empty()) {
      known.add_options()(option.name.c_str(), "");
    } else {
      known.add_options()(option.name.c_str(), po::value<std::string>(), "");
    }
  }

  Arguments arguments;
  try {
    using namespace po::command_line_style;
    const auto parsed = po::command_line_parser(words)
                            .options(known)
                            .style(allow_long | long_allow_adjacent | long_allow_next)
                            .run();
    for (const auto& option : parsed.options) {
      if (option.position_key >= 0 || option.string_key.empty()) {
        arguments.positional.insert(arguments.positional.end(), option.value.begin(), option.value.end());
        continue;
      }
      auto& values = arguments.options[option.string_key];
      values.insert(values.end(), option.value.begin(), option.value.end());
      if (option.value.empty()) {
        values.emplace_back();  // a flag
      }
    }
  } catch (const po::unknown_option& problem) {
    const std::string guess = meant_by(problem.get_option_name(), spellings);
    fail("unknown option '" + problem.get_option_name() + "'" +
         (guess.empty() ? "; known: " + joined(spellings) : "; did you mean '" + guess + "'?"));
  } catch (const po::error& problem) {
    fail(problem.what());
  }

  arguments.wants_help = arguments.has("help");
  for (const std::string& word : arguments.positional) {
    if (word == "-h") {
      arguments.wants_help = true;
    } else if (word.size() > 1 && word.front() == '-') {
      fail("unknown option '" + word + "'; known: " + joined(spellings));
    }
  }
  if (arguments.wants_help) {
    return arguments;
  }
  for (const Option& option : options_) {
    const auto given = arguments.options.find(option.name);
    if (given != arguments.options.end() && given->second.size() > 1 && !option.repeats) {
      fail("option '--" + option.name + "' is given twice");
    }
  }
  if (arguments.positional.size() < least) {
    fail("needs " + missing + "; usage: homolog " + synopsis_);
  }
  if (arguments.positional.size() > most) {
    fail("'" + arguments.positional[most] + "' is too much; usage: homolog " + synopsis_);
  }
  return arguments;
}

std::string Options::help() const {
  std::string text = "usage: homolog " + synopsis_ + "\n\n" + summary_ + "\n\n";
  for (const Option& option : options_) {
    std::string left = "  --" + option.name + (option.value.empty() ? "" : " " + option.value);
    left.resize(left.size() < 24 ? 24 : left.size() + 2, ' ');
    text += left + option.help + "\n";
  }
  return text;
}

std::optional<std::int64_t> Options::integer(const Arguments& arguments, const std::string& option,
                                             std::int64_t low, std::int64_t high) const {
  const auto text = arguments.value(option);
  if (!text) {
    return std::nullopt;
  }
  std::int64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, problem] = std::from_chars(text->data(), end, number);
  if (problem != std::errc{} || stop != end || number < low || number > high) {
    fail("--" + option + " must be a whole number in [" + std::to_string(low) + ", " + std::to_string(high) +
         "], got '" + *text + "'");
  }
  return number;
}

}  // namespace homolog::experiments
