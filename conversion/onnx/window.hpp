#pragma once

#include <optional>
#include <utility>

#include "conversion/onnx/node_import.hpp"

namespace homolog::conversion {

/// Reads kernel_shape, strides, pads, auto_pad and, when `dilations`, dilations of a node whose input is
/// [C, H, W]. SAME pads are resolved with the input's extents. `kernel` is the extent (KH, KW) of the
/// weights if there are any; kernel_shape may then be left out, and must agree.
[[nodiscard]] Window2d read_window(NodeImport& node, const Dims& input, bool dilations,
                                   std::optional<std::pair<std::int64_t, std::int64_t>> kernel = {});

/// The same with ceil_mode, for poolings. VALID with ceil_mode is refused: ONNX's page and its runtimes
/// do not agree on it.
struct PoolingWindow {
  Window2d window{};
  bool ceil_mode = false;
};
[[nodiscard]] PoolingWindow read_pooling_window(NodeImport& node, const Dims& input, bool dilations);

/// The window that covers the whole map [C, H, W].
[[nodiscard]] Window2d whole_map(const Dims& input);

}  // namespace homolog::conversion
