#pragma once

#include <cstdint>
#include <functional>

#include "conversion/onnx/node_import.hpp"

// Operators of constants alone, as exporters leave them: weights that are transposed, shapes that are put
// together.

namespace homolog::conversion {

/// `axis` (negative: from the end) of a constant with this many axes. Throws Error(model) if there is none.
[[nodiscard]] std::size_t constant_axis(std::int64_t axis, std::size_t rank);

/// The first output is a constant with these extents; element i is element source(i) of input 0. Counts as
/// parameters.
void emit_selected(NodeImport& node, Dims shape, const std::function<std::size_t(std::size_t)>& source);
/// The same values in the same order with other extents, which must have the same product.
void emit_reshaped(NodeImport& node, Dims shape);

/// Element by element of two integer constants, one of which may be a single number. Returns false if the
/// inputs are not two integer constants. `compute` gives nothing if there is no result (overflow, division by
/// 0).
[[nodiscard]] bool fold_integers(
    NodeImport& node,
    const std::function<bool(std::int64_t a, std::int64_t b, std::int64_t& result)>& compute);

}  // namespace homolog::conversion
