#include "experiments/run/profile.hpp"

#include <cmath>
#include <cstdio>
#include <map>
#include <ostream>
#include <utility>
#include <variant>

#include "experiments/run/table.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

/// The weights that a spike adds at one position of the target.
struct Weights {
  bool int8 = false;
  std::int64_t row = 0;
};

/// Of a kernel whose spikes add rows of weights; row 0 for the others.
Weights weights_of(const sim::Kernel& kernel) {
  if (const auto* convolution = std::get_if<sim::Convolution>(&kernel)) {
    return {.int8 = convolution->weights.empty(), .row = convolution->channels / convolution->groups};
  }
  if (const auto* dense = std::get_if<sim::Dense>(&kernel)) {
    return {.int8 = dense->weights.empty(), .row = dense->channels};
  }
  return {};
}

/// Of the projection with the most synapses into `target`, among those over which events come.
Weights main_weights(const sim::Network& network, sim::PopulationId target) {
  Weights weights;
  std::uint64_t most = 0;
  for (const sim::Projection& projection : network.projections) {
    const Weights candidate = weights_of(projection.kernel);
    if (projection.target != target || candidate.row == 0 ||
        std::holds_alternative<sim::AnalogInput>(network.populations[projection.source].role)) {
      continue;
    }
    const std::uint64_t synapses = sim::synapses(projection);
    if (synapses > most) {
      most = synapses;
      weights = candidate;
    }
  }
  return weights;
}

/// "-" for NaN.
std::string text(const char* format, double value) {
  if (!std::isfinite(value)) {
    return "-";
  }
  char buffer[64];
  std::snprintf(buffer, sizeof(buffer), format, value);
  return buffer;
}

std::string weights_text(const ProfileRow& row) {
  return row.weights.empty() ? "-" : row.weights + " x " + std::to_string(row.row);
}

}  // namespace

double ProfileRow::rate() const {
  return seconds > 0.0 ? synaptic_operations / seconds : kNaN;
}

std::vector<ProfileRow> profile(const sim::Network& network, std::span<const sim::PopulationCost> costs,
                                std::int64_t images, std::int64_t steps, const MeasureCeiling& measure) {
  std::map<std::pair<bool, std::int64_t>, double> ceilings;
  const auto n = static_cast<double>(images);
  std::vector<ProfileRow> rows;
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const sim::Population& population = network.populations[p];
    const sim::PopulationCost& cost = costs[p];
    ProfileRow row{.population = population.name,
                   .shape = population.shape,
                   .neurons = sim::is_spiking(population.role)
                                  ? static_cast<std::uint64_t>(population.shape.size())
                                  : 0U,
                   .spikes = static_cast<double>(cost.spikes) / n,
                   .activity = kNaN,
                   .synaptic_operations = static_cast<double>(cost.synaptic_operations) / n,
                   .seconds = cost.seconds / n,
                   .ceiling = kNaN};
    if (row.neurons > 0) {
      row.activity = row.spikes / static_cast<double>(row.neurons) / static_cast<double>(steps);
    }
    const Weights weights = main_weights(network, static_cast<sim::PopulationId>(p));
    if (weights.row > 0) {
      row.weights = weights.int8 ? "int8" : "float32";
      row.row = weights.row;
      const std::pair key{weights.int8, weights.row};
      if (ceilings.count(key) == 0) {
        ceilings[key] = measure(weights.int8 ? sim::RowForm::gather_int8 : sim::RowForm::gather_float,
                                static_cast<std::size_t>(weights.row));
      }
      row.ceiling = ceilings[key];
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

void print_profile(const std::vector<ProfileRow>& rows, std::ostream& out) {
  using Align = Table::Align;
  Table table({{"population", Align::left},
               {"shape", Align::right},
               {"neurons", Align::right},
               {"spikes/image", Align::right},
               {"% per step", Align::right},
               {"M operations", Align::right},
               {"ms/image", Align::right},
               {"G operations/s", Align::right},
               {"weights", Align::right},
               {"% of ceiling", Align::right}});
  ProfileRow sum{.population = "sum"};
  double seconds_at_ceiling = 0.0;
  for (const ProfileRow& row : rows) {
    table.add({row.population, sim::to_string(row.shape), row.neurons > 0 ? grouped(row.neurons) : "-",
               row.neurons > 0 ? text("%.0f", row.spikes) : "-", text("%.2f", 100.0 * row.activity),
               text("%.2f", row.synaptic_operations / 1e6), text("%.3f", 1e3 * row.seconds),
               text("%.2f", row.rate() / 1e9), weights_text(row), text("%.0f", 100.0 * row.share())});
    sum.neurons += row.neurons;
    sum.spikes += row.spikes;
    sum.synaptic_operations += row.synaptic_operations;
    sum.seconds += row.seconds;
    if (std::isfinite(row.ceiling)) {
      seconds_at_ceiling += row.synaptic_operations / row.ceiling;
    }
  }
  table.add({sum.population, "", grouped(sum.neurons), text("%.0f", sum.spikes), "",
             text("%.2f", sum.synaptic_operations / 1e6), text("%.3f", 1e3 * sum.seconds),
             text("%.2f", sum.rate() / 1e9), "", text("%.0f", 100.0 * seconds_at_ceiling / sum.seconds)});
  out << "\nprofile: what each population cost, per image and on one thread\n";
  table.print(out);
}

}  // namespace homolog::experiments
