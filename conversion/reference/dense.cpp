#include "conversion/reference/primitives.hpp"
#include "conversion/reference/program.hpp"

namespace homolog::conversion::reference {

using dnnl::memory;

// One image at a time. oneDNN's matrix product over the whole batch sums in an order that depends on an
// image's place in the batch (seen with 2.6.3 on AVX2: two of eight places differ in the last bits).
void build(Builder& builder, const FusedStep& step, const Dense& op) {
  const auto f32 = memory::data_type::f32;
  const memory::desc source_layout({1, op.in_features}, f32, memory::format_tag::nc);
  const memory::desc result_layout({1, op.out_features}, f32, memory::format_tag::nc);
  const memory::desc bias_layout({op.out_features}, f32, memory::format_tag::x);
  const memory::dims shape{op.out_features, op.in_features};

  dnnl::post_ops operations;
  append_activations(operations, step);
  const memory::desc any_weights(shape, f32, memory::format_tag::any);
  const auto description =
      describe<dnnl::inner_product_forward>(builder.engine(), Builder::attributes(operations), source_layout,
                                            any_weights, bias_layout, result_layout);

  FoldedWeights folded = fold(op.weights, op.bias, step);
  const memory weights = builder.constant(std::move(folded.weights), {shape, f32, memory::format_tag::oi},
                                          description.weights_desc());
  const memory bias = builder.constant(std::move(folded.bias), bias_layout, bias_layout);
  const std::vector<memory> sources = builder.read_images(step.inputs[0]);
  const std::vector<memory> results = builder.write_images(step.output);
  std::vector<Arguments> arguments;
  for (std::size_t n = 0; n < sources.size(); ++n) {
    arguments.push_back({{DNNL_ARG_SRC, sources[n]},
                         {DNNL_ARG_WEIGHTS, weights},
                         {DNNL_ARG_BIAS, bias},
                         {DNNL_ARG_DST, results[n]}});
  }
  builder.call_each(description, dnnl::inner_product_forward(description), std::move(arguments));
}

}  // namespace homolog::conversion::reference
