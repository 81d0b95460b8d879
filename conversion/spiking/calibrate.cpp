#include "conversion/spiking/calibrate.hpp"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "conversion/spiking/emission_counter.hpp"
#include "conversion/spiking/float_samples.hpp"
#include "conversion/spiking/refit_weights.hpp"
#include "conversion/spiking/round_scale.hpp"
#include "sim/core/error.hpp"
#include "sim/engine/simulator.hpp"

namespace homolog::conversion {
namespace {

/// FloatSamples of each channel: enough for four settings, few enough for a search.
constexpr std::int64_t kSamples = 2048;
/// FloatSamples of a population for the refit of its weights.
constexpr std::int64_t kWeightSamples = 32768;
constexpr std::uint64_t kMostInputBytes = std::uint64_t{256} << 20U;

std::size_t index_of(std::int64_t value) {
  return static_cast<std::size_t>(value);
}

bool has_signs(const sim::Neuron& neuron) {
  return std::holds_alternative<sim::SignedIntegrateAndFire>(neuron);
}

bool can_be_calibrated(const sim::Neuron& neuron) {
  const auto* model = std::get_if<sim::IntegrateAndFire>(&neuron);
  return has_signs(neuron) ||
         (model != nullptr && model->reset == sim::Reset::subtract && model->refractory == 0);
}

/// The populations up to `last`, which sums its input instead of firing: its readout after each step is what
/// its neurons receive. (Sources have smaller ids than their targets in a converted network.)
sim::Network network_up_to(sim::Network network, sim::PopulationId last) {
  network.populations.resize(std::size_t{last} + 1);
  network.populations[last].role = sim::Readout{};
  network.populations[last].initial.clear();
  const auto behind = [&](const sim::Projection& projection) { return projection.target > last; };
  network.projections.erase(std::remove_if(network.projections.begin(), network.projections.end(), behind),
                            network.projections.end());
  return network;
}

/// Whether the population receives the image's currents and nothing else, the same in every step.
bool is_constant(const sim::Network& network, sim::PopulationId id) {
  return std::all_of(network.projections.begin(), network.projections.end(), [&](const sim::Projection& p) {
    return p.target != id || std::holds_alternative<sim::AnalogInput>(network.populations[p.source].role);
  });
}

std::vector<float> rounded(std::vector<float> values) {
  for (float& value : values) {
    value = round_scale(value);
  }
  return values;
}

}  // namespace

struct SpikingCalibration::Impl {
  const FloatGraph* graph = nullptr;
  ConversionOptions conversion{};
  CalibrationOptions options{};
  std::vector<TensorId> tensors{};
  std::map<TensorId, FloatSamples> samples{};

  std::map<TensorId, FloatSamples> weight_samples{};  ///< where choice.weights

  void need(TensorId tensor) {
    const Dims& dims = graph->tensors[index_of(tensor)].dims;
    if (!samples.try_emplace(tensor, tensor, dims, options.images, kSamples).second) {
      return;
    }
    if (options.choice.weights) {
      weight_samples.try_emplace(tensor, tensor, dims, options.weight_images, kWeightSamples);
    }
    tensors.push_back(tensor);
  }

  /// Calls work(state, stimulus, k) for images first + k * stride, k = 0 .. images - 1, several at once, each
  /// thread with its state.
  template <class Work>
  void for_images(const sim::Simulator& simulator, const Stimulus& stimulus, std::int64_t first,
                  std::int64_t stride, std::int64_t images, const Work& work) const {
    tbb::enumerable_thread_specific<std::unique_ptr<sim::Simulator::State>> states;
    tbb::task_arena arena(options.threads);
    arena.execute([&] {
      tbb::parallel_for(std::int64_t{0}, images, [&](std::int64_t k) {
        auto& state = states.local();
        if (!state) {
          state = std::make_unique<sim::Simulator::State>(simulator.make_state());
        }
        const std::vector<float> values = stimulus(first + k * stride);
        work(*state, values, k);
      });
    });
  }
  template <class Work>
  void for_each_image(const sim::Simulator& simulator, const Stimulus& stimulus, const Work& work) const {
    for_images(simulator, stimulus, 0, 1, options.images, work);
  }

  [[nodiscard]] sim::Presentation presentation(std::span<const float> values, sim::Step steps,
                                               std::int64_t image) const {
    return {
        .values = values, .steps = steps, .seed = options.seed, .image = static_cast<std::uint64_t>(image)};
  }

  /// Whether the summed input of all units in all steps may be kept.
  [[nodiscard]] static bool fits(std::size_t steps, std::size_t units) {
    return steps * units * sizeof(double) <= kMostInputBytes;
  }

  /// Refits the weights of the synapses onto the last population, which sums its input; the network gets
  /// them, and they are returned as Scale::weights.
  [[nodiscard]] std::vector<std::vector<float>> refit(sim::Network& network, const FloatSamples& target,
                                                      const Stimulus& stimulus) const {
    const auto last = static_cast<sim::PopulationId>(network.populations.size() - 1);
    const std::size_t units = target.channels * target.area;
    WeightRefit refit(network, last, target.positions.per_image(), options.choice.bias);
    if (!refit.possible() || !fits(options.steps, units)) {
      return {};
    }
    const sim::Simulator simulator(network);
    const std::size_t per_image = index_of(target.positions.per_image());
    const std::size_t all = index_of(target.images) * per_image;
    const std::size_t last_step = options.steps - 1;
    for (const int half : {0, 1}) {  // the even and the odd images
      const std::int64_t images = (target.images + 1 - half) / 2;
      for (std::int64_t first = 0; first < images; first += refit.batch()) {
        const std::int64_t in_batch = std::min(refit.batch(), images - first);
        const std::int64_t first_image = 2 * first + half;
        for_images(simulator, stimulus, first_image, 2, in_batch,
                   [&](sim::Simulator::State& state, std::span<const float> values, std::int64_t k) {
                     const std::int64_t image = first_image + 2 * k;
                     EmissionCounter counter(network, refit, values, options.steps);
                     const sim::Response response =
                         simulator.run(state, presentation(values, options.steps, image), &counter);
                     const MeanEmissions emissions = counter.take();
                     std::vector<float> residual(target.channels);
                     for (std::size_t j = 0; j < per_image; ++j) {
                       const std::int64_t position = target.positions.at(image, static_cast<std::int64_t>(j));
                       const double* sum = response.readout.data() + last_step * units + position;
                       const float* wanted = target.values.data() + index_of(image) * per_image + j;
                       for (std::size_t c = 0; c < target.channels; ++c) {
                         residual[c] =
                             wanted[c * all] -
                             static_cast<float>(sum[c * target.area] / static_cast<double>(options.steps));
                       }
                       refit.enter(k, static_cast<std::int64_t>(j), position, emissions, residual);
                     }
                   });
        refit.finish_batch(in_batch, half, options.threads);
      }
    }
    std::vector<std::vector<float>> weights = refit.solve(options.threads);
    std::size_t k = 0;
    for (sim::Projection& projection : network.projections) {
      if (projection.target == last && !weights[k++].empty()) {
        replace_weights(projection.kernel, weights[k - 1], {});
      }
    }
    return weights;
  }

  /// Input of the sampled neurons in each step: [channel][step][image][position], in units of the network.
  [[nodiscard]] std::vector<float> drives(const sim::Network& network, const FloatSamples& target,
                                          const Stimulus& stimulus) const {
    const auto last = static_cast<sim::PopulationId>(network.populations.size() - 1);
    const std::size_t steps = options.steps;
    const std::size_t simulated = is_constant(network, last) ? 1 : steps;
    const std::size_t units = target.channels * target.area;
    const std::size_t per_image = index_of(target.positions.per_image());
    const std::size_t all = index_of(options.images) * per_image;
    std::vector<float> result(target.channels * steps * all);
    if (!fits(simulated, units)) {
      for (std::size_t c = 0; c < target.channels; ++c) {
        for (std::size_t step = 0; step < steps; ++step) {
          std::copy_n(target.values.data() + c * all, all, result.data() + (c * steps + step) * all);
        }
      }
      return result;
    }
    const sim::Simulator simulator(network);
    for_each_image(
        simulator, stimulus,
        [&](sim::Simulator::State& state, std::span<const float> values, std::int64_t image) {
          const sim::Response response =
              simulator.run(state, presentation(values, static_cast<sim::Step>(simulated), image), nullptr);
          for (std::size_t j = 0; j < per_image; ++j) {
            const std::size_t position = index_of(target.positions.at(image, static_cast<std::int64_t>(j)));
            for (std::size_t c = 0; c < target.channels; ++c) {
              const double* sum = response.readout.data() + c * target.area + position;
              float* to = result.data() + c * steps * all + index_of(image) * per_image + j;
              for (std::size_t step = 0; step < steps; ++step) {
                const std::size_t s = std::min(step, simulated - 1);
                to[step * all] = static_cast<float>(sum[s * units] - (s > 0 ? sum[(s - 1) * units] : 0.0));
              }
            }
          }
        });
    return result;
  }

  /// Fits one population; `scale` is its start and becomes the result.
  void fit(const Rectifier& rectifier, std::vector<Scale>& scales, Scale& scale,
           const Stimulus& stimulus) const {
    const FloatSamples& target = samples.at(*rectifier.drive);
    const float initial = std::visit([](const auto& model) { return model.initial; }, conversion.neuron);
    const std::vector<float> start = scale.channel;
    scale.channel.assign(start.size(), 1.0F);  // drives come in units of the float activation
    sim::Network network = network_up_to(convert(*graph, scales, conversion).network, rectifier.population);
    if (options.choice.weights) {
      scale.weights = refit(network, weight_samples.at(*rectifier.drive), stimulus);
    }
    const std::vector<float> drive = drives(network, target, stimulus);
    float high = std::numeric_limits<float>::infinity();
    if (const auto* clip = std::get_if<Clip>(&producer_of(*graph, rectifier.tensor)->op)) {
      high = clip->high;
    }
    const std::size_t all = target.values.size() / target.channels;
    std::vector<ChannelFit> fits(target.channels);
    tbb::task_arena arena(options.threads);
    arena.execute([&] {
      tbb::parallel_for(std::size_t{0}, target.channels, [&](std::size_t c) {
        const ChannelSamples of_channel{
            .steps = options.steps,
            .drive = std::span(drive).subspan(c * options.steps * all, options.steps * all),
            .target = std::span(target.values).subspan(c * all, all),
            .with_signs = has_signs(conversion.neuron),
            .linear = rectifier.linear,
            .high = high};
        const ChannelFit from{.threshold = start[c], .decoded = start[c], .initial = initial};
        fits[c] = fit_channel(of_channel, from, options.choice);
      });
    });
    scale.channel.clear();
    for (const ChannelFit& fit : fits) {
      scale.channel.push_back(fit.threshold);
      scale.decoded.push_back(fit.decoded);
      scale.current.push_back(fit.current);
      scale.initial.push_back(fit.initial);
    }
    scale = {.tensor = scale.tensor,
             .channel = rounded(scale.channel),
             .decoded = rounded(scale.decoded),
             .current = rounded(scale.current),
             .initial = rounded(scale.initial),
             .weights = std::move(scale.weights)};
    for (float& threshold : scale.channel) {
      threshold = std::min(threshold, high);
    }
  }

  /// The readout's refitted weights, and the mean error of each class's score, shrunk by the share of it that
  /// chance explains.
  [[nodiscard]] Scale readout_correction(const std::vector<Scale>& scales, const Stimulus& stimulus) const {
    const TensorId tensor = readout_tensor(*graph);
    const FloatSamples& target = samples.at(tensor);
    sim::Network network = convert(*graph, scales, conversion).network;
    Scale result{.tensor = tensor};
    if (options.choice.weights) {
      result.weights = refit(network, weight_samples.at(tensor), stimulus);
    }
    if (!options.choice.bias) {
      return result;
    }
    const sim::Simulator simulator(network);
    const std::size_t classes = target.channels * target.area;
    const std::size_t images = index_of(options.images);
    std::vector<double> errors(images * classes);
    for_each_image(simulator, stimulus,
                   [&](sim::Simulator::State& state, std::span<const float> values, std::int64_t image) {
                     const sim::Response response =
                         simulator.run(state, presentation(values, options.steps, image), nullptr);
                     const double* sum = response.readout.data() + (options.steps - 1) * classes;
                     for (std::size_t c = 0; c < classes; ++c) {
                       errors[index_of(image) * classes + c] =
                           static_cast<double>(target.values[c * images + index_of(image)]) -
                           sum[c] / static_cast<double>(options.steps);
                     }
                   });
    for (std::size_t c = 0; c < classes; ++c) {
      double sum = 0.0;
      double squares = 0.0;
      for (std::size_t i = 0; i < images; ++i) {
        sum += errors[i * classes + c];
        squares += errors[i * classes + c] * errors[i * classes + c];
      }
      const auto n = static_cast<double>(images);
      const double mean = sum / n;
      const double variance_of_mean = images > 1 ? (squares / n - mean * mean) / (n - 1.0) : squares;
      const double share = mean == 0.0 ? 0.0 : std::max(0.0, 1.0 - variance_of_mean / (mean * mean));
      result.current.push_back(round_scale(static_cast<float>(share * mean)));
    }
    return result;
  }
};

namespace {

std::int64_t neurons_of(const sim::Network& network) {
  std::int64_t neurons = 1;
  for (const sim::Population& population : network.populations) {
    neurons += std::holds_alternative<sim::Neurons>(population.role) ? population.shape.size() : 0;
  }
  return neurons;
}

}  // namespace

std::int64_t calibration_images(const sim::Network& network, std::int64_t available) {
  constexpr std::int64_t kShown = std::int64_t{16} << 20;
  return std::min(available, std::clamp<std::int64_t>(kShown / neurons_of(network), 16, 128));
}

std::int64_t weight_images(const sim::Network& network, std::int64_t available) {
  constexpr std::int64_t kShown = std::int64_t{64} << 20;
  return std::min(available, std::clamp<std::int64_t>(kShown / neurons_of(network), 64, 512));
}

std::uint64_t calibration_bytes(const sim::Network& network, const CalibrationOptions& options) {
  std::uint64_t kept = 0;
  std::uint64_t record = 0;  // of one population: of the samples, and of whole images
  for (sim::PopulationId p = 0; p < network.populations.size(); ++p) {
    const sim::Population& population = network.populations[p];
    if (options.choice.weights) {
      const sim::Shape& shape = population.shape;
      if (!std::holds_alternative<sim::Relay>(population.role)) {
        const std::int64_t images = std::max<std::int64_t>(options.weight_images, 1);
        const SamplePositions positions(0, shape.height * shape.width, images, kWeightSamples);
        kept += static_cast<std::uint64_t>(shape.channels * images * positions.per_image()) * sizeof(float);
        record = std::max(record, WeightRefit::bytes(network, p));
      }
    }
    if (std::holds_alternative<sim::Neurons>(population.role)) {
      const sim::Shape& shape = population.shape;
      const SamplePositions positions(0, shape.height * shape.width, options.images, kSamples);
      const auto samples =
          static_cast<std::uint64_t>(shape.channels * options.images * positions.per_image());
      const std::uint64_t whole = std::min(
          kMostInputBytes, static_cast<std::uint64_t>(shape.size()) * options.steps * sizeof(double));
      kept += samples * sizeof(float);
      record = std::max(record, samples * options.steps * sizeof(float) +
                                    static_cast<std::uint64_t>(options.threads) * whole);
    }
  }
  return kept + record;
}

SpikingCalibration::SpikingCalibration(const FloatGraph& graph, const ConversionOptions& conversion,
                                       const CalibrationOptions& options)
    : impl_(std::make_unique<Impl>()) {
  if (!can_be_calibrated(conversion.neuron) || options.steps < 1 || options.steps > kMostCalibratedSteps ||
      options.images < 1) {
    throw Error(ErrorKind::internal,
                "calibration needs integrate-and-fire neurons, 1 to 64 steps and images");
  }
  impl_->graph = &graph;
  impl_->conversion = conversion;
  impl_->conversion.weights = WeightFormat::float32;
  impl_->options = options;
  impl_->options.weight_images = std::max<std::int64_t>(options.weight_images, 1);
  const std::vector<Scale> ones = unit_scales(graph, conversion.linear);
  for (const Rectifier& rectifier : convert(graph, ones, impl_->conversion).rectifiers) {
    if (rectifier.drive) {
      impl_->need(*rectifier.drive);
    }
  }
  if (options.choice.bias || options.choice.weights) {
    impl_->need(readout_tensor(graph));
  }
}

SpikingCalibration::~SpikingCalibration() = default;

const std::vector<TensorId>& SpikingCalibration::tensors() const {
  return impl_->tensors;
}

void SpikingCalibration::add(std::int64_t image, std::size_t k, std::span<const float> values) {
  const TensorId tensor = impl_->tensors.at(k);
  impl_->samples.at(tensor).add(image, values);
  if (impl_->options.choice.weights) {
    impl_->weight_samples.at(tensor).add(image, values);
  }
}

std::vector<Scale> SpikingCalibration::run(std::vector<Scale> start, const Stimulus& stimulus,
                                           const Progress& progress) const {
  const std::vector<Rectifier> rectifiers = convert(*impl_->graph, start, impl_->conversion).rectifiers;
  std::int64_t done = 0;
  for (const Rectifier& rectifier : rectifiers) {
    const auto scale = std::find_if(start.begin(), start.end(),
                                    [&](const Scale& s) { return s.tensor == rectifier.tensor; });
    if (rectifier.drive && scale != start.end()) {
      impl_->fit(rectifier, start, *scale, stimulus);
    }
    progress(++done, std::ssize(rectifiers));
  }
  if (impl_->options.choice.bias || impl_->options.choice.weights) {
    start.push_back(impl_->readout_correction(start, stimulus));
  }
  return start;
}

}  // namespace homolog::conversion
