#pragma once

#include <cstdint>
#include <vector>

#include "conversion/onnx/node_import.hpp"

namespace homolog::conversion {

/// The first output is a map of these channels of `input` [C, H, W], in this order: a 1x1 convolution whose
/// weights are 0 and 1. Every channel must be in 0 .. C - 1.
[[nodiscard]] Convolution channel_selection(NodeImport& node, const Dims& input,
                                            const std::vector<std::int64_t>& channels);

}  // namespace homolog::conversion
