#pragma once

// Private to this folder: the descriptions of oneDNN's primitives, in the same words for oneDNN 2 (Debian 12)
// and oneDNN 3 (Ubuntu 24.04, Debian 13). Only here does the code depend on the version:
//
//   oneDNN 2   primitive_desc(desc(problem...), attributes, engine);  results of an element-wise primitive
//              or a batch normalisation have the layout of the source;  softmax to another memory is a
//              "v2" primitive
//   oneDNN 3   primitive_desc(engine, problem..., attributes);  the layout of every result is told; no "v2"
//
// All primitives are for inference.

#include <vector>

#include <oneapi/dnnl/dnnl_version.h>
#include <oneapi/dnnl/dnnl.hpp>

namespace homolog::conversion::reference {

#if DNNL_VERSION_MAJOR < 3
using SoftmaxPrimitive = dnnl::softmax_v2_forward;
#else
using SoftmaxPrimitive = dnnl::softmax_forward;
#endif

/// oneDNN's implementation of one problem. `problem` is what the primitive's constructor takes in both
/// versions after the propagation kind. Throws dnnl::error if oneDNN has none.
template <class Primitive, class... Problem>
[[nodiscard]] typename Primitive::primitive_desc describe(const dnnl::engine& engine,
                                                          const dnnl::primitive_attr& attributes,
                                                          const Problem&... problem) {
  const auto inference = dnnl::prop_kind::forward_inference;
#if DNNL_VERSION_MAJOR < 3
  return {typename Primitive::desc(inference, problem...), attributes, engine};
#else
  return {engine, inference, problem..., attributes};
#endif
}

/// y = algorithm(x; alpha, beta), both in the same layout.
[[nodiscard]] inline dnnl::eltwise_forward::primitive_desc describe_eltwise(
    const dnnl::engine& engine, const dnnl::primitive_attr& attributes, dnnl::algorithm algorithm,
    const dnnl::memory::desc& layout, float alpha, float beta) {
#if DNNL_VERSION_MAJOR < 3
  return describe<dnnl::eltwise_forward>(engine, attributes, algorithm, layout, alpha, beta);
#else
  return describe<dnnl::eltwise_forward>(engine, attributes, algorithm, layout, layout, alpha, beta);
#endif
}

/// Batch normalisation, source and result in the same layout.
[[nodiscard]] inline dnnl::batch_normalization_forward::primitive_desc describe_normalization(
    const dnnl::engine& engine, const dnnl::primitive_attr& attributes, const dnnl::memory::desc& layout,
    float epsilon, dnnl::normalization_flags flags) {
#if DNNL_VERSION_MAJOR < 3
  return describe<dnnl::batch_normalization_forward>(engine, attributes, layout, epsilon, flags);
#else
  return describe<dnnl::batch_normalization_forward>(engine, attributes, layout, layout, epsilon, flags);
#endif
}

/// result = sum of scales[k] * source k.
[[nodiscard]] inline dnnl::sum::primitive_desc describe_sum(const dnnl::engine& engine,
                                                            const dnnl::primitive_attr& attributes,
                                                            const dnnl::memory::desc& result,
                                                            const std::vector<float>& scales,
                                                            const std::vector<dnnl::memory::desc>& sources) {
#if DNNL_VERSION_MAJOR < 3
  return {result, scales, sources, engine, attributes};
#else
  return {engine, result, scales, sources, attributes};
#endif
}

/// The sources one after the other along an axis; oneDNN chooses the result's layout.
[[nodiscard]] inline dnnl::concat::primitive_desc describe_concat(
    const dnnl::engine& engine, const dnnl::primitive_attr& attributes, int axis,
    const std::vector<dnnl::memory::desc>& sources) {
#if DNNL_VERSION_MAJOR < 3
  return {axis, sources, engine, attributes};
#else
  return {engine, axis, sources, attributes};
#endif
}

/// The result of what `operations` has already becomes algorithm(result; alpha, beta).
inline void append_eltwise(dnnl::post_ops& operations, dnnl::algorithm algorithm, float alpha, float beta) {
#if DNNL_VERSION_MAJOR < 3
  operations.append_eltwise(1.0F, algorithm, alpha, beta);
#else
  operations.append_eltwise(algorithm, alpha, beta);
#endif
}

}  // namespace homolog::conversion::reference
