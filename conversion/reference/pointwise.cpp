// Operators that keep the extents: Affine, Relu, Clip, Add, Softmax.
#include <algorithm>

#include "conversion/reference/primitives.hpp"
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
  const auto description = describe_eltwise(builder.engine(), Builder::attributes(), function.algorithm,
                                            layout, function.alpha, function.beta);
  const memory source = builder.read(input, layout);
  const memory result = builder.write(step.output, layout);
  builder.call(description, dnnl::eltwise_forward(description),
               {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, result}});
}

/// Any scale and shift, on the plain layout.
void affine_by_loop(Builder& builder, const FusedStep& step, const Affine& op) {
  const TensorId input = step.inputs[0];
  const memory source = builder.read(input, builder.plain(input));
  const memory result = builder.write(step.output, builder.plain(input));
  const auto images = static_cast<std::size_t>(builder.batch());
  const auto size = static_cast<std::size_t>(size_of(builder.dims(input)));
  const std::size_t run = size / op.scale.size();  // values that share a scale
  const bool relu = !step.activations.empty();
  builder.call([=, scale = op.scale, shift = op.shift](dnnl::stream& /*stream*/) {
    const auto* from = static_cast<const float*>(source.get_data_handle());
    auto* to = static_cast<float*>(result.get_data_handle());
    for (std::size_t n = 0; n < images; ++n) {
      for (std::size_t k = 0; k < scale.size(); ++k) {
        for (std::size_t i = 0; i < run; ++i) {
          const float value = scale[k] * *from++ + shift[k];
          *to++ = relu ? std::max(value, 0.0F) : value;
        }
      }
    }
  });
}

}  // namespace

void append_activations(dnnl::post_ops& operations, const FusedStep& step) {
  for (const auto& activation : step.activations) {
    const Eltwise function = std::visit([](const auto& op) { return eltwise(op); }, activation);
    append_eltwise(operations, function.algorithm, function.alpha, function.beta);
  }
}

void build(Builder& builder, const FusedStep& step, const Relu& op) {
  build_eltwise(builder, step, eltwise(op));
}

void build(Builder& builder, const FusedStep& step, const Clip& op) {
  build_eltwise(builder, step, eltwise(op));
}

// oneDNN's batch normalisation with mean 0 and variance + epsilon = 1, where scale and shift belong to
// channels; its multiplication with a broadcast operand would not be vectorised. Epsilon is not 0, since
// oneDNN takes variance 0 for the channels that only fill up a block: they would be 0 / 0, and NaN for
// whoever reads the map.
void build(Builder& builder, const FusedStep& step, const Affine& op) {
  const TensorId input = step.inputs[0];
  const Dims& dims = builder.dims(input);
  const std::int64_t channels = dims.empty() ? 1 : dims[0];
  const auto count = static_cast<std::int64_t>(op.scale.size());
  if (dims.empty() || (count != 1 && count != channels)) {
    affine_by_loop(builder, step, op);
    return;
  }
  const memory::desc layout = builder.layout(input);
  const memory::desc constants({channels}, memory::data_type::f32, memory::format_tag::x);
  auto flags = dnnl::normalization_flags::use_global_stats | dnnl::normalization_flags::use_scale |
               dnnl::normalization_flags::use_shift;
  if (!step.activations.empty()) {
    flags |= dnnl::normalization_flags::fuse_norm_relu;
  }
  const auto description =
      describe_normalization(builder.engine(), Builder::attributes(), layout, 0.5F, flags);
  const auto n = static_cast<std::size_t>(channels);
  const auto per_channel = [&](const std::vector<float>& values) {
    return builder.constant(values.size() == 1 ? std::vector<float>(n, values[0]) : values, constants,
                            constants);
  };
  const memory source = builder.read(input, layout);
  const memory result = builder.write(step.output, layout);
  builder.call(description, dnnl::batch_normalization_forward(description),
               {{DNNL_ARG_SRC, source},
                {DNNL_ARG_MEAN, per_channel({0.0F})},
                {DNNL_ARG_VARIANCE, per_channel({0.5F})},
                {DNNL_ARG_SCALE, per_channel(op.scale)},
                {DNNL_ARG_SHIFT, per_channel(op.shift)},
                {DNNL_ARG_DST, result}});
}

void build(Builder& builder, const FusedStep& step, const Add& /*op*/) {
  const memory::desc layout = builder.layout(step.inputs[0]);
  const std::vector<memory::desc> layouts(step.inputs.size(), layout);
  const std::vector<float> ones(step.inputs.size(), 1.0F);
  const auto description = describe_sum(builder.engine(), Builder::attributes(), layout, ones, layouts);
  Arguments arguments;
  for (std::size_t k = 0; k < step.inputs.size(); ++k) {
    arguments.emplace(DNNL_ARG_MULTIPLE_SRC + static_cast<int>(k), builder.read(step.inputs[k], layout));
  }
  arguments.emplace(DNNL_ARG_DST, builder.write(step.output, layout));
  builder.call(description, dnnl::sum(description), std::move(arguments));
}

void build(Builder& builder, const FusedStep& step, const Softmax& op) {
  const memory::desc layout = builder.plain(step.inputs[0]);
  const auto algorithm = op.logarithm ? dnnl::algorithm::softmax_log : dnnl::algorithm::softmax_accurate;
  const auto description = describe<SoftmaxPrimitive>(builder.engine(), Builder::attributes(), algorithm,
                                                      layout, layout, static_cast<int>(op.axis) + 1);
  const memory source = builder.read(step.inputs[0], layout);
  const memory result = builder.write(step.output, layout);
  builder.call(description, SoftmaxPrimitive(description), {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, result}});
}

}  // namespace homolog::conversion::reference
