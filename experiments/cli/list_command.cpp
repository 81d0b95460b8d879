#include <algorithm>
#include <ostream>

#include "conversion/onnx/import.hpp"
#include "experiments/cli/analyses.hpp"
#include "experiments/cli/command.hpp"
#include "experiments/cli/options.hpp"
#include "experiments/config/choices.hpp"
#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/reference.hpp"
#include "experiments/rsa/reference_model.hpp"
#include "experiments/rsa/representation.hpp"
#include "experiments/run/table.hpp"
#include "sim/core/suggest.hpp"

namespace homolog::experiments {
namespace {

/// One kind of thing that can be chosen, and all there are of it.
struct Kind {
  std::string name{};
  std::string summary{};  ///< where it is chosen
  std::vector<Choice> choices{};
};

template <class T>
std::vector<Choice> choices_of(const Registry<T>& registry) {
  std::vector<Choice> choices;
  for (const std::string& name : registry.names()) {
    choices.push_back({name, registry.description(name)});
  }
  return choices;
}

std::vector<Choice> operators() {
  std::vector<Choice> choices;
  for (const conversion::OperatorInfo& info : conversion::supported_operators()) {
    choices.push_back({info.name, info.opsets + (info.notes.empty() ? "" : "; " + info.notes)});
  }
  return choices;
}

/// The visible list of kinds. A new kind is a line here.
std::vector<Kind> kinds() {
  return {{"neurons", "spiking.neuron.model", neuron_choices()},
          {"codes", "spiking.code", spiking_codes()},
          {"inputs", "spiking.input", input_codes()},
          {"schedulers", "spiking.scheduler", schedulers()},
          {"corrections", "spiking.correction.method", correction_methods()},
          {"thresholds", "spiking.threshold.method", threshold_methods()},
          {"operators", "ONNX operators that can be read", operators()},
          {"analyses", "entries of analyses", choices_of(known_analyses())},
          {"representations", "analyses.rsa.codes", choices_of(representations())},
          {"dissimilarities", "analyses.rsa.dissimilarity", choices_of(dissimilarities())},
          {"comparisons", "analyses.rsa.compare", choices_of(comparisons())},
          {"references", "entries of analyses.rsa.references", choices_of(references())},
          {"reference-models", "analyses.rsa.references.model", choices_of(reference_models())}};
}

void print_choices(const std::vector<Choice>& choices, const std::string& indent, std::ostream& out) {
  std::size_t widest = 0;
  for (const Choice& choice : choices) {
    widest = std::max(widest, choice.name.size());
  }
  for (const Choice& choice : choices) {
    out << indent << choice.name << std::string(widest + 2 - choice.name.size(), ' ') << choice.description
        << "\n";
  }
}

void list(const std::vector<std::string>& words, std::ostream& out, std::ostream& /*err*/) {
  const Options options("list [KIND]", "Lists what can be chosen, all of it or one kind.", {});
  const Arguments arguments = options.parse(words, 0, 1, "");
  if (arguments.wants_help) {
    std::string help = options.help() + "\nkinds:\n";
    out << help;
    for (const Kind& kind : kinds()) {
      out << "  " << kind.name << std::string(18 - kind.name.size(), ' ') << kind.summary << "\n";
    }
    return;
  }
  std::vector<std::string> names;
  bool is_known = arguments.positional.empty();
  for (const Kind& kind : kinds()) {
    names.push_back(kind.name);
    if (arguments.positional.empty()) {
      out << (names.size() > 1 ? "\n" : "") << kind.name << " (" << kind.summary << ")\n";
      print_choices(kind.choices, "  ", out);
    } else if (kind.name == arguments.positional.front()) {
      is_known = true;
      print_choices(kind.choices, "", out);
    }
  }
  if (!is_known) {
    const std::string guess = nearest(arguments.positional.front(), names);
    options.fail("unknown kind '" + arguments.positional.front() + "'" +
                 (guess.empty() ? "" : "; did you mean '" + guess + "'?") + " (known: " + joined(names) +
                 ")");
  }
}

}  // namespace

Command list_command() {
  return {
      .name = "list", .summary = "list neuron models, codes, analyses, ... that can be chosen", .run = list};
}

}  // namespace homolog::experiments
