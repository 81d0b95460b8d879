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

namespace {

/// A convolution with what is fused to it, before its memory is known.
class FusedConvolution {
 public:
  using Description = dnnl::convolution_forward::primitive_desc;

  FusedConvolution(Builder& builder, const FusedStep& step, const Convolution& op)
      : builder_(builder),
        step_(step),
        op_(op),
        shape_{op.out_channels, op.in_channels, op.window.kernel_h, op.window.kernel_w} {
    if (op.groups > 1) {
      shape_ = {op.groups, op.out_channels / op.groups, op.in_channels / op.groups, op.window.kernel_h,
                op.window.kernel_w};
    }
  }

  [[nodiscard]] Description describe(std::int64_t images) const {
    const auto f32 = memory::data_type::f32;
    const auto any = memory::format_tag::any;
    const Window2d& w = op_.window;
    const memory::dims strides{w.stride_h, w.stride_w};
    const memory::dims gaps{w.dilation_h - 1, w.dilation_w - 1};
    const memory::dims pad_near{w.pad_top + step_.margin.top, w.pad_left + step_.margin.left};
    const memory::dims pad_far{w.pad_bottom + step_.margin.bottom, w.pad_right + step_.margin.right};
    dnnl::post_ops operations;
    if (step_.addend) {
      operations.append_sum();
    }
    append_activations(operations, step_);
    return reference::describe<dnnl::convolution_forward>(
        builder_.engine(), Builder::attributes(operations), dnnl::algorithm::convolution_direct,
        memory::desc(builder_.extents(step_.inputs[0], images), f32, any), memory::desc(shape_, f32, any),
        bias_layout(), memory::desc(builder_.extents(step_.output, images), f32, any), strides, gaps,
        pad_near, pad_far);
  }

  /// Weights and bias in the layouts that the description wants.
  [[nodiscard]] Arguments constants(const Description& description) const {
    const auto rows = op_.groups > 1 ? memory::format_tag::goihw : memory::format_tag::oihw;
    FoldedWeights folded = fold(op_.weights, op_.bias, step_);
    return {{DNNL_ARG_WEIGHTS,
             builder_.constant(std::move(folded.weights), {shape_, memory::data_type::f32, rows},
                               description.weights_desc())},
            {DNNL_ARG_BIAS, builder_.constant(std::move(folded.bias), bias_layout(), bias_layout())}};
  }

 private:
  [[nodiscard]] memory::desc bias_layout() const {
    return {{op_.out_channels}, memory::data_type::f32, memory::format_tag::x};
  }

  Builder& builder_;
  const FusedStep& step_;
  const Convolution& op_;
  memory::dims shape_;
};

/// Image by image into the concatenation that reads the result. False if oneDNN's layouts do not allow it.
bool build_piece(Builder& builder, const FusedStep& step, const FusedConvolution& convolution) {
  const auto description = convolution.describe(1);
  const auto from = channel_blocks(description.src_desc(), builder.extents(step.inputs[0], 1));
  const auto to = channel_blocks(description.dst_desc(), builder.extents(step.output, 1));
  if (!from || !to) {
    return false;
  }
  const auto results = builder.write_piece(step.output, *to);
  if (!results) {
    return false;
  }
  const std::vector<memory> sources = builder.read_images(step.inputs[0], *from);
  const Arguments constants = convolution.constants(description);
  std::vector<Arguments> arguments(sources.size(), constants);
  for (std::size_t n = 0; n < sources.size(); ++n) {
    arguments[n].emplace(DNNL_ARG_SRC, sources[n]);
    arguments[n].emplace(DNNL_ARG_DST, (*results)[n]);
  }
  builder.call_each(description, dnnl::convolution_forward(description), std::move(arguments));
  return true;
}

}  // namespace

void build(Builder& builder, const FusedStep& step, const Convolution& op) {
  const FusedConvolution convolution(builder, step, op);
  if (builder.is_piece(step.output) && !step.addend && build_piece(builder, step, convolution)) {
    return;
  }
  const auto description = convolution.describe(builder.batch());
  const memory source = builder.read(step.inputs[0], description.src_desc());
  const memory result =
      step.addend ? builder.overwrite(*step.addend, step.output, description.dst_desc(), step.inputs[0])
                  : builder.write(step.output, description.dst_desc());
  Arguments arguments = convolution.constants(description);
  arguments.emplace(DNNL_ARG_SRC, source);
  arguments.emplace(DNNL_ARG_DST, result);
  builder.call(description, dnnl::convolution_forward(description), std::move(arguments));
}

}  // namespace homolog::conversion::reference
