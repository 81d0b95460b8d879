#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "conversion/graph/float_graph.hpp"

namespace homolog::test {

/// A published architecture, thin: few channels, small images, random weights, but every construct of the
/// original, and written as exporters write it.
struct Architecture {
  std::string name{};
  /// The bytes of an ONNX model.
  std::function<std::string()> make{};
};

/// All of them. Link homolog_test_zoo.
[[nodiscard]] const std::vector<Architecture>& zoo();

/// The imported model; its file is "<name>.onnx". Made once a process, since the batch norms need a forward
/// pass.
[[nodiscard]] const conversion::FloatGraph& zoo_graph(const Architecture& architecture);

/// For the names of parameterised tests.
void PrintTo(const Architecture& architecture, std::ostream* out);

}  // namespace homolog::test
