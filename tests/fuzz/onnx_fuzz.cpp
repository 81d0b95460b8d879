// Any bytes: import_model returns a graph whose geometry can be computed, or throws Error(model); nothing
// else.
#include <cstddef>
#include <cstdint>
#include <span>

#include "conversion/graph/geometry.hpp"
#include "conversion/onnx/import.hpp"
#include "sim/core/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace homolog;
  try {
    const auto graph = conversion::import_model(std::as_bytes(std::span(data, size)), "fuzz");
    (void)conversion::macs(graph);
    (void)conversion::receptive_fields(graph);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::model) {
      throw;
    }
  }
  return 0;
}
