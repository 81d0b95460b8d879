#include "experiments/rsa/spike_metric.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "experiments/analysis/spike_trains.hpp"
#include "experiments/rsa/neuron_subset.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kNeuronsAtOnce = 64;

/// Spike times of neurons, [presentation][neuron of a block].
using Times = std::vector<std::vector<std::vector<double>>>;

/// Of the neurons `wanted`, ascending.
Times read_times(const LayerSource& source, std::span<const std::int64_t> wanted) {
  Times times(static_cast<std::size_t>(source.representations->presentations()),
              std::vector<std::vector<double>>(wanted.size()));
  for (std::size_t begin = 0; begin < wanted.size();) {
    // Neighbours are read together.
    std::size_t end = begin + 1;
    while (end < wanted.size() && wanted[end] == wanted[end - 1] + 1) {
      ++end;
    }
    const SpikeTrains trains =
        source.representations->trains(source.layer, wanted[begin], wanted[end - 1] + 1);
    for (std::size_t k = 0; k < times.size(); ++k) {
      for (std::size_t n = begin; n < end; ++n) {
        std::vector<double>& train = times[k][n];
        append_spike_steps(trains.of(static_cast<std::int64_t>(k), static_cast<std::int64_t>(n - begin)),
                           train);
        std::transform(train.begin(), train.end(), train.begin(),
                       [&](double step) { return step * source.step_ms; });
      }
    }
    begin = end;
  }
  return times;
}

}  // namespace

Rdm metric_rdm(const LayerSource& source, std::int64_t most_neurons, const TrainDistance& distance,
               const Progress& progress) {
  const auto n = static_cast<std::size_t>(source.stimuli());
  const std::vector<std::int64_t> neurons =
      neuron_subset(source.representations->units(source.layer), most_neurons, source.seed, source.layer);
  Rdm rdm(n);
  for (std::size_t begin = 0; begin < neurons.size(); begin += kNeuronsAtOnce) {
    report(progress, static_cast<double>(begin) / static_cast<double>(neurons.size()));
    const std::size_t width = std::min<std::size_t>(kNeuronsAtOnce, neurons.size() - begin);
    const Times times = read_times(source, std::span(neurons).subspan(begin, width));
    tbb::parallel_for(std::size_t{0}, n, [&](std::size_t i) {
      for (std::size_t j = i + 1; j < n; ++j) {
        double& sum = rdm.pairs()[Rdm::pair_index(n, i, j)];
        for (std::size_t first = 0; first < times.size(); first += n) {  // of a repetition
          for (std::size_t neuron = 0; neuron < width; ++neuron) {
            sum += distance(times[first + i][neuron], times[first + j][neuron]);
          }
        }
      }
    });
  }
  for (double& value : rdm.pairs()) {
    value /= static_cast<double>(source.repetitions);
  }
  report(progress, 1.0);
  return rdm;
}

double victor_purpura(std::span<const double> a, std::span<const double> b, double cost) {
  if (a.empty() || b.empty() || cost == 0.0) {
    const auto more = static_cast<double>(std::max(a.size(), b.size()));
    return more - static_cast<double>(std::min(a.size(), b.size()));
  }
  // costs[j]: of turning the spikes of `a` so far into the first j of `b`.
  std::vector<double> costs(b.size() + 1);
  for (std::size_t j = 0; j < costs.size(); ++j) {
    costs[j] = static_cast<double>(j);
  }
  for (const double spike : a) {
    double diagonal = costs[0];
    costs[0] += 1.0;
    for (std::size_t j = 1; j < costs.size(); ++j) {
      const double moved = diagonal + cost * std::abs(spike - b[j - 1]);
      diagonal = costs[j];
      costs[j] = std::min({diagonal + 1.0, costs[j - 1] + 1.0, moved});
    }
  }
  return costs.back();
}

double van_rossum_squared(std::span<const double> a, std::span<const double> b, double tau_ms) {
  // h: the difference of the filtered trains just after a spike. Between spikes its square decays, and
  // (1/tau) integral of h^2 exp(-2 t / tau) over dt is h^2 (1 - exp(-2 dt / tau)) / 2.
  double h = 0.0;
  double sum = 0.0;
  double last = 0.0;
  for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    const bool from_a = j == b.size() || (i < a.size() && a[i] <= b[j]);
    const double now = from_a ? a[i++] : b[j++];
    const double decay = std::exp(-(now - last) / tau_ms);
    sum += 0.5 * h * h * (1.0 - decay * decay);
    h = h * decay + (from_a ? 1.0 : -1.0);
    last = now;
  }
  return sum + 0.5 * h * h;
}

}  // namespace homolog::experiments
