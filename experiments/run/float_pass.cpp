#include "experiments/run/float_pass.hpp"

#include <tbb/enumerable_thread_specific.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "conversion/reference/float_network.hpp"
#include "experiments/run/ordered_parallel.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

/// As many images as keep the sum of all activations below 64 MiB, at most 16.
std::int64_t batch_of(const conversion::FloatGraph& graph) {
  std::int64_t values = 1;
  for (const conversion::Tensor& tensor : graph.tensors) {
    values += conversion::size_of(tensor.dims);
  }
  return std::clamp<std::int64_t>((std::int64_t{16} << 20) / values, 1, 16);
}

struct Batch {
  std::vector<std::vector<float>> kept{};  ///< per kept tensor, [n, dims]
  double seconds = 0.0;
};

}  // namespace

double FloatPass::run(const std::vector<conversion::TensorId>& keep) const {
  const std::int64_t batch = batch_of(*graph);
  const std::int64_t batches = (images + batch - 1) / batch;
  tbb::enumerable_thread_specific<std::unique_ptr<conversion::FloatNetwork>> networks;
  double seconds = 0.0;
  const auto count = [&](std::int64_t b) { return std::min(batch, images - b * batch); };

  const auto produce = [&](std::int64_t b) {
    auto& network = networks.local();
    if (!network) {
      network = std::make_unique<conversion::FloatNetwork>(*graph, keep, batch);
    }
    std::vector<float> input;
    for (std::int64_t i = 0; i < count(b); ++i) {
      const std::vector<float> values = normalisation->apply(stimuli->at(b * batch + i));
      input.insert(input.end(), values.begin(), values.end());
    }
    Batch result;
    const auto start = std::chrono::steady_clock::now();
    network->run({input}, count(b), [&](conversion::TensorId /*tensor*/, std::span<const float> values) {
      result.kept.emplace_back(values.begin(), values.end());
    });
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
  };
  const auto consume = [&](std::int64_t b, Batch result) {
    for (std::int64_t i = 0; i < count(b); ++i) {
      for (std::size_t k = 0; k < result.kept.size(); ++k) {
        const std::size_t size = result.kept[k].size() / static_cast<std::size_t>(count(b));
        receive(b * batch + i, k,
                std::span(result.kept[k]).subspan(static_cast<std::size_t>(i) * size, size));
      }
    }
    seconds += result.seconds;
    progress(b * batch + count(b));
  };
  if (ordered_parallel<Batch>(0, batches, threads, stop, produce, consume) < batches) {
    throw Error(ErrorKind::interrupted, "interrupted in the float pass; --resume starts it again");
  }
  return seconds / threads;
}

}  // namespace homolog::experiments
