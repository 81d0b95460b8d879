#include "conversion/spiking/calibrate.hpp"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "conversion/spiking/calibration_runs.hpp"
#include "conversion/spiking/calibration_size.hpp"
#include "conversion/spiking/emission_counter.hpp"
#include "conversion/spiking/float_samples.hpp"
#include "conversion/spiking/index_of.hpp"
#include "conversion/spiking/refit_weights.hpp"
#include "conversion/spiking/round_scale.hpp"
#include "sim/core/error.hpp"
#include "sim/engine/simulator.hpp"

namespace homolog::conversion {
namespace {

bool has_signs(const sim::Neuron& neuron) {
  return std::holds_alternative<sim::SignedIntegrateAndFire>(neuron);
}

bool can_be_calibrated(const sim::Neuron& neuron) {
  const auto* model = std::get_if<sim::IntegrateAndFire>(&neuron);
  return has_signs(neuron) ||
         (model != nullptr && model->reset == sim::Reset::subtract && model->refractory == 0);
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

/// What is calibrated, one after the other.
std::vector<sim::PopulationId> targets_of(const Twin& twin, bool readout) {
  std::vector<sim::PopulationId> targets;
  for (const Rectifier& rectifier : twin.rectifiers) {
    if (rectifier.drive) {
      targets.push_back(rectifier.population);
    }
  }
  if (readout) {
    targets.push_back(twin.readout);
  }
  return targets;
}

std::size_t positions_read(const sim::Presentation& presentation, const FloatSamples& samples) {
  return presentation.read_at.empty() ? samples.area : presentation.read_at.size();
}

/// Where a position is among those that the presentation reads.
std::size_t place_of(const sim::Presentation& presentation, std::int64_t position) {
  const auto& some = presentation.read_at;
  return some.empty() ? index_of(position)
                      : index_of(std::lower_bound(some.begin(), some.end(), position) - some.begin());
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
    const std::int64_t wanted = samples_of_channel(dims.empty() ? 1 : dims[0], options.steps);
    if (!samples.try_emplace(tensor, tensor, dims, options.images, wanted).second) {
      return;
    }
    if (options.choice.weights) {
      weight_samples.try_emplace(tensor, tensor, dims, options.weight_images, kSamplesForWeights);
    }
    tensors.push_back(tensor);
  }

  [[nodiscard]] bool corrects_readout() const { return options.choice.bias || options.choice.weights; }

  /// Refits the weights of the synapses onto the last population of a part, which sums its input; the part
  /// gets them, and they are returned as Scale::weights.
  [[nodiscard]] std::vector<std::vector<float>> refit(const CalibrationRuns& runs, NetworkPart& part,
                                                      const FloatSamples& target) const {
    sim::Network& network = part.network;
    const auto last = static_cast<sim::PopulationId>(network.populations.size() - 1);
    WeightRefit refit(network, last, target.positions.per_image(), options.choice.bias);
    if (!refit.possible()) {
      return {};
    }
    const std::size_t per_image = index_of(target.positions.per_image());
    const std::size_t all = index_of(target.images) * per_image;
    const std::size_t last_step = options.steps - 1;
    const sim::Simulator simulator(network);
    for (const int half : {0, 1}) {  // the even and the odd images
      const std::int64_t images = (target.images + 1 - half) / 2;
      for (std::int64_t first = 0; first < images; first += refit.batch()) {
        const std::int64_t in_batch = std::min(refit.batch(), images - first);
        const std::int64_t first_image = 2 * first + half;
        runs.show(
            simulator, part,
            {.first = first_image,
             .stride = 2,
             .count = in_batch,
             .steps = options.steps,
             .read_at = &target.positions},
            [&](sim::Simulator::State& state, const sim::Presentation& presentation, std::int64_t k) {
              const std::int64_t image = first_image + 2 * k;
              EmissionCounter counter(network, refit, presentation.values, options.steps);
              const std::vector<double> readout = simulator.run(state, presentation, &counter).readout;
              const std::size_t positions = positions_read(presentation, target);
              const std::size_t units = target.channels * positions;
              const MeanEmissions emissions = counter.take();
              std::vector<float> residual(target.channels);
              for (std::size_t j = 0; j < per_image; ++j) {
                const std::int64_t position = target.positions.at(image, static_cast<std::int64_t>(j));
                const double* sum = readout.data() + last_step * units + place_of(presentation, position);
                const float* wanted = target.values.data() + index_of(image) * per_image + j;
                for (std::size_t c = 0; c < target.channels; ++c) {
                  residual[c] = wanted[c * all] -
                                static_cast<float>(sum[c * positions] / static_cast<double>(options.steps));
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
  [[nodiscard]] std::vector<float> drives(const CalibrationRuns& runs, const NetworkPart& part,
                                          const FloatSamples& target) const {
    const sim::Network& network = part.network;
    const auto last = static_cast<sim::PopulationId>(network.populations.size() - 1);
    const std::size_t steps = options.steps;
    const std::size_t simulated = is_constant(network, last) ? 1 : steps;
    const std::size_t per_image = index_of(target.positions.per_image());
    const std::size_t all = index_of(options.images) * per_image;
    std::vector<float> result(target.channels * steps * all);
    const sim::Simulator simulator(network);
    runs.show(
        simulator, part,
        {.count = options.images, .steps = static_cast<sim::Step>(simulated), .read_at = &target.positions},
        [&](sim::Simulator::State& state, const sim::Presentation& presentation, std::int64_t image) {
          const std::vector<double> sums = simulator.run(state, presentation, nullptr).readout;
          const std::size_t positions = positions_read(presentation, target);
          const std::size_t units = target.channels * positions;
          std::vector<std::size_t> places;
          for (std::size_t j = 0; j < per_image; ++j) {
            places.push_back(
                place_of(presentation, target.positions.at(image, static_cast<std::int64_t>(j))));
          }
          for (std::size_t c = 0; c < target.channels; ++c) {
            for (std::size_t step = 0; step < steps; ++step) {
              const std::size_t s = std::min(step, simulated - 1);
              const double* sum = sums.data() + s * units + c * positions;
              float* to = result.data() + (c * steps + step) * all + index_of(image) * per_image;
              for (const std::size_t place : places) {
                const double before = s > 0 ? *(sum + place - units) : 0.0;
                *to++ = static_cast<float>(sum[place] - before);
              }
            }
          }
        });
    return result;
  }

  /// Fits one population; `scale` is its start and becomes the result.
  void fit(const Rectifier& rectifier, std::vector<Scale>& scales, Scale& scale,
           CalibrationRuns& runs) const {
    const FloatSamples& target = samples.at(*rectifier.drive);
    const float initial = std::visit([](const auto& model) { return model.initial; }, conversion.neuron);
    const std::vector<float> start = scale.channel;
    scale.channel.assign(start.size(), 1.0F);  // drives come in units of the float activation
    NetworkPart part = runs.next_target(convert(*graph, scales, conversion).network);
    if (options.choice.weights) {
      scale.weights = refit(runs, part, weight_samples.at(*rectifier.drive));
    }
    const std::vector<float> drive = drives(runs, part, target);
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
  [[nodiscard]] Scale readout_correction(const std::vector<Scale>& scales, CalibrationRuns& runs) const {
    const TensorId tensor = readout_tensor(*graph);
    const FloatSamples& target = samples.at(tensor);
    NetworkPart part = runs.next_target(convert(*graph, scales, conversion).network);
    Scale result{.tensor = tensor};
    if (options.choice.weights) {
      result.weights = refit(runs, part, weight_samples.at(tensor));
    }
    if (!options.choice.bias) {
      return result;
    }
    const std::size_t classes = target.channels * target.area;
    const std::size_t images = index_of(options.images);
    std::vector<double> errors(images * classes);
    const sim::Simulator simulator(part.network);
    runs.show(simulator, part, {.count = options.images, .steps = options.steps},
              [&](sim::Simulator::State& state, const sim::Presentation& presentation, std::int64_t image) {
                const sim::Response response = simulator.run(state, presentation, nullptr);
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
  if (impl_->corrects_readout()) {
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
  const Twin outline = convert(*impl_->graph, start, impl_->conversion);
  const std::vector<Rectifier>& rectifiers = outline.rectifiers;
  CalibrationRuns runs(outline.network, targets_of(outline, impl_->corrects_readout()),
                       {.steps = impl_->options.steps,
                        .images = images_shown(impl_->options),
                        .seed = impl_->options.seed,
                        .threads = impl_->options.threads,
                        .most_bytes = impl_->options.most_recorded_bytes},
                       stimulus);
  std::int64_t done = 0;
  for (const Rectifier& rectifier : rectifiers) {
    const auto scale = std::find_if(start.begin(), start.end(),
                                    [&](const Scale& s) { return s.tensor == rectifier.tensor; });
    if (rectifier.drive) {
      impl_->fit(rectifier, start, *scale, runs);
    }
    progress(++done, std::ssize(rectifiers));
  }
  if (impl_->corrects_readout()) {
    start.push_back(impl_->readout_correction(start, runs));
  }
  return start;
}

}  // namespace homolog::conversion
