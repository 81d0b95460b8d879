#include "experiments/report/raster.hpp"

#include <algorithm>
#include <cmath>

namespace homolog::experiments::report {

std::vector<std::uint32_t> spread_neurons(std::uint64_t neurons, std::size_t rows) {
  std::vector<std::uint32_t> chosen;
  const std::uint64_t count = std::min<std::uint64_t>(neurons, rows);
  chosen.reserve(count);
  constexpr double kGoldenRatio = 0.6180339887498949;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t first = neurons * i / count;
    const std::uint64_t last = neurons * (i + 1) / count;  // exclusive
    double whole = 0.0;
    const double offset = std::modf(static_cast<double>(i + 1) * kGoldenRatio, &whole);
    const auto within = static_cast<std::uint64_t>(offset * static_cast<double>(last - first));
    chosen.push_back(static_cast<std::uint32_t>(first + within));
  }
  return chosen;
}

Raster sample_raster(const SpikeTrain& train, std::uint64_t neurons, std::size_t rows, std::size_t spikes) {
  for (; rows > 0; rows /= 2) {
    Raster raster;
    raster.neurons = spread_neurons(neurons, rows);
    bool fits = true;
    for (std::size_t k = 0; fits && k < train.ids.size(); ++k) {
      const auto row = std::lower_bound(raster.neurons.begin(), raster.neurons.end(), train.ids[k]);
      if (row == raster.neurons.end() || *row != train.ids[k]) {
        continue;
      }
      fits = raster.rows.size() < spikes;
      raster.steps.push_back(train.steps[k]);
      raster.rows.push_back(static_cast<std::uint32_t>(row - raster.neurons.begin()));
    }
    if (fits) {
      return raster;
    }
  }
  return {};
}

std::vector<double> population_rate(const SpikeTrain& train, std::uint64_t neurons, std::uint64_t steps,
                                    std::uint64_t bin) {
  std::vector<double> rate((steps + bin - 1) / bin, 0.0);
  if (neurons == 0) {
    return rate;
  }
  for (const std::uint32_t step : train.steps) {
    if (step < steps) {
      rate[step / bin] += 1.0;
    }
  }
  for (std::size_t i = 0; i < rate.size(); ++i) {
    const std::uint64_t length = std::min<std::uint64_t>(bin, steps - i * bin);
    rate[i] /= static_cast<double>(neurons) * static_cast<double>(length);
  }
  return rate;
}

}  // namespace homolog::experiments::report
