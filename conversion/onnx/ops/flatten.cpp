// Flatten, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Flatten.html
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

void import_flatten(NodeImport& node) {
  const TensorId input = node.tensor(0, "input");
  const Dims dims = node.dims(0, "input");
  const std::int64_t axes = static_cast<std::int64_t>(dims.size()) + 1;
  const std::int64_t given = node.attributes().integer("axis", 1);
  if (given < -axes || given > axes) {
    refuse("axis " + std::to_string(given) + " does not exist; the tensor has " + std::to_string(axes) +
           " axes with the batch");
  }
  // The result is [product of the axes before `axis`, product of the others]: images stay apart when the
  // first is the batch alone.
  const std::int64_t axis = given < 0 ? given + axes : given;
  bool batch_alone = axis > 0 || node.batch() == 1;
  for (std::int64_t i = 1; i < axis; ++i) {
    batch_alone = batch_alone && dims[static_cast<std::size_t>(i) - 1] == 1;
  }
  if (!batch_alone) {
    refuse("axis " + std::to_string(given) + " would join the batch with other axes of batch x " +
           to_string(dims) + "; use axis 1");
  }
  node.emit_view(input, {size_of(dims)});
}

}  // namespace

void register_flatten(OpRegistry& registry) {
  registry.add("Flatten", "axis 1, or another that keeps the batch apart", import_flatten);
}

}  // namespace homolog::conversion
