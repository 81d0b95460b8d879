#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "conversion/graph/float_graph.hpp"

namespace homolog::conversion {

/// Reads an ONNX file (opset 7 to 24) into a checked graph. Throws Error(model) with file, node name,
/// operator and reason for everything that is not understood completely; nothing is approximated.
[[nodiscard]] FloatGraph import_model(const std::string& path);

/// The same from bytes; `name` stands for the file in messages.
[[nodiscard]] FloatGraph import_model(std::span<const std::byte> bytes, const std::string& name);

/// One line per supported operator, e.g. {"Conv", "opset 7-24", "2-D; groups, dilation, ..."}.
struct OperatorInfo {
  std::string name{};
  std::string opsets{};
  std::string notes{};
};
[[nodiscard]] std::vector<OperatorInfo> supported_operators();

}  // namespace homolog::conversion
