// Operators that keep the extents: Affine, Relu, Clip, Add, Softmax.
#include <algorithm>

#include "conversion/reference/program.hpp"

namespace homolog::conversion::reference {

using dnnl::memory;

namespace {

struct Eltwise {
  dnnl::algorithm algorithm = dnnl::algorithm::undef;
  float alpha = 0.0F;
  float beta = 0.0F;
};

Eltwise eltwise(const Relu&) {
  return {.algorithm = dnnl::algorithm::eltwise_relu};
}

Eltwise eltwise(const Clip& clip) {
  return {.algorithm = dnnl::algorithm::eltwise_clip, .alpha = clip.low, .beta = clip.high};
}

void build_eltwise(Builder& builder, const FusedStep& step, const Eltwise& function) {
  const TensorId input = step.inputs[0];
  const memory::desc layout = builder.layout(input);
  const dnnl::eltwise_forward::desc problem(dnnl::prop_kind::forward_inference, function.algorithm, layout,
                                            function.alpha, function.beta);
  const dnnl::eltwise_forward::primitive_desc description(problem, Builder::attributes(), builder.engine());
  const memory source = builder.read(input, layout);
  const memory result = builder.write(step.output, layout);
  builder.call(description, dnnl::eltwise_forward(description),
               {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, result}});
}

}  // namespace

void append_activations(dnnl::post_ops& operations, const FusedStep& step) {
  for (const auto& activation : step.activations) {
    const Eltwise function = std::visit([](const auto& op) { return eltwise(op); }, activation);
    operations.append_eltwise(1.0F, function.algorithm, function.alpha, function.beta);
  }
}

void build(Builder& builder, const FusedStep& step, const Relu& op) {
  build_eltwise(builder, step, eltwise(op));
}

void build(Builder& builder, const FusedStep& step, const Clip& op) {
  build_eltwise(builder, step, eltwise(op));
}

void build(Builder& builder, const FusedStep& step, const Affine& op) {
  const TensorId input = step.inputs[0];
  const Dims& dims = builder.dims(input);
  const auto count = static_cast<std::int64_t>(op.scale.size());
  const bool per_channel = !dims.empty() && count == dims[0];

  // Extents of scale and shift, 1 where they are the same for all.
  memory::dims shape(dims.size() + 1, 1);
  memory::desc layout = builder.layout(input);
  if (per_channel) {
    shape[1] = count;
  } else if (count != 1) {
    std::copy(dims.begin(), dims.end(), shape.begin() + 1);
    layout = builder.plain(input);
  }
  memory::dims strides(shape.size(), 1);
  for (std::size_t k = shape.size() - 1; k > 0; --k) {
    strides[k - 1] = strides[k] * shape[k];
  }
  const memory::desc constants(shape, memory::data_type::f32, strides);

  dnnl::post_ops operations;
  operations.append_binary(dnnl::algorithm::binary_add, constants);
  append_activations(operations, step);
  const dnnl::binary::desc problem(dnnl::algorithm::binary_mul, layout, constants, layout);
  const dnnl::binary::primitive_desc description(problem, Builder::attributes(operations), builder.engine());
  const memory scale = builder.constant(op.scale, constants, constants);
  const memory shift = builder.constant(op.shift, constants, constants);
  const memory source = builder.read(input, layout);
  const memory result = builder.write(step.output, layout);
  builder.call(description, dnnl::binary(description),
               {{DNNL_ARG_SRC_0, source},
                {DNNL_ARG_SRC_1, scale},
                {DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1, shift},
                {DNNL_ARG_DST, result}});
}

void build(Builder& builder, const FusedStep& step, const Add& /*op*/) {
  const memory::desc layout = builder.layout(step.inputs[0]);
  const std::vector<memory::desc> layouts(step.inputs.size(), layout);
  const std::vector<float> ones(step.inputs.size(), 1.0F);
  const dnnl::sum::primitive_desc description(layout, ones, layouts, builder.engine(), Builder::attributes());
  Arguments arguments;
  for (std::size_t k = 0; k < step.inputs.size(); ++k) {
    arguments.emplace(DNNL_ARG_MULTIPLE_SRC + static_cast<int>(k), builder.read(step.inputs[k], layout));
  }
  arguments.emplace(DNNL_ARG_DST, builder.write(step.output, layout));
  builder.call(description, dnnl::sum(description), std::move(arguments));
}

void build(Builder& builder, const FusedStep& step, const Softmax& op) {
  const memory::desc layout = builder.plain(step.inputs[0]);
  const dnnl::softmax_v2_forward::desc problem(
      dnnl::prop_kind::forward_inference,
      op.logarithm ? dnnl::algorithm::softmax_log : dnnl::algorithm::softmax_accurate, layout, layout,
      static_cast<int>(op.axis) + 1);
  const dnnl::softmax_v2_forward::primitive_desc description(problem, Builder::attributes(),
                                                             builder.engine());
  const memory source = builder.read(step.inputs[0], layout);
  const memory result = builder.write(step.output, layout);
  builder.call(description, dnnl::softmax_v2_forward(description),
               {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, result}});
}

}  // namespace homolog::conversion::reference
