#include "conversion/reference/primitives.hpp"
#include "conversion/reference/program.hpp"

namespace homolog::conversion::reference {

using dnnl::memory;

FoldedWeights fold(const std::vector<float>& weights, const std::vector<float>& bias, const FusedStep& step) {
  FoldedWeights result{.weights = weights, .bias = bias};
  if (step.scale.empty()) {
    return result;
  }
  const std::size_t row = weights.size() / bias.size();
  for (std::size_t o = 0; o < bias.size(); ++o) {
    for (std::size_t k = o * row; k < (o + 1) * row; ++k) {
      result.weights[k] = static_cast<float>(step.scale[o] * static_cast<double>(weights[k]));
    }
    result.bias[o] = static_cast<float>(step.scale[o] * static_cast<double>(bias[o]) + step.shift[o]);
  }
  return result;
}

void build(Builder& builder, const FusedStep& step, const Convolution& op) {
  const auto f32 = memory::data_type::f32;
  const Window2d& w = op.window;
  const memory::dims pad_near{w.pad_top + step.margin.top, w.pad_left + step.margin.left};
  const memory::dims pad_far{w.pad_bottom + step.margin.bottom, w.pad_right + step.margin.right};

  memory::dims shape{op.out_channels, op.in_channels, w.kernel_h, w.kernel_w};
  auto tag = memory::format_tag::oihw;
  if (op.groups > 1) {
    shape = {op.groups, op.out_channels / op.groups, op.in_channels / op.groups, w.kernel_h, w.kernel_w};
    tag = memory::format_tag::goihw;
  }
  const memory::desc bias_layout({op.out_channels}, f32, memory::format_tag::x);

  dnnl::post_ops operations;
  if (step.addend) {
    operations.append_sum();
  }
  append_activations(operations, step);

  const memory::desc any_weights(shape, f32, memory::format_tag::any);
  const memory::dims strides{w.stride_h, w.stride_w};
  const memory::dims gaps{w.dilation_h - 1, w.dilation_w - 1};
  const auto description = describe<dnnl::convolution_forward>(
      builder.engine(), Builder::attributes(operations), dnnl::algorithm::convolution_direct,
      builder.any(step.inputs[0]), any_weights, bias_layout, builder.any(step.output), strides, gaps,
      pad_near, pad_far);

  FoldedWeights folded = fold(op.weights, op.bias, step);
  const memory weights =
      builder.constant(std::move(folded.weights), {shape, f32, tag}, description.weights_desc());
  const memory bias = builder.constant(std::move(folded.bias), bias_layout, bias_layout);
  const memory source = builder.read(step.inputs[0], description.src_desc());
  const memory result =
      step.addend ? builder.overwrite(*step.addend, step.output, description.dst_desc(), step.inputs[0])
                  : builder.write(step.output, description.dst_desc());
  builder.call(
      description, dnnl::convolution_forward(description),
      {{DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_BIAS, bias}, {DNNL_ARG_DST, result}});
}

}  // namespace homolog::conversion::reference
