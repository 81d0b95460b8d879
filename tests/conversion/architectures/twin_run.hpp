#pragma once

// A thin architecture's twin on one image, beside the float activations.

#include <algorithm>
#include <cmath>
#include <vector>

#include "conversion/spiking/apply_kernel.hpp"
#include "conversion/spiking/convert.hpp"
#include "sim/engine/simulator.hpp"
#include "tests/conversion/reference/naive.hpp"

namespace homolog::test {

/// All tensors of the graph for one image, by plain loops in double.
inline std::vector<Values> float_values(const conversion::FloatGraph& graph,
                                        const std::vector<float>& image) {
  return evaluate(graph, {Values(image.begin(), image.end())});
}

/// Per-channel scales that no activation of these values exceeds: the largest, and a little more, since a
/// rate of 1 is reached only without rounding. A channel without positive activation has its layer's. Of
/// `linear` tensors the magnitudes count.
inline std::vector<conversion::Scale> scales_above(const conversion::FloatGraph& graph,
                                                   const std::vector<Values>& values,
                                                   const std::vector<conversion::TensorId>& linear = {}) {
  std::vector<conversion::Scale> scales;
  for (const conversion::TensorId id : conversion::scaled_tensors(graph, linear)) {
    Values v = values[static_cast<std::size_t>(id)];
    for (double& value : v) {
      const bool counts = std::find(linear.begin(), linear.end(), id) != linear.end();
      value = counts ? std::abs(value) : value;
    }
    const auto channels = static_cast<std::size_t>(graph.tensors[static_cast<std::size_t>(id)].dims[0]);
    const std::size_t area = v.size() / channels;
    const double layer = std::max(*std::max_element(v.begin(), v.end()), 1e-3);
    conversion::Scale scale{.tensor = id, .channel = {}};
    for (std::size_t c = 0; c < channels; ++c) {
      const auto first = v.begin() + static_cast<std::ptrdiff_t>(c * area);
      const double own = *std::max_element(first, first + static_cast<std::ptrdiff_t>(area));
      scale.channel.push_back(static_cast<float>(1.001 * (own > 0.0 ? std::max(own, layer / 100.0) : layer)));
    }
    scales.push_back(std::move(scale));
  }
  return scales;
}

/// A layer's activations when every population of the network emits at these rates, [C,H,W].
inline std::vector<float> decoded_rates(const conversion::Layer& layer,
                                        const std::vector<std::vector<double>>& rates) {
  std::vector<double> values(layer.offset.begin(), layer.offset.end());
  values.resize(static_cast<std::size_t>(layer.shape.size()), 0.0);
  if (layer.population) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] += rates[*layer.population][i] * static_cast<double>(layer.scale[i % layer.scale.size()]);
    }
  }
  for (const conversion::Layer::Reading& reading : layer.reading) {
    conversion::apply_kernel(reading.kernel, rates[reading.source], values);
  }
  return sim::chw_values(layer.shape, std::vector<float>(values.begin(), values.end()));
}

/// Spikes of every population (where they have signs, positive less negative ones), [H,W,C], in steps 0 ..
/// steps - 1.
class Counter : public sim::Observer {
 public:
  explicit Counter(const sim::Network& network) {
    for (const sim::Population& population : network.populations) {
      counts_.emplace_back(static_cast<std::size_t>(population.shape.size()), 0U);
    }
  }
  void spikes(sim::PopulationId population, sim::Step /*step*/, std::span<const sim::UnitId> units) override {
    for (const sim::UnitId unit : units) {
      ++counts_[population][unit];
    }
  }
  void negative_spikes(sim::PopulationId population, sim::Step /*step*/,
                       std::span<const sim::UnitId> units) override {
    for (const sim::UnitId unit : units) {
      --counts_[population][unit];
    }
  }
  [[nodiscard]] const std::vector<std::vector<std::uint32_t>>& counts() const { return counts_; }

 private:
  std::vector<std::vector<std::uint32_t>> counts_{};
};

/// How far decoded activations are from float ones.
struct Deviation {
  double rms = 0.0;      ///< root mean square of the difference
  double largest = 0.0;  ///< of the difference
  double correlation = 0.0;
  double float_rms = 0.0;  ///< root mean square of the float activations
};

template <class A, class B>
Deviation deviation(const A& got, const B& want) {
  const auto n = static_cast<double>(want.size());
  double sum_g = 0, sum_w = 0, gg = 0, ww = 0, gw = 0, dd = 0;
  Deviation result;
  for (std::size_t i = 0; i < want.size(); ++i) {
    const auto g = static_cast<double>(got[i]);
    const auto w = static_cast<double>(want[i]);
    sum_g += g;
    sum_w += w;
    gg += g * g;
    ww += w * w;
    gw += g * w;
    dd += (g - w) * (g - w);
    result.largest = std::isfinite(g) ? std::max(result.largest, std::abs(g - w)) : INFINITY;
  }
  result.rms = std::sqrt(dd / n);
  result.float_rms = std::sqrt(ww / n);
  const double spread = (gg - sum_g * sum_g / n) * (ww - sum_w * sum_w / n);
  result.correlation = spread > 0.0 ? (gw - sum_g * sum_w / n) / std::sqrt(spread) : 0.0;
  return result;
}

}  // namespace homolog::test
