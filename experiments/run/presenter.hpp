#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "experiments/run/spiking_pass.hpp"

namespace homolog::experiments {

/// Shows single stimuli to the spiking network of a pass, on one thread at a time.
class Presenter {
 public:
  virtual ~Presenter() = default;
  /// `at_once`: how many presentations run side by side, for the times in the outcome.
  [[nodiscard]] virtual SpikingPass::Outcome present(std::int64_t stimulus, int at_once) = 0;
  /// Per population, summed over what was presented.
  [[nodiscard]] virtual std::span<const sim::PopulationCost> costs() const = 0;
};

/// Makes presenters that share one prepared network.
using MakePresenter = std::function<std::unique_ptr<Presenter>()>;

/// For networks that work in steps. `pass` must outlive the presenters; `threads`: of each.
[[nodiscard]] MakePresenter step_presenters(const SpikingPass& pass, int threads);
/// For networks of window neurons.
[[nodiscard]] MakePresenter window_presenters(const SpikingPass& pass, int threads);

/// Whichever the network of the pass needs.
[[nodiscard]] MakePresenter make_presenters(const SpikingPass& pass, int threads);

/// Throws Error(internal) if the twin has no such layer.
[[nodiscard]] const conversion::Layer& layer_named(const conversion::Twin& twin, const std::string& name);

/// What the input population is given, [H,W,C].
[[nodiscard]] std::vector<float> input_values(const SpikingPass& pass, std::int64_t stimulus);

/// As sim::chw_from_hwc, row by row, which is many times faster than neuron by neuron.
template <class To, class From>
std::vector<To> values_chw(const sim::Shape& shape, const std::vector<From>& hwc) {
  const auto channels = static_cast<std::size_t>(shape.channels);
  std::vector<To> chw(hwc.size());
  auto next = chw.begin();
  for (std::size_t channel = 0; channel < channels; ++channel) {
    for (std::size_t unit = channel; unit < hwc.size(); unit += channels) {
      *next++ = static_cast<To>(hwc[unit]);
    }
  }
  return chw;
}

}  // namespace homolog::experiments
