#include "experiments/rsa_time/window_rdms.hpp"

#include <utility>

#include "experiments/analysis/spike_trains.hpp"
#include "experiments/rsa/train_patterns.hpp"

namespace homolog::experiments {
namespace {

DissimilarityResult rdm_of(const RdmMaker& maker, const std::string& layer, const TimeWindow& window,
                           const Progress& progress) {
  const AnalysisInputs& inputs = *maker.inputs;
  const LayerSource source{.representations = inputs.representations,
                           .layer = layer,
                           .repetitions = inputs.repetitions,
                           .steps = inputs.steps,
                           .step_ms = inputs.step_ms,
                           .seed = inputs.seed};
  const std::string label =
      "steps " + std::to_string(window.first) + " to " + std::to_string(window.last - 1);
  const auto patterns =
      train_patterns(source, label, 1, [window](std::span<const std::uint64_t> train, std::span<float> out) {
        out[0] = static_cast<float>(spikes_between(train, window.first, window.last));
      });
  return maker.dissimilarity(*patterns, {.progress = progress, .noise = maker.noise});
}

bool has_rdm(const DissimilarityResult& result) {
  return static_cast<std::int64_t>(result.rdm.n()) - result.undefined_patterns >= 2;
}

}  // namespace

std::vector<std::optional<std::size_t>> WindowRdms::by_window() const {
  std::vector<std::optional<std::size_t>> places(undefined.size());
  for (std::size_t k = 0; k < place.size(); ++k) {
    places[place[k]] = k;
  }
  return places;
}

WindowRdms window_rdms(const RdmMaker& maker, const std::string& layer, std::span<const TimeWindow> windows,
                       const Progress& progress) {
  WindowRdms all;
  const double count = static_cast<double>(windows.size()) + 1.0;
  for (std::size_t w = 0; w < windows.size(); ++w) {
    const auto done = static_cast<double>(w);
    DissimilarityResult result =
        rdm_of(maker, layer, windows[w], part_of(progress, done / count, (done + 1.0) / count));
    all.undefined.push_back(result.undefined_patterns);
    if (has_rdm(result)) {
      all.rdms.emplace_back(std::move(result.rdm));
      all.place.push_back(w);
    }
  }
  DissimilarityResult whole = rdm_of(maker, layer, {.first = 0, .last = maker.inputs->steps},
                                     part_of(progress, (count - 1.0) / count, 1.0));
  all.undefined_in_whole = whole.undefined_patterns;
  if (has_rdm(whole)) {
    all.whole.emplace(std::move(whole.rdm));
  }
  return all;
}

}  // namespace homolog::experiments
