#include "experiments/predictivity/random_projection.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "experiments/rsa/unit_blocks.hpp"
#include "sim/core/error.hpp"
#include "sim/core/random.hpp"

namespace homolog::experiments {
namespace {

/// Directions in which a unit counts, with the sign of each.
struct Entries {
  std::vector<std::size_t> components{};
  std::vector<double> signs{};
};

/// The gaps between entries are geometrically distributed, so only the entries themselves cost time.
Entries entries_of(std::int64_t unit, std::int64_t components, double density, std::uint64_t seed) {
  constexpr std::uint32_t kStream = 0x70726F6AU;
  Entries entries;
  double place = -1.0;
  for (std::uint32_t drawn = 0;; ++drawn) {
    const auto u = static_cast<std::uint64_t>(unit);
    const std::array<std::uint32_t, 4> words = sim::philox(
        {drawn, static_cast<std::uint32_t>(u), static_cast<std::uint32_t>(u >> 32U), kStream}, seed);
    if (density < 1.0) {
      // Uniform in (0, 1) with 53 bits.
      const double uniform =
          (static_cast<double>(((std::uint64_t{words[0]} << 32U) | words[1]) >> 11U) + 0.5) * 0x1p-53;
      place += 1.0 + std::floor(std::log(uniform) / std::log1p(-density));
    } else {
      place += 1.0;
    }
    if (!(place < static_cast<double>(components))) {
      return entries;
    }
    entries.components.push_back(static_cast<std::size_t>(place));
    entries.signs.push_back((words[2] & 1U) != 0 ? 1.0 : -1.0);
  }
}

}  // namespace

std::int64_t johnson_lindenstrauss_components(std::int64_t count) {
  constexpr double kEps = 0.1;
  const double components =
      4.0 * std::log(static_cast<double>(count)) / (kEps * kEps / 2.0 - kEps * kEps * kEps / 3.0);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(components));
}

std::unique_ptr<Patterns> random_projection(const Patterns& patterns, std::int64_t components,
                                            std::uint64_t seed, const Progress& progress) {
  const auto count = static_cast<std::size_t>(patterns.count());
  const auto width = static_cast<std::size_t>(components);
  const std::int64_t units = patterns.units();
  const double density = 1.0 / std::sqrt(static_cast<double>(std::max<std::int64_t>(units, 1)));
  const double scale = std::sqrt(1.0 / (density * static_cast<double>(components)));
  std::vector<double> sums(count * width, 0.0);
  for_each_mean_block(patterns, kBlockUnits, progress, [&](RowMatrix& block, std::int64_t first) {
    std::vector<Entries> entries;
    for (std::int64_t unit = first; unit < first + block.cols(); ++unit) {
      entries.push_back(entries_of(unit, components, density, seed));
    }
    tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
      for (std::size_t u = 0; u < entries.size(); ++u) {
        const double value = block(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(u));
        for (std::size_t e = 0; e < entries[u].components.size(); ++e) {
          sums[i * width + entries[u].components[e]] += entries[u].signs[e] * value;
        }
      }
    });
  });
  report(progress, 1.0);
  std::vector<float> projected(sums.size());
  std::transform(sums.begin(), sums.end(), projected.begin(),
                 [scale](double sum) { return static_cast<float>(scale * sum); });
  return std::make_unique<MatrixPatterns>(patterns.name() + " projected", patterns.count(), components,
                                          std::move(projected));
}

}  // namespace homolog::experiments
