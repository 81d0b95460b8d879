#include "experiments/run/layer_deviations.hpp"

#include <algorithm>
#include <optional>

#include "conversion/reference/float_network.hpp"
#include "experiments/analysis/deviation.hpp"
#include "experiments/run/accuracy.hpp"
#include "experiments/run/presenter.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {

Comparison compare_layers(SpikingPass pass, const conversion::FloatGraph& graph, std::int64_t first,
                          std::int64_t images, const std::function<void(std::int64_t)>& progress) {
  const conversion::Twin& twin = *pass.twin;
  const conversion::TensorId readout = conversion::readout_tensor(graph);
  std::vector<conversion::TensorId> keep;
  pass.layers.clear();
  pass.representations.clear();
  for (const conversion::Layer& layer : twin.layers) {
    keep.push_back(layer.tensor);
    pass.representations.push_back({layer.name, "decoded"});
  }
  const auto at = static_cast<std::size_t>(std::find(keep.begin(), keep.end(), readout) - keep.begin());
  if (at == keep.size()) {
    keep.push_back(readout);
  }
  conversion::FloatNetwork network(graph, keep, 1);
  const MakePresenter make = make_presenters(pass, pass.threads);
  const std::unique_ptr<Presenter> presenter = make();

  std::vector<Deviation> deviations(twin.layers.size());
  Deviation readouts;
  std::optional<AccuracyCount> answers;
  for (std::int64_t i = first; i < first + images; ++i) {
    if (pass.stop && pass.stop()) {
      throw Error(ErrorKind::interrupted, "interrupted while networks were compared");
    }
    const SpikingPass::Outcome outcome = presenter->present(i, 1);
    const std::vector<float>& scores = outcome.record.readout;
    std::size_t k = 0;
    network.run({pass.normalisation->apply(pass.stimuli->at(i))}, 1,
                [&](conversion::TensorId /*tensor*/, std::span<const float> values) {
                  const auto last = std::span(scores).last(std::min(scores.size(), values.size()));
                  if (k == at) {
                    readouts.add(values, last);
                    if (!answers) {
                      answers.emplace(1, values.size());
                    }
                    const std::optional<std::int64_t> label = pass.stimuli->label(i);
                    // Labels of other classes are none: nobody said that these images are of the network's.
                    const bool known =
                        label && *label >= 0 && *label < static_cast<std::int64_t>(values.size());
                    answers->add(values, last, known ? label : std::nullopt);
                  }
                  if (k < deviations.size()) {
                    deviations[k].add(values, outcome.representations[k]);
                  }
                  ++k;
                });
    progress(i - first + 1);
  }
  Comparison comparison{.readout_error = readouts.relative_error(), .images = images};
  if (answers) {
    comparison.agreement = answers->agreement().back();
    comparison.float_accuracy = answers->float_accuracy();
    comparison.spiking_accuracy = answers->spiking().empty() ? kNaN : answers->spiking().back();
  }
  for (std::size_t k = 0; k < twin.layers.size(); ++k) {
    comparison.layers.push_back({.layer = twin.layers[k].name,
                                 .relative_error = deviations[k].relative_error(),
                                 .correlation = deviations[k].correlation()});
  }
  return comparison;
}

}  // namespace homolog::experiments
