#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conversion/graph/float_graph.hpp"
#include "conversion/graph/geometry.hpp"

namespace homolog::experiments {

/// What `homolog inspect` says about a model: one row per node, and what each becomes when converted.
struct ModelSummary {
  struct Row {
    std::string node{};
    std::string operation{};
    std::string layer{};
    conversion::Dims dims{};  ///< of the output
    std::uint64_t parameters = 0;
    std::uint64_t macs = 0;
    conversion::ReceptiveField field{};  ///< of the output's units
    std::string becomes{};               ///< empty when the model does not convert
    std::uint64_t neurons = 0;
    std::uint64_t synapses = 0;
  };
  std::vector<Row> rows{};
  std::uint64_t parameters = 0;
  std::uint64_t macs = 0;
  std::uint64_t neurons = 0;
  std::uint64_t synapses = 0;
  std::string refusal{};  ///< why it cannot be converted; empty when it can
};

/// Converts with all scales 1: what a node becomes does not depend on them.
[[nodiscard]] ModelSummary summarise(const conversion::FloatGraph& graph);

}  // namespace homolog::experiments
