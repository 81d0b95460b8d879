#include "conversion/spiking/populations.hpp"

#include <utility>

#include "conversion/spiking/index_of.hpp"
#include "conversion/spiking/refit_weights.hpp"

namespace homolog::conversion {
namespace {

/// Constant current per unit: the signal's constant and the scale's own, in units of the threshold.
std::vector<float> currents(const Signal& signal, const Scale& scale) {
  std::vector<float> result;
  if (signal.constant.empty() && scale.current.empty()) {
    return result;
  }
  const auto channels = index_of(signal.shape.channels);
  for (std::size_t i = 0; i < index_of(signal.shape.size()); ++i) {
    const double constant = signal.constant.empty() ? 0.0 : signal.constant[i];
    const double added = scale.current.empty() ? 0.0 : static_cast<double>(scale.current[i % channels]);
    const double divisor = scale.channel.empty() ? 1.0 : static_cast<double>(scale.channel[i % channels]);
    result.push_back(static_cast<float>((constant + added) / divisor));
  }
  return result;
}

}  // namespace

Signal add_input(const FloatGraph& graph, const ConversionOptions& options, Twin& twin) {
  const TensorId input = graph.inputs.front();
  const Tensor& tensor = graph.tensors[index_of(input)];
  Signal signal{.shape = shape_of(tensor.dims)};
  const auto channels = index_of(signal.shape.channels);
  ChannelMap map{.scale = std::vector<double>(channels, 1.0)};
  sim::Population population{
      .name = layer_name(tensor.name), .shape = signal.shape, .role = sim::AnalogInput{}};
  twin.input = static_cast<sim::PopulationId>(twin.network.populations.size());
  if (options.input != InputCode::current) {
    population.role = sim::PoissonInput{};
    if (options.input != InputCode::poisson) {
      population.role = sim::LatencyInput{};
    }
    signal.constant.assign(index_of(signal.shape.size()), 0.0);
    for (std::size_t i = 0; i < signal.constant.size(); ++i) {
      signal.constant[i] = -static_cast<double>(options.input_mean.at(i % channels)) /
                           static_cast<double>(options.input_std.at(i % channels));
    }
    for (std::size_t c = 0; c < channels; ++c) {
      map.scale[c] = 1.0 / static_cast<double>(options.input_std.at(c));
    }
    twin.layers.push_back({.name = population.name,
                           .tensor = input,
                           .operation = "Input",
                           .shape = signal.shape,
                           .population = twin.input,
                           .scale{map.scale.begin(), map.scale.end()},
                           .offset{signal.constant.begin(), signal.constant.end()}});
  }
  twin.network.populations.push_back(std::move(population));
  signal.terms.push_back({twin.input, signal.shape, std::move(map)});
  return signal;
}

sim::PopulationId add_population(sim::Network& network, const std::string& name, const sim::Role& role,
                                 const Signal& signal, const Scale& scale) {
  const auto id = static_cast<sim::PopulationId>(network.populations.size());
  sim::Population population{.name = name, .shape = signal.shape, .role = role};
  if (!std::holds_alternative<sim::Relay>(role)) {
    population.current = currents(signal, scale);
  }
  if (const auto* neurons = std::get_if<sim::Neurons>(&role); neurons != nullptr) {
    const float threshold = std::visit([](const auto& model) { return model.threshold; }, neurons->model);
    for (std::size_t i = 0; !scale.initial.empty() && i < index_of(signal.shape.size()); ++i) {
      population.initial.push_back(scale.initial[i % scale.initial.size()] * threshold);
    }
  }
  network.populations.push_back(std::move(population));
  for (std::size_t k = 0; k < signal.terms.size(); ++k) {
    sim::Kernel kernel = kernel_of(signal.terms[k], signal.shape, scale.channel);
    if (k < scale.weights.size() && !scale.weights[k].empty()) {
      replace_weights(kernel, scale.weights[k], scale.channel);
    }
    network.projections.push_back(
        {.source = signal.terms[k].source, .target = id, .delay = 0, .kernel = std::move(kernel)});
  }
  return id;
}

Signal add_gates(sim::Network& network, const std::string& name, const sim::Shape& out, const MaxPool& op,
                 const Signal& signal) {
  const auto id = static_cast<sim::PopulationId>(network.populations.size());
  const bool falls = sim::is_signed(network.populations[signal.terms.front().source].role);
  network.populations.push_back({.name = name, .shape = out, .role = sim::MaxGate{.falls = falls}});
  ChannelMap map{.scale = std::vector<double>(index_of(out.channels), 0.0)};
  for (const Term& term : signal.terms) {
    const auto& from = std::get<ChannelMap>(term.map);
    network.projections.push_back(
        {.source = term.source,
         .target = id,
         .delay = 0,
         .kernel = sim::MaxPool{.in = term.source_shape,
                                .out = out,
                                .window = {.kernel_h = op.window.kernel_h,
                                           .kernel_w = op.window.kernel_w,
                                           .stride_h = op.window.stride_h,
                                           .stride_w = op.window.stride_w,
                                           .pad_top = op.window.pad_top + from.top,
                                           .pad_left = op.window.pad_left + from.left,
                                           .dilation_h = op.window.dilation_h,
                                           .dilation_w = op.window.dilation_w},
                                .first_channel = from.first_channel}});
    for (std::size_t c = 0; c < from.scale.size(); ++c) {
      map.scale[index_of(from.first_channel) + c] = from.scale[c];
    }
  }
  return {.shape = out, .terms = {{id, out, std::move(map)}}};
}

std::uint64_t synapses_onto(const sim::Network& network, sim::PopulationId population) {
  std::uint64_t total = 0;
  for (const sim::Projection& projection : network.projections) {
    total += projection.target == population ? sim::synapses(projection) : 0U;
  }
  return total;
}

}  // namespace homolog::conversion
