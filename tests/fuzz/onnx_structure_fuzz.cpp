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

/// How a node of one operator looks when it is right; the bytes then choose values, leave parts out, and
/// sometimes break it. Inputs: x computed, f floats, i integers. Attributes are type:name, with i integer,
/// f float, t text, 2, 4, n lists of integers.
struct Template {
  const char* op;
  const char* inputs;
  std::vector<const char*> attributes;
};

const std::vector<Template>& templates() {
  static const std::vector<Template> kTemplates{
      {"Conv", "xff", {"t:auto_pad", "2:dilations", "i:group", "2:kernel_shape", "4:pads", "2:strides"}},
      {"MaxPool",
       "x",
       {"2:kernel_shape", "4:pads", "2:strides", "i:ceil_mode", "2:dilations", "t:auto_pad",
        "i:storage_order"}},
      {"AveragePool",
       "x",
       {"2:kernel_shape", "4:pads", "2:strides", "i:ceil_mode", "i:count_include_pad", "t:auto_pad",
        "2:dilations"}},
      {"GlobalAveragePool", "x", {}},
      {"ReduceMean", "xi", {"n:axes", "i:keepdims", "i:noop_with_empty_axes"}},
      {"BatchNormalization", "xffff", {"f:epsilon", "f:momentum", "i:training_mode", "i:spatial"}},
      {"Relu", "x", {}},
      {"Clip", "xff", {"f:min", "f:max"}},
      {"Add", "xx", {}},
      {"Add", "xf", {}},
      {"Sub", "fx", {}},
      {"Mul", "xf", {}},
      {"Div", "xf", {}},
      {"Concat", "xxx", {"i:axis"}},
      {"Gemm", "xff", {"f:alpha", "f:beta", "i:transA", "i:transB"}},
      {"MatMul", "xf", {}},
      {"Flatten", "x", {"i:axis"}},
      {"Reshape", "xi", {"i:allowzero"}},
      {"Squeeze", "xi", {"n:axes"}},
      {"Unsqueeze", "xi", {"n:axes"}},
      {"Transpose", "x", {"n:perm"}},
      {"Pad", "xifi", {"n:pads", "f:value", "t:mode"}},
      {"Softmax", "x", {"i:axis"}},
      {"LogSoftmax", "x", {"i:axis"}},
      {"Identity", "x", {}},
      {"Dropout", "xf", {"f:ratio", "i:seed"}},
      {"Sum", "xxx", {}},
      {"GlobalMaxPool", "x", {}},
      {"Cast", "x", {"i:to"}},
      {"Cast", "i", {"i:to"}},
      {"Shape", "x", {"i:start", "i:end"}},
      {"Gather", "xi", {"i:axis"}},
      {"Gather", "ii", {"i:axis"}},
      {"Slice", "xiiii", {"n:starts", "n:ends", "n:axes"}},
      {"Slice", "iiiii", {}},
      {"Concat", "ixi", {"i:axis"}},
      {"Mul", "ii", {}},
      {"Div", "ii", {}},
      {"Squeeze", "ii", {}},
      {"Unsqueeze", "ii", {}},
      {"Transpose", "f", {"n:perm"}},
      {"Reshape", "fi", {}},
      {"Reshape", "xx", {}},
      {"Constant", "", {"f:value_float", "i:value_int", "n:value_ints"}}};
  return kTemplates;
}

constexpr const char* kTexts[] = {"NOTSET",   "SAME_UPPER", "SAME_LOWER", "VALID",
                                  "constant", "reflect",    "",           "x"};

class ModelMaker {
 public:
  ModelMaker(const std::uint8_t* data, std::size_t size)
      : bytes_(data, size), builder_(bytes_.ConsumeIntegralInRange<std::int64_t>(6, 25)) {}

  /// A chain with side branches; the last node is the output.
  test::OnnxBuilder make() {
    for (int i = bytes_.ConsumeIntegralInRange(1, 2); i > 0; --i) {
      std::vector<std::int64_t> shape{-1};  // symbolic batch
      if (odd()) {
        shape = integers(6);
      } else {
        for (int axis = bytes_.ConsumeIntegralInRange(0, 3); axis < 3; ++axis) {
          shape.push_back(extent());
        }
      }
      computed_.push_back(new_name());
      builder_.input(computed_.back(), shape);
    }
    for (int i = bytes_.ConsumeIntegralInRange(1, 6); i > 0; --i) {
      add_node(templates()[bytes_.ConsumeIntegralInRange<std::size_t>(0, templates().size() - 1)]);
    }
    builder_.output(computed_.back());
    return builder_;
  }

 private:
  /// True for one value in 16: the exception that breaks a rule. False when the bytes have run out.
  bool odd() { return bytes_.ConsumeIntegral<std::uint8_t>() > 239; }

  std::int64_t integer() {
    constexpr std::int64_t kFar[] = {65536, std::int64_t{1} << 31, std::int64_t{1} << 60,
                                     std::numeric_limits<std::int64_t>::max(),
                                     std::numeric_limits<std::int64_t>::min()};
    return odd() ? kFar[bytes_.ConsumeIntegralInRange<std::size_t>(0, std::size(kFar) - 1)]
                 : bytes_.ConsumeIntegralInRange<std::int64_t>(-2, 8);
  }
  std::int64_t extent() { return odd() ? integer() : bytes_.ConsumeIntegralInRange<std::int64_t>(1, 6); }
  std::vector<std::int64_t> integers(std::size_t most) {
    std::vector<std::int64_t> values(bytes_.ConsumeIntegralInRange<std::size_t>(0, most));
    for (auto& value : values) {
      value = integer();
    }
    return values;
  }
  std::vector<std::int64_t> extents(std::size_t count) {
    std::vector<std::int64_t> values(count);
    for (auto& value : values) {
      value = extent();
    }
    return values;
  }
  float number() { return odd() ? bytes_.ConsumeFloatingPoint<float>() : 1.0F; }

  std::string new_name() { return "v" + std::to_string(names_++); }

  std::string constant(char kind) {
    const std::string name = new_name();
    if (kind == 'i') {
      builder_.integers(name, integers(8));
      return name;
    }
    const std::vector<std::int64_t> shape = extents(bytes_.ConsumeIntegralInRange<std::size_t>(0, 4));
    std::size_t size = 1;  // too few values for a shape that is far too large
    for (const std::int64_t value : shape) {
      size *= value >= 0 && value < 8 ? static_cast<std::size_t>(value) : 1;
    }
    builder_.floats(name, shape, std::vector<float>(size, number()));
    return name;
  }

  std::string input(char kind) {
    if (kind != 'x' && !odd()) {
      return constant(kind);
    }
    return computed_[computed_.size() - 1 -
                     bytes_.ConsumeIntegralInRange<std::size_t>(0, computed_.size() - 1)];
  }

  test::OnnxAttribute attribute(const std::string& described) {
    const std::string name = described.substr(2);
    switch (odd() ? "ift24n"[bytes_.ConsumeIntegralInRange(0, 5)] : described[0]) {
      case 'i': return {name.c_str(), static_cast<int>(integer())};
      case 'f': return {name.c_str(), number()};
      case 't':
        return {name.c_str(), kTexts[bytes_.ConsumeIntegralInRange<std::size_t>(0, std::size(kTexts) - 1)]};
      case '2': return {name.c_str(), extents(2)};
      case '4': return {name.c_str(), std::vector<std::int64_t>{integer(), integer(), integer(), integer()}};
      default: return {name.c_str(), integers(8)};
    }
  }

  void add_node(const Template& like) {
    std::vector<std::string> inputs;
    for (const char* kind = like.inputs; *kind != 0; ++kind) {
      if (bytes_.ConsumeIntegral<std::uint8_t>() < 32 && kind != like.inputs) {
        break;  // optional inputs are the last ones
      }
      inputs.push_back(odd() ? "" : input(*kind));
    }
    std::vector<test::OnnxAttribute> attributes;
    for (const char* described : like.attributes) {
      if (bytes_.ConsumeBool()) {
        attributes.push_back(attribute(described));
      }
    }
    const std::string output = new_name();
    builder_.node(like.op, inputs, {output}, attributes);
    computed_.push_back(output);
  }

  FuzzedDataProvider bytes_;
  test::OnnxBuilder builder_;
  std::vector<std::string> computed_{};
  int names_ = 0;
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
