// The same promise as onnx_fuzz, for files that protobuf accepts: the bytes choose opset, inputs, constants,
// operators and attributes of a small model, so that the operators' importers are reached.
#include <fuzzer/FuzzedDataProvider.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "conversion/graph/geometry.hpp"
#include "conversion/onnx/import.hpp"
#include "sim/core/error.hpp"
#include "tests/support/onnx_builder.hpp"

namespace {

using namespace homolog;

constexpr const char* kAttributes[] = {"allowzero",     "alpha",        "auto_pad",     "axes",
                                       "axis",          "beta",         "ceil_mode",    "dilations",
                                       "epsilon",       "group",        "kernel_shape", "keepdims",
                                       "max",           "min",          "mode",         "momentum",
                                       "pads",          "perm",         "ratio",        "spatial",
                                       "strides",       "transA",       "transB",       "value_float",
                                       "value_floats",  "value_int",    "value_ints",   "count_include_pad",
                                       "storage_order", "training_mode"};
constexpr const char* kTexts[] = {"NOTSET",   "SAME_UPPER", "SAME_LOWER", "VALID",
                                  "constant", "reflect",    "",           "x"};

class ModelMaker {
 public:
  ModelMaker(const std::uint8_t* data, std::size_t size)
      : bytes_(data, size), builder_(bytes_.ConsumeIntegralInRange<std::int64_t>(6, 19)) {}

  /// A chain with side branches; the last node is the output.
  test::OnnxBuilder make() {
    const int inputs = bytes_.ConsumeIntegralInRange(1, 2);
    for (int i = 0; i < inputs; ++i) {
      auto shape = extents(5);
      if (!shape.empty() && bytes_.ConsumeBool()) {
        shape.front() = -1;  // symbolic batch
      }
      add_name("x");
      builder_.input(names_.back(), shape);
    }
    const int constants = bytes_.ConsumeIntegralInRange(0, 6);
    for (int i = 0; i < constants; ++i) {
      add_constant();
    }
    const int nodes = bytes_.ConsumeIntegralInRange(1, 6);
    for (int i = 0; i < nodes; ++i) {
      add_node();
    }
    builder_.output(names_.back());
    return builder_;
  }

 private:
  std::int64_t extent() {
    constexpr std::int64_t kOdd[] = {0,
                                     -1,
                                     -2,
                                     65536,
                                     std::int64_t{1} << 31,
                                     std::int64_t{1} << 60,
                                     std::numeric_limits<std::int64_t>::max(),
                                     std::numeric_limits<std::int64_t>::min()};
    const auto choice = bytes_.ConsumeIntegral<std::uint8_t>();
    return choice < 8 ? kOdd[choice] : choice % 8;
  }

  std::vector<std::int64_t> extents(int most) {
    std::vector<std::int64_t> result(
        bytes_.ConsumeIntegralInRange<std::size_t>(0, static_cast<std::size_t>(most)));
    for (auto& value : result) {
      value = extent();
    }
    return result;
  }

  float number() { return bytes_.ConsumeBool() ? bytes_.ConsumeFloatingPoint<float>() : 1.0F; }

  void add_name(const char* kind) { names_.push_back(kind + std::to_string(names_.size())); }

  void add_constant() {
    add_name("c");
    if (bytes_.ConsumeBool()) {
      builder_.integers(names_.back(), extents(9));
      return;
    }
    std::vector<std::int64_t> shape = extents(4);
    std::size_t size = 1;
    for (auto& value : shape) {
      value = bytes_.ConsumeBool() ? value : 2;
      size = value >= 0 && value < 8 && size < 4096 ? size * static_cast<std::size_t>(value) : size;
    }
    builder_.floats(names_.back(), shape, std::vector<float>(size, number()));
  }

  test::OnnxAttribute attribute() {
    const char* name = kAttributes[bytes_.ConsumeIntegralInRange<std::size_t>(0, std::size(kAttributes) - 1)];
    switch (bytes_.ConsumeIntegralInRange(0, 4)) {
      case 0: return {name, static_cast<int>(extent())};
      case 1: return {name, number()};
      case 2: return {name, kTexts[bytes_.ConsumeIntegralInRange<std::size_t>(0, std::size(kTexts) - 1)]};
      case 3: return {name, std::vector<float>{number(), number()}};
      default: return {name, extents(9)};
    }
  }

  void add_node() {
    static const std::vector<conversion::OperatorInfo> kOperators = conversion::supported_operators();
    const auto& op = kOperators[bytes_.ConsumeIntegralInRange<std::size_t>(0, kOperators.size() - 1)].name;
    std::vector<std::string> inputs(bytes_.ConsumeIntegralInRange<std::size_t>(0, 5));
    for (auto& input : inputs) {
      const auto choice = bytes_.ConsumeIntegralInRange<std::size_t>(0, names_.size());
      input = choice < names_.size() ? names_[choice] : "";
    }
    std::vector<test::OnnxAttribute> attributes;
    for (int i = bytes_.ConsumeIntegralInRange(0, 5); i > 0; --i) {
      attributes.push_back(attribute());
    }
    add_name("n");
    builder_.node(op, inputs, {names_.back()}, attributes);
  }

  FuzzedDataProvider bytes_;
  test::OnnxBuilder builder_;
  std::vector<std::string> names_{};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string file = ModelMaker(data, size).make().bytes();
  try {
    const auto graph = conversion::import_model(std::as_bytes(std::span(file.data(), file.size())), "fuzz");
    (void)conversion::macs(graph);
    (void)conversion::receptive_fields(graph);
    (void)conversion::readout_tensor(graph);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::model) {
      throw;
    }
  }
  return 0;
}
