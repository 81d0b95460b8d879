#include "conversion/graph/random_weights.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <variant>
#include <vector>

#include "sim/core/random.hpp"

namespace homolog::conversion {
namespace {

/// Sets these random numbers apart from others with the same seed.
constexpr std::uint32_t kPurpose = 0x77656967U;

/// Uniform in (0, 1), a multiple of 2^-33.
double open_uniform(std::uint32_t word) {
  return (static_cast<double>(word) + 0.5) * 0x1p-32;
}

/// Normal numbers with this standard deviation; the stream of node `node`.
void fill_normal(std::vector<float>& weights, double deviation, std::uint32_t node, std::uint64_t seed) {
  for (std::size_t first = 0; first < weights.size(); first += 4) {
    const auto block = static_cast<std::uint64_t>(first / 4);
    const auto words = sim::philox(
        {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32U), node, kPurpose}, seed);
    double normal[4];
    for (std::size_t pair = 0; pair < 4; pair += 2) {
      const double radius = std::sqrt(-2.0 * std::log(open_uniform(words[pair])));
      const double angle = 2.0 * std::numbers::pi * open_uniform(words[pair + 1]);
      normal[pair] = radius * std::cos(angle);
      normal[pair + 1] = radius * std::sin(angle);
    }
    for (std::size_t k = 0; k < std::min<std::size_t>(4, weights.size() - first); ++k) {
      weights[first + k] = static_cast<float>(deviation * normal[k]);
    }
  }
}

/// A convolution that only picks channels (an import of Slice, Gather or Split): every output is one input.
bool picks_channels(const Convolution& convolution) {
  const auto inputs = static_cast<std::size_t>(convolution.in_channels);
  if (convolution.groups != 1 || inputs == 0 || convolution.window.kernel_h != 1 ||
      convolution.window.kernel_w != 1 ||
      std::any_of(convolution.bias.begin(), convolution.bias.end(), [](float b) { return b != 0.0F; })) {
    return false;
  }
  for (std::size_t first = 0; first < convolution.weights.size(); first += inputs) {
    const auto row = convolution.weights.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = row + static_cast<std::ptrdiff_t>(inputs);
    if (std::count(row, end, 1.0F) != 1 || std::count(row, end, 0.0F) != convolution.in_channels - 1) {
      return false;
    }
  }
  return true;
}

/// Draws the weights and biases of a convolution or dense layer.
template <class Layer>
void draw(Layer& layer, std::uint32_t node, std::uint64_t seed) {
  const std::size_t outputs = std::max<std::size_t>(layer.bias.size(), 1);
  const std::size_t fan_in = std::max<std::size_t>(layer.weights.size() / outputs, 1);
  fill_normal(layer.weights, std::sqrt(2.0 / static_cast<double>(fan_in)), node, seed);
  std::fill(layer.bias.begin(), layer.bias.end(), 0.0F);
}

}  // namespace

FloatGraph with_random_weights(FloatGraph graph, std::uint64_t seed) {
  std::vector<bool> learned(graph.tensors.size(), false);  // a convolution or dense layer is before it
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    Node& node = graph.nodes[n];
    const auto number = static_cast<std::uint32_t>(n);
    const auto output = static_cast<std::size_t>(node.output);
    learned[output] = std::any_of(node.inputs.begin(), node.inputs.end(),
                                  [&](TensorId input) { return learned[static_cast<std::size_t>(input)]; });
    if (auto* convolution = std::get_if<Convolution>(&node.op);
        convolution && !picks_channels(*convolution)) {
      draw(*convolution, number, seed);
      learned[output] = true;
    } else if (auto* dense = std::get_if<Dense>(&node.op)) {
      draw(*dense, number, seed);
      learned[output] = true;
    } else if (auto* affine = std::get_if<Affine>(&node.op); affine != nullptr && learned[output]) {
      std::fill(affine->scale.begin(), affine->scale.end(), 1.0F);
      std::fill(affine->shift.begin(), affine->shift.end(), 0.0F);
    }
  }
  return graph;
}

}  // namespace homolog::conversion
