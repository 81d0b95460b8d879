#include <cassert>
#include <map>
#include <type_traits>

#include "conversion/spiking/apply_kernel.hpp"
#include "conversion/spiking/convert.hpp"

namespace homolog::conversion {
namespace {

/// Mean emission: of a spiking population the `sums` of its emission, divided by what they would be if it
/// emitted in every step; of a relay, what it passes on. Each is computed once, since relays of relays reach
/// the same sources on very many ways.
template <class Sum>
class Rates {
 public:
  Rates(const sim::Network& network, const std::vector<std::vector<Sum>>& sums, double most)
      : network_(network), sums_(sums), most_(most) {}

  const std::vector<double>& of(sim::PopulationId id) {
    const auto known = known_.find(id);
    return known != known_.end() ? known->second : known_.emplace(id, computed(id)).first->second;
  }

 private:
  std::vector<double> computed(sim::PopulationId id) {
    const sim::Population& population = network_.populations[id];
    std::vector<double> values(static_cast<std::size_t>(population.shape.size()), 0.0);
    if (std::holds_alternative<sim::Relay>(population.role)) {
      for (const sim::Projection& projection : network_.projections) {
        if (projection.target == id) {
          apply_kernel(projection.kernel, of(projection.source), values);
        }
      }
      return values;
    }
    assert(sums_[id].size() == values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      if constexpr (std::is_same_v<Sum, std::uint32_t>) {
        values[i] = static_cast<double>(static_cast<std::int32_t>(sums_[id][i])) / most_;
      } else {
        values[i] = static_cast<double>(sums_[id][i]) / most_;
      }
    }
    return values;
  }

  const sim::Network& network_;
  const std::vector<std::vector<Sum>>& sums_;
  double most_;
  std::map<sim::PopulationId, std::vector<double>> known_{};
};

/// `rate(population)`: what a spike train of a population says, per unit.
template <class Rate>
std::vector<float> decode_rates(const Layer& layer, const Rate& rate) {
  std::vector<double> values(layer.offset.begin(), layer.offset.end());
  values.resize(static_cast<std::size_t>(layer.shape.size()), 0.0);
  if (layer.population) {
    const std::vector<double> rates = rate(*layer.population);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] += rates[i] * static_cast<double>(layer.scale[i % layer.scale.size()]);
    }
  }
  for (const Layer::Reading& reading : layer.reading) {
    apply_kernel(reading.kernel, rate(reading.source), values);
  }
  return sim::chw_values(layer.shape, std::vector<float>(values.begin(), values.end()));
}

}  // namespace

std::vector<float> decode(const Twin& twin, const Layer& layer,
                          const std::vector<std::vector<std::uint32_t>>& counts, std::uint32_t steps) {
  Rates<std::uint32_t> rates(twin.network, counts, static_cast<double>(steps));
  return decode_rates(layer, [&](sim::PopulationId id) { return rates.of(id); });
}

std::vector<float> decode_worths(const Twin& twin, const Layer& layer,
                                 const std::vector<std::vector<float>>& worths, double summed_worth) {
  Rates<float> rates(twin.network, worths, summed_worth);
  return decode_rates(layer, [&](sim::PopulationId id) { return rates.of(id); });
}

std::vector<float> decode_values(const Layer& layer, const std::vector<std::vector<float>>& values) {
  return decode_rates(layer, [&](sim::PopulationId id) {
    return std::vector<double>(values.at(id).begin(), values.at(id).end());
  });
}

}  // namespace homolog::conversion
