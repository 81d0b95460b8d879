#pragma once

#include "conversion/onnx/node_import.hpp"
#include "sim/core/registry.hpp"

namespace homolog::conversion {

/// Turns one ONNX node into nodes of the graph. A plain function without state. It is called for opsets
/// kFirstOpset to kLastOpset and asks node.opset() where an operator changed in between.
using OpImporter = void (*)(NodeImport& node);

/// The operators of ONNX's default domain that can be imported; the description is one line for people.
using OpRegistry = Registry<OpImporter>;

inline constexpr std::int64_t kFirstOpset = 7;
inline constexpr std::int64_t kLastOpset = 24;

/// Adds every operator under conversion/onnx/ops (written by CMake: ops/foo.cpp defines register_foo).
void register_all_ops(OpRegistry& registry);

}  // namespace homolog::conversion
