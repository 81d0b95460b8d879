#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "conversion/graph/float_graph.hpp"

namespace homolog::conversion {

/// Multiply-accumulate operations of one node for one image: convolutions and dense layers only.
[[nodiscard]] std::uint64_t macs(const FloatGraph& graph, const Node& node);
/// Sum over all nodes.
[[nodiscard]] std::uint64_t macs(const FloatGraph& graph);
/// Weights and biases, scales and shifts of one node. Biases and shifts that are all 0 and scales that are
/// all 1 do not count: the file has none, or they do nothing.
[[nodiscard]] std::uint64_t parameters(const Node& node);

/// Receptive field of a tensor's units in input pixels, along H and W: extent and distance between the
/// fields of neighbours, computed from the graph (largest over all paths; convention: the formula
/// r += (k - 1) * dilation * jump, jump *= stride; Araujo et al. 2019, doi:10.23915/distill.00021).
/// A tensor behind a dense layer or a view sees the whole image.
struct ReceptiveField {
  std::int64_t size_h = 1, size_w = 1;
  std::int64_t stride_h = 1, stride_w = 1;
  friend bool operator==(const ReceptiveField&, const ReceptiveField&) = default;
};
/// One per tensor.
[[nodiscard]] std::vector<ReceptiveField> receptive_fields(const FloatGraph& graph);

}  // namespace homolog::conversion
