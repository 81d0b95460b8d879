#include "experiments/rsa/representation.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/suggest.hpp"

namespace homolog::experiments {
namespace {

void add(std::vector<Representation>& all, Representation next, Parameters& parameters,
         const std::string& key) {
  if (std::any_of(all.begin(), all.end(), [&](const Representation& r) { return r.label == next.label; })) {
    parameters.fail(key, "has '" + next.label + "' twice; once is enough (two of a kind need names)");
  }
  all.push_back(std::move(next));
}

}  // namespace

RepresentationRegistry representations() {
  RepresentationRegistry registry("representation");
  register_all_representations(registry);
  return registry;
}

Representation stored_representation(const std::string& code) {
  return {.label = code, .stored = code, .patterns = [code](const LayerSource& source) {
            return std::make_unique<LayerPatterns>(*source.representations,
                                                   RepresentationKey{source.layer, code}, source.repetitions);
          }};
}

bool read_spike_times(const std::vector<Representation>& representations) {
  return std::any_of(representations.begin(), representations.end(), [](const Representation& r) {
    return r.stored == "spikes" || r.stored == "first_spike" || r.stored == "rank";
  });
}

std::vector<Representation> read_representations(Parameters& analysis,
                                                 const std::vector<std::string>& otherwise) {
  const RepresentationRegistry known = representations();
  std::vector<Representation> all;
  const bool only_mappings = analysis.has("representations") && !analysis.has("codes");
  const std::vector<std::string> codes =
      analysis.texts("codes", only_mappings ? std::vector<std::string>{} : otherwise);
  if (codes.empty() && !only_mappings) {
    analysis.fail("codes", "is empty; expected one or more of " + joined(known.names()));
  }
  for (const std::string& code : codes) {
    if (!known.contains(code)) {
      const std::string guess = nearest(code, known.names());
      analysis.fail("codes", "has '" + code + "'" + (guess.empty() ? "" : "; did you mean '" + guess + "'?") +
                                 "; expected one or more of " + joined(known.names()));
    }
    Parameters nothing({.kind = Parameter::Kind::mapping}, analysis.file(),
                       analysis.path() + ".codes." + code);
    add(all, known.find(code)(nothing), analysis, "codes");
  }
  std::vector<Parameters> entries = analysis.maps("representations");
  for (Parameters& entry : entries) {
    Representation next = known.find(entry.choice("code", known.names()))(entry);
    next.label = entry.text("name", next.label);
    if (next.label.empty() || next.label == "." || next.label.find('/') != std::string::npos) {
      entry.fail("name", "is '" + next.label + "'; expected a name without '/' (it names an HDF5 dataset)");
    }
    add(all, std::move(next), entry, "name");
  }
  return all;
}

}  // namespace homolog::experiments
