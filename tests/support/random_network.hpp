#pragma once

// Small random networks that use everything a sim::Network can say.

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "sim/network/network.hpp"

namespace homolog::test {

/// What the network may contain beside the rest.
struct RandomNetworkOptions {
  /// Weights, currents and values are multiples of 1/16 and there are no relays, so that every product
  /// (at most channel weight * position weight * value) is a multiple of 1/4096 and every sum is exact.
  bool exact = false;
  /// Integrate-and-fire, reset by subtraction, no refractory period only.
  bool conserving = false;
  /// Half of the convolutions and dense kernels from populations that spike have 8-bit weights.
  bool int8 = false;
  /// Some populations have many channels: more than fit a word or a chunk of the engine.
  bool wide = false;
  /// Most neurons have spikes with signs.
  bool with_signs = false;
  /// Phase coding with a period of up to 12 steps (4 with `exact`: all is then a multiple of 2^-16), and only
  /// what it allows: analog input, `conserving` neurons, relays and a readout, no delays.
  bool phases = false;
};

class RandomNetwork {
 public:
  explicit RandomNetwork(unsigned seed, RandomNetworkOptions options = {})
      : random_(seed), options_(options) {
    add_input();
    const auto layers = between(2, 6);
    for (std::int64_t i = 0; i < layers; ++i) {
      add_population(i + 1 == layers);
    }
    if (options_.phases) {
      network_.phases = static_cast<sim::Step>(between(1, options_.exact ? 4 : 12));
      return;
    }
    for (std::int64_t i = between(0, 2); i > 0; --i) {
      add_recurrence();
    }
  }

  [[nodiscard]] const sim::Network& network() const { return network_; }
  [[nodiscard]] const std::vector<float>& stimulus() const { return stimulus_; }

 private:
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(int percent) { return between(1, 100) <= percent; }

  /// In [low, high).
  float real(float low, float high) {
    const float unit = static_cast<float>(random_() >> 8U) * 0x1p-24F;
    const float value = low + (high - low) * unit;
    return options_.exact ? static_cast<float>(static_cast<int>(value * 16.0F)) / 16.0F : value;
  }
  std::vector<float> reals(std::int64_t count, float low, float high) {
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) {
      value = real(low, high);
    }
    return values;
  }

  sim::Shape shape() {
    if (options_.wide && chance(40)) {
      return {.channels = between(60, 200), .height = between(1, 3), .width = between(1, 3)};
    }
    return {.channels = chance(20) ? between(8, 37) : between(1, 6),
            .height = between(1, 5),
            .width = between(1, 5)};
  }

  sim::Window window() {
    if (chance(15)) {  // of one position
      return {.stride_h = between(1, 2), .stride_w = between(1, 2), .pad_left = between(0, 1)};
    }
    return {.kernel_h = between(1, 4),
            .kernel_w = between(1, 4),
            .stride_h = chance(60) ? 1 : between(1, 3),
            .stride_w = chance(60) ? 1 : between(1, 3),
            .pad_top = between(-1, 2),
            .pad_left = between(-1, 2),
            .dilation_h = chance(70) ? 1 : 2,
            .dilation_w = chance(70) ? 1 : 2};
  }

  sim::Neurons neurons() {
    const float threshold = options_.exact ? static_cast<float>(between(1, 4)) * 0.5F : real(0.3F, 2.0F);
    const float initial = static_cast<float>(between(-2, 5)) * 0.25F;  // may start above the threshold
    if (options_.conserving || options_.phases) {
      return {sim::IntegrateAndFire{.threshold = threshold, .initial = initial}};
    }
    if (options_.with_signs && chance(70)) {
      return {
          sim::SignedIntegrateAndFire{.threshold = threshold, .initial = initial, .rectified = chance(75)}};
    }
    const sim::Reset reset = chance(60) ? sim::Reset::subtract : sim::Reset::zero;
    const auto refractory = static_cast<sim::Step>(chance(70) ? 0 : between(1, 3));
    if (chance(70)) {
      return {sim::IntegrateAndFire{
          .threshold = threshold, .reset = reset, .initial = initial, .refractory = refractory}};
    }
    return {sim::LeakyIntegrateAndFire{.threshold = threshold,
                                       .reset = reset,
                                       .initial = initial,
                                       .refractory = refractory,
                                       .decay = real(0.5F, 1.0F)}};
  }

  static bool spikes(const sim::Population& p) {
    return std::holds_alternative<sim::Neurons>(p.role) || std::holds_alternative<sim::MaxGate>(p.role) ||
           std::holds_alternative<sim::PoissonInput>(p.role);
  }

  static bool can_be_pooled(const sim::Population& p) {
    const auto* neurons = std::get_if<sim::Neurons>(&p.role);
    const auto* model =
        neurons == nullptr ? nullptr : std::get_if<sim::SignedIntegrateAndFire>(&neurons->model);
    return spikes(p) && (model == nullptr || model->rectified);
  }

  void add_input() {
    sim::Population input{.name = "input", .shape = shape(), .role = sim::AnalogInput{}};
    const bool many =
        !options_.phases && options_.int8 && chance(30);  // enough spikes for sums that do not fit 16 bits
    const bool poisson = many || (!options_.phases && chance(40));
    if (many) {
      input.shape = {.channels = between(500, 900)};
    }
    if (poisson) {
      input.role = sim::PoissonInput{};
    }
    stimulus_ = poisson ? reals(input.shape.size(), many ? 0.7F : -0.1F, 1.1F)
                        : reals(input.shape.size(), -0.3F, 1.0F);
    for (float& value : stimulus_) {
      value = chance(20) ? 0.0F : value;
    }
    network_.populations.push_back(std::move(input));
  }

  void add_population(bool last) {
    const auto id = static_cast<sim::PopulationId>(network_.populations.size());
    std::vector<sim::PopulationId> spiking;  // from which a gate may pool; not a wide one, to save time
    for (sim::PopulationId p = 0; p < id; ++p) {
      if (can_be_pooled(network_.populations[p]) && network_.populations[p].shape.channels < 300) {
        spiking.push_back(p);
      }
    }
    sim::Population population{.name = "p" + std::to_string(id), .shape = shape()};
    if (last && chance(80)) {
      population.role = sim::Readout{};
    } else if (!options_.phases && !spiking.empty() && chance(25)) {
      add_gate(std::move(population), spiking);
      return;
    } else if (!options_.exact && chance(30)) {
      population.role = sim::Relay{};
    } else {
      population.role = neurons();
    }
    if (chance(20)) {
      population.shape.height = population.shape.width = 1;  // so that dense kernels occur
    }
    const bool takes_current = !std::holds_alternative<sim::Relay>(population.role);
    if (takes_current && chance(50)) {
      population.current = reals(population.shape.size(), -0.1F, 0.3F);
    }
    if (std::holds_alternative<sim::Neurons>(population.role) && !options_.conserving && chance(40)) {
      population.initial = reals(population.shape.size(), -1.0F, 1.5F);
    }
    network_.populations.push_back(std::move(population));
    for (std::int64_t i = between(1, 3); i > 0; --i) {
      const auto source = static_cast<sim::PopulationId>(chance(60) ? id - 1 : between(0, id - 1));
      connect(source, id, options_.phases || chance(75) ? 0 : static_cast<sim::Step>(between(1, 3)));
    }
  }

  /// Windows of one or more sources, channels side by side.
  void add_gate(sim::Population gate, const std::vector<sim::PopulationId>& spiking) {
    const auto id = static_cast<sim::PopulationId>(network_.populations.size());
    const auto draw = [&] {
      const auto index = between(0, static_cast<std::int64_t>(spiking.size()) - 1);
      return spiking[static_cast<std::size_t>(index)];
    };
    sim::PopulationId source = draw();
    const bool falls = sim::is_signed(network_.populations[source].role);
    gate.role = sim::MaxGate{.falls = falls};
    gate.shape.channels = between(0, 1);  // a channel without source stays silent
    std::vector<sim::Projection> projections;
    for (std::int64_t i = between(1, 2); i > 0; --i) {
      if (!projections.empty()) {
        const sim::PopulationId another = draw();
        source = sim::is_signed(network_.populations[another].role) == falls ? another : source;
      }
      const sim::Shape& in = network_.populations[source].shape;
      projections.push_back(
          {.source = source,
           .target = id,
           .delay = static_cast<sim::Step>(chance(75) ? 0 : between(1, 3)),
           .kernel =
               sim::MaxPool{.in = in, .out = {}, .window = window(), .first_channel = gate.shape.channels}});
      gate.shape.channels += in.channels;
    }
    for (sim::Projection& projection : projections) {
      std::get<sim::MaxPool>(projection.kernel).out = gate.shape;
      network_.projections.push_back(std::move(projection));
    }
    network_.populations.push_back(std::move(gate));
  }

  void add_recurrence() {
    const auto last = static_cast<std::int64_t>(network_.populations.size()) - 1;
    const auto source = static_cast<sim::PopulationId>(between(0, last));
    const auto target = static_cast<sim::PopulationId>(between(1, last));
    if (spikes(network_.populations[source]) &&
        std::holds_alternative<sim::Neurons>(network_.populations[target].role)) {
      connect(source, target, static_cast<sim::Step>(between(1, 4)));
    }
  }

  void connect(sim::PopulationId source, sim::PopulationId target, sim::Step delay) {
    const sim::Role& role = network_.populations[source].role;
    if (std::holds_alternative<sim::Readout>(role)) {
      return;
    }
    const bool analog = std::holds_alternative<sim::AnalogInput>(role);
    network_.projections.push_back(
        {.source = source, .target = target, .delay = analog ? 0 : delay, .kernel = kernel(source, target)});
  }

  sim::Kernel kernel(sim::PopulationId source, sim::PopulationId target) {
    sim::Kernel kernel = float_kernel(source, target);
    const sim::Role& role = network_.populations[source].role;
    if (options_.int8 && spikes(network_.populations[source]) && !sim::is_signed(role) && chance(50)) {
      if (auto* conv = std::get_if<sim::Convolution>(&kernel)) {
        make_int8(*conv);
      } else if (auto* dense = std::get_if<sim::Dense>(&kernel)) {
        make_int8(*dense);
      }
    }
    return kernel;
  }

  /// Replaces the weights by 8-bit ones: mostly of about the same range; sometimes all as large as can be, so
  /// that sums are. With options.exact the scale is 1/64 or 1/1024: products and sums of these are exact as
  /// well.
  template <class AnyKernel>
  void make_int8(AnyKernel& kernel) {
    const bool large = chance(30);
    for (std::size_t i = kernel.weights.size(); i > 0; --i) {
      const auto sign = chance(95) ? 1 : -1;
      const auto value = large ? 127 * sign : options_.exact ? between(-25, 38) : between(-85, 127);
      kernel.int8.values.push_back(static_cast<std::int8_t>(value));
    }
    for (std::int64_t c = 0; c < kernel.channels; ++c) {
      const float scale = real(0.002F, 0.006F) * (large ? 0.1F : 1.0F);
      kernel.int8.scale.push_back(options_.exact ? (large ? 0x1p-10F : 0x1p-6F) : scale);
    }
    kernel.weights.clear();
  }

  sim::Kernel float_kernel(sim::PopulationId source, sim::PopulationId target) {
    const sim::Shape in = network_.populations[source].shape;
    const sim::Shape out = network_.populations[target].shape;
    if (out.area() == 1 && chance(70)) {
      const std::int64_t channels = chance(60) ? out.channels : between(1, out.channels);
      return sim::Dense{.in = in,
                        .out = out,
                        .channels = channels,
                        .first_channel = between(0, out.channels - channels),
                        .weights = reals(in.size() * channels, -0.4F, 0.6F)};
    }
    if (chance(20)) {
      sim::OneToOne k{.in = in, .out = out, .target = {}, .weight = reals(in.size(), -0.5F, 1.0F)};
      for (std::int64_t i = 0; i < in.size(); ++i) {
        k.target.push_back(chance(15) ? sim::kNoUnit : static_cast<sim::UnitId>(between(0, out.size() - 1)));
      }
      return k;
    }
    if (in.channels <= out.channels && chance(35)) {
      return sim::AveragePool{.in = in,
                              .out = out,
                              .window = window(),
                              .first_channel = between(0, out.channels - in.channels),
                              .position_weight = reals(out.area(), 0.1F, 1.0F),
                              .channel_weight = reals(in.channels, 0.1F, 1.0F)};
    }
    return convolution(in, out);
  }

  sim::Kernel convolution(const sim::Shape& in, const sim::Shape& out) {
    sim::Convolution k{.in = in, .out = out, .window = window()};
    if (chance(25)) {
      k.pool_h = between(1, std::min<std::int64_t>(2, in.height));
      k.pool_w = between(1, std::min<std::int64_t>(3, in.width));
    }
    k.channels = chance(60) ? out.channels : between(1, out.channels);
    if (in.channels <= out.channels && chance(25)) {  // depthwise
      k.channels = in.channels;
      k.groups = in.channels;
    } else if (chance(30)) {
      for (std::int64_t groups = 2; groups <= std::min(in.channels, k.channels); ++groups) {
        if (in.channels % groups == 0 && k.channels % groups == 0) {
          k.groups = groups;
        }
      }
    }
    k.first_channel = between(0, out.channels - k.channels);
    k.weights =
        reals(in.channels * k.window.kernel_h * k.window.kernel_w * (k.channels / k.groups), -0.4F, 0.6F);
    return k;
  }

  std::mt19937 random_;
  RandomNetworkOptions options_;
  sim::Network network_{};
  std::vector<float> stimulus_{};
};

}  // namespace homolog::test
