#include "experiments/run/float_pass.hpp"

#include <tbb/enumerable_thread_specific.h>

#include <ctime>

#include <algorithm>
#include <memory>

#include "conversion/reference/float_network.hpp"
#include "experiments/run/ordered_parallel.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

/// As many images as keep the sum of all activations below 16 MiB, at most 16: what one operator writes is
/// then still in the cache when the next one reads it (docs/performance.md).
std::int64_t batch_of(const conversion::FloatGraph& graph) {
  std::int64_t values = 1;
  for (const conversion::Tensor& tensor : graph.tensors) {
    values += conversion::size_of(tensor.dims);
  }
  return std::clamp<std::int64_t>((std::int64_t{4} << 20) / values, 1, 16);
}

/// Per kept tensor, [n, dims].
using Batch = std::vector<std::vector<float>>;

/// Processor time of the calling thread.
double thread_seconds() {
  timespec now{};
  (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

std::vector<float> FloatPass::inputs(std::int64_t first, std::int64_t count) const {
  std::vector<float> result;
  for (std::int64_t i = first; i < first + count; ++i) {
    const std::vector<float> values = normalisation->apply(stimuli->at(i % images));
    result.insert(result.end(), values.begin(), values.end());
  }
  return result;
}

void FloatPass::throw_interrupted() {
  throw Error(ErrorKind::interrupted, "interrupted in the float pass");
}

void FloatPass::run(const std::vector<conversion::TensorId>& keep) const {
  const std::int64_t batch = batch_of(*graph);
  const std::int64_t batches = (images + batch - 1) / batch;
  tbb::enumerable_thread_specific<std::unique_ptr<conversion::FloatNetwork>> networks;
  const auto count = [&](std::int64_t b) { return std::min(batch, images - b * batch); };

  const auto produce = [&](std::int64_t b) {
    auto& network = networks.local();
    if (!network) {
      network = std::make_unique<conversion::FloatNetwork>(*graph, keep, batch);
    }
    const std::vector<float> input = inputs(b * batch, count(b));
    Batch result;
    network->run({input}, count(b), [&](conversion::TensorId /*tensor*/, std::span<const float> values) {
      result.emplace_back(values.begin(), values.end());
    });
    return result;
  };
  const auto consume = [&](std::int64_t b, Batch kept) {
    for (std::int64_t i = 0; i < count(b); ++i) {
      for (std::size_t k = 0; k < kept.size(); ++k) {
        const std::size_t size = kept[k].size() / static_cast<std::size_t>(count(b));
        receive(b * batch + i, k, std::span(kept[k]).subspan(static_cast<std::size_t>(i) * size, size));
      }
    }
    progress(b * batch + count(b));
  };
  if (ordered_parallel<Batch>(0, batches, threads, stop, produce, consume) < batches) {
    throw_interrupted();
  }
}

std::uint64_t FloatPass::bytes(const std::vector<conversion::TensorId>& keep) const {
  const std::int64_t batch = batch_of(*graph);
  const std::int64_t batches = (images + batch - 1) / batch;
  const auto values = [&](conversion::TensorId tensor) {
    return static_cast<std::uint64_t>(
        batch * conversion::size_of(graph->tensors[static_cast<std::size_t>(tensor)].dims));
  };
  std::uint64_t input = values(graph->inputs[0]);
  std::uint64_t kept = 0;
  for (const conversion::TensorId tensor : keep) {
    kept += values(tensor);
  }
  const std::uint64_t network = conversion::FloatNetwork(*graph, keep, batch).bytes();
  const auto at_once = static_cast<std::uint64_t>(std::min<std::int64_t>(threads, batches));
  const auto in_flight =
      static_cast<std::uint64_t>(std::min<std::int64_t>(2 * std::int64_t{threads}, batches));
  return at_once * (network + sizeof(float) * input) + in_flight * sizeof(float) * kept;
}

double FloatPass::seconds_per_image(conversion::TensorId output) const {
  constexpr double kEnough = 0.1;  // seconds
  constexpr std::size_t kLeast = 5;
  const std::int64_t batch = batch_of(*graph);
  conversion::FloatNetwork network(*graph, {output}, batch);
  const std::vector<float> input = inputs(0, batch);
  std::vector<double> seconds;
  double total = 0.0;
  for (bool warm = false; !warm || total < kEnough || seconds.size() < kLeast; warm = true) {
    if (stop()) {
      throw_interrupted();
    }
    const double start = thread_seconds();
    network.run({input}, batch, [](conversion::TensorId /*tensor*/, std::span<const float> /*values*/) {});
    if (warm) {
      seconds.push_back(thread_seconds() - start);
      total += seconds.back();
    }
  }
  const auto median = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
  std::nth_element(seconds.begin(), median, seconds.end());
  return *median / static_cast<double>(batch);
}

}  // namespace homolog::experiments
