#include "conversion/spiking/int8_weights.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <variant>

namespace homolog::conversion {
namespace {

constexpr double kLargestValue = 127.0;

/// Output channel of weight i: group g of the rows holds the channels [g * columns, (g + 1) * columns).
struct ChannelOf {
  std::size_t columns = 0;    ///< output channels of a group
  std::size_t per_group = 0;  ///< weights of a group

  ChannelOf(std::size_t weights, std::int64_t channels, std::int64_t groups)
      : columns(static_cast<std::size_t>(channels / groups)),
        per_group(weights / static_cast<std::size_t>(groups)) {}
  std::size_t operator()(std::size_t i) const { return i / per_group * columns + i % columns; }
};

void add_error(std::span<const float> weights, const sim::Int8Weights& int8, const ChannelOf& channel_of,
               Quantisation& total) {
  std::vector<bool> used(int8.scale.size(), false);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::size_t channel = channel_of(i);
    const auto weight = static_cast<double>(weights[i]);
    const double error = static_cast<double>(int8.scale[channel]) * int8.values[i] - weight;
    total.signal += weight * weight;
    total.noise += error * error;
    used[channel] = used[channel] || int8.values[i] != 0;
  }
  for (std::size_t channel = 0; channel < used.size(); ++channel) {
    if (used[channel]) {
      const float scale = int8.scale[channel];
      total.scale_low = total.scale_low > 0.0F ? std::min(total.scale_low, scale) : scale;
      total.scale_high = std::max(total.scale_high, scale);
    }
  }
}

/// Quantises a Convolution or Dense kernel.
template <class AnyKernel>
void quantise_kernel(AnyKernel& kernel, std::int64_t groups, std::optional<Quantisation>& total) {
  if (kernel.weights.empty() || sim::fan_in(kernel) > sim::kLargestInt8FanIn) {
    return;
  }
  kernel.int8 = quantise(kernel.weights, kernel.channels, groups);
  if (!total) {
    total.emplace();
  }
  add_error(kernel.weights, kernel.int8, ChannelOf(kernel.weights.size(), kernel.channels, groups), *total);
  kernel.weights = {};
}

/// Its rows of weights have one element: there is nothing that 8 bits could make faster.
bool is_depthwise(const sim::Convolution& kernel) {
  return kernel.groups > 1 && kernel.groups == kernel.in.channels && kernel.groups == kernel.channels;
}

}  // namespace

double Quantisation::snr_db() const {
  return noise > 0.0 ? 10.0 * std::log10(signal / noise) : std::numeric_limits<double>::infinity();
}

sim::Int8Weights quantise(std::span<const float> weights, std::int64_t channels, std::int64_t groups) {
  const ChannelOf channel_of(weights.size(), channels, groups);
  sim::Int8Weights int8;
  int8.scale.assign(static_cast<std::size_t>(channels), 0.0F);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    float& largest = int8.scale[channel_of(i)];
    largest = std::max(largest, std::abs(weights[i]));
  }
  for (float& scale : int8.scale) {
    scale = static_cast<float>(static_cast<double>(scale) / kLargestValue);
    scale = std::isnormal(scale) ? scale : 1.0F;  // all weights of the channel then round to 0
  }
  int8.values.reserve(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    // The quotient of two floats that is not a tie is not rounded to one in double.
    const double value =
        std::nearbyint(static_cast<double>(weights[i]) / static_cast<double>(int8.scale[channel_of(i)]));
    int8.values.push_back(static_cast<std::int8_t>(value));
  }
  return int8;
}

std::vector<std::optional<Quantisation>> quantise_weights(sim::Network& network) {
  std::vector<std::optional<Quantisation>> result(network.populations.size());
  for (sim::Projection& projection : network.projections) {
    if (!sim::is_spiking(network.populations[projection.source].role)) {
      continue;
    }
    std::optional<Quantisation>& total = result[projection.target];
    if (auto* conv = std::get_if<sim::Convolution>(&projection.kernel);
        conv != nullptr && !is_depthwise(*conv)) {
      quantise_kernel(*conv, conv->groups, total);
    } else if (auto* dense = std::get_if<sim::Dense>(&projection.kernel); dense != nullptr) {
      quantise_kernel(*dense, 1, total);
    }
  }
  return result;
}

}  // namespace homolog::conversion
