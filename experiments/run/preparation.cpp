#include "experiments/run/preparation.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "conversion/onnx/import.hpp"
#include "experiments/run/spike_times.hpp"
#include "experiments/run/variants.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

std::string size_text(std::int64_t channels, std::int64_t height, std::int64_t width) {
  return std::to_string(channels) + "x" + std::to_string(height) + "x" + std::to_string(width);
}

/// The first image tells the size of all (a source with several sizes is refused by its reader).
void check_image(const Stimuli& stimuli, const conversion::FloatGraph& graph, const Where& where) {
  const conversion::Dims& dims = graph.tensors[static_cast<std::size_t>(graph.inputs.at(0))].dims;
  const Image image = stimuli.at(0);
  if (dims != conversion::Dims{image.channels, image.height, image.width}) {
    throw Error(
        ErrorKind::data,
        "images are " + size_text(image.channels, image.height, image.width) + " (C x H x W) but " +
            graph.file + " takes " + conversion::to_string(dims) +
            (image.channels == dims[0] ? "; use resize or crop" : "; it needs another number of channels"),
        where);
  }
}

bool check_labels(const Stimuli& stimuli, std::int64_t classes, const Where& where) {
  bool all = true;
  for (std::int64_t i = 0; i < stimuli.size(); ++i) {
    const auto label = stimuli.label(i);
    if (!label) {
      all = false;
    } else if (*label < 0 || *label >= classes) {
      throw Error(ErrorKind::data,
                  "stimulus " + std::to_string(i) + " ('" + stimuli.id(i) + "') has label " +
                      std::to_string(*label) + " but the model has " + std::to_string(classes) +
                      " classes; labels must be 0 to " + std::to_string(classes - 1),
                  where);
    }
  }
  return all;
}

}  // namespace

Preparation prepare(const Experiment& experiment) {
  Preparation p;
  p.graph = conversion::import_model(experiment.model.onnx);
  p.readout = conversion::readout_tensor(p.graph);
  p.classes = conversion::size_of(p.graph.tensors[static_cast<std::size_t>(p.readout)].dims);
  if (p.graph.inputs.size() != 1 ||
      p.graph.tensors[static_cast<std::size_t>(p.graph.inputs[0])].dims.size() != 3) {
    throw Error(ErrorKind::model, "needs exactly one input of images [N, C, H, W]", {.file = p.graph.file});
  }
  p.normalisation = normalisation_of(experiment.model, p.graph);
  p.distinct = open_stimuli(experiment.stimuli);
  p.stimuli = repeated(*p.distinct, experiment.stimuli.repetitions);
  check_image(*p.distinct, p.graph, experiment.stimuli.where);
  p.labelled = check_labels(*p.distinct, p.classes, experiment.stimuli.where);
  if (experiment.spiking.calibration) {
    p.calibration = open_stimuli(*experiment.spiking.calibration);
    check_image(*p.calibration, p.graph, experiment.spiking.calibration->where);
  }
  p.calibration_images = std::min(experiment.spiking.calibration_images, p.calibration_stimuli().size());

  p.conversion = {.neuron = experiment.spiking.neuron,
                  .windows = experiment.spiking.windows,
                  .phases = experiment.spiking.phases,
                  .input = experiment.spiking.input,
                  .weights = experiment.spiking.weights,
                  .input_mean = p.normalisation.mean,
                  .input_std = p.normalisation.std};
  if (experiment.spiking.linear_fires) {
    p.conversion.linear = conversion::linear_tensors(p.graph, p.conversion);
  }
  p.outline =
      conversion::convert(p.graph, conversion::unit_scales(p.graph, p.conversion.linear), p.conversion);
  AnalysisPlan plan{
      .stimuli = p.distinct.get(),
      .repetitions = experiment.stimuli.repetitions,
      .classes = p.classes,
      .seed = experiment.seed,
      .steps = experiment.spiking.windows ? 0 : experiment.spiking.answer_steps(),
      .step_ms = experiment.spiking.step_ms,
      .why_not = [&](const RepresentationKey& key) { return why_not(p.outline, experiment.spiking, key); },
      .check_variant = [&experiment](const Variant& variant) { check_variant(experiment, variant); }};
  for (const conversion::Layer& layer : p.outline.layers) {
    plan.layers.push_back(layer.name);
    plan.shapes.push_back(layer.shape);
  }
  p.recorded = select_layers(experiment.record.layers, plan.layers, experiment.record.where);
  std::set<RepresentationKey> keys;
  std::map<std::string, std::size_t> entries;
  for (const Experiment::Entry& entry : experiment.analyses) {
    plan.place = entries[entry.kind]++;
    for (RepresentationKey& key : entry.analysis->prepare(plan)) {
      keys.insert(std::move(key));
    }
  }
  p.representations.assign(keys.begin(), keys.end());
  return p;
}

conversion::CalibrationOptions calibration_options(const Experiment& experiment, const Preparation& prepared,
                                                   int threads) {
  return {
      .choice = experiment.spiking.fitted,
      .steps = static_cast<sim::Step>(experiment.spiking.answer_steps()),
      .images = conversion::calibration_images(prepared.outline.network, prepared.calibration_images),
      .weight_images = experiment.spiking.fitted.weights
                           ? conversion::weight_images(prepared.outline.network, prepared.calibration_images)
                           : 0,
      .seed = experiment.seed,
      .threads = threads};
}

std::vector<float> presented_values(const Preparation& prepared, const Image& image) {
  const sim::Shape& shape = prepared.outline.network.populations[prepared.outline.input].shape;
  return sim::hwc_values(shape, prepared.conversion.input == conversion::InputCode::current
                                    ? prepared.normalisation.apply(image)
                                    : image.pixels);
}

}  // namespace homolog::experiments
