#pragma once

// Entries of a configuration without YAML, and what refuses them.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "experiments/analysis/analysis.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parameters.hpp"

namespace homolog::test {

using Entries = std::vector<std::pair<std::string, Parameter>>;
using TextEntries = std::vector<std::pair<std::string, std::string>>;

inline Parameter scalar(const std::string& text) {
  Parameter parameter;
  parameter.kind = Parameter::Kind::scalar;
  parameter.text = text;
  return parameter;
}

inline Parameter mapping(const Entries& entries) {
  Parameter parameter;
  parameter.kind = Parameter::Kind::mapping;
  parameter.entries = entries;
  return parameter;
}

/// Every value a scalar.
inline Parameter mapping_of_texts(const TextEntries& values) {
  Entries entries;
  for (const auto& value : values) {
    entries.emplace_back(value.first, scalar(value.second));
  }
  return mapping(entries);
}

inline Parameter sequence(const std::vector<Parameter>& items) {
  Parameter parameter;
  parameter.kind = Parameter::Kind::sequence;
  parameter.items = items;
  return parameter;
}

/// A sequence of mappings.
inline Parameter sequence_of_texts(const std::vector<TextEntries>& all) {
  std::vector<Parameter> items;
  for (const TextEntries& one : all) {
    items.push_back(mapping_of_texts(one));
  }
  return sequence(items);
}

/// What `add` registers under `kind`, made of an entry whose keys must all be known.
inline std::shared_ptr<experiments::Analysis> read_analysis(void (*add)(experiments::AnalysisRegistry&),
                                                            const std::string& kind, Parameters parameters) {
  experiments::AnalysisRegistry analyses("analysis");
  add(analyses);
  std::shared_ptr<experiments::Analysis> analysis = analyses.find(kind)(parameters);
  parameters.finish();
  return analysis;
}

/// The same of a mapping in /folder/experiment.yaml.
inline std::shared_ptr<experiments::Analysis> read_analysis(void (*add)(experiments::AnalysisRegistry&),
                                                            const std::string& kind, const Entries& entries) {
  return read_analysis(add, kind,
                       Parameters(mapping(entries), "/folder/experiment.yaml", "analyses[0]." + kind));
}

/// The message of the error that `act` throws, if it is of this kind.
inline std::string refusal(const std::function<void()>& act, ErrorKind kind = ErrorKind::config) {
  try {
    act();
  } catch (const Error& error) {
    return error.kind() == kind ? error.what() : std::string("another kind: ") + error.what();
  }
  return "nothing was thrown";
}

}  // namespace homolog::test
