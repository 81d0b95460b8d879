#include "experiments/rsa/random_null.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <tuple>

#include "experiments/rsa/evaluate.hpp"
#include "experiments/rsa/flexible_entry.hpp"
#include "experiments/rsa/inference/permutation.hpp"
#include "experiments/rsa/statistics.hpp"

namespace homolog::experiments {
namespace {

/// Layer, reference, comparison.
using Cell = std::tuple<std::string, std::string, std::string>;

/// Values of one random network. All its layers are compared at once.
void add_network(std::map<Cell, std::vector<double>>& values, const RsaSettings& settings,
                 std::span<const Comparison> comparisons,
                 const std::vector<std::vector<OrderedRdm>>& references, const RdmMaker& maker,
                 const Progress& progress) {
  std::vector<OrderedRdm> rdms;
  for (const std::string& layer : settings.layers) {
    const auto count = static_cast<double>(settings.layers.size());
    const auto done = static_cast<double>(rdms.size());
    rdms.emplace_back(maker.of(layer, stored_representation("float"),
                               part_of(progress, done / count, (done + 1.0) / count)));
  }
  const InferenceSettings plain{.resample = Resample::none};
  for (std::size_t r = 0; r < references.size(); ++r) {
    for (std::size_t c = 0; c < comparisons.size() && !references[r].empty(); ++c) {
      const std::vector<RsaRow> rows = evaluate(comparisons[c], rdms, references[r], plain, 0, {}).rows;
      for (std::size_t k = 0; k < rows.size(); ++k) {
        values[{settings.layers[k], settings.references[r].name, settings.compare[c]}].push_back(
            rows[k].value);
      }
    }
  }
}

void describe(RsaRow& row, const std::vector<double>& values) {
  row.random_mean = mean(values);
  double squares = 0.0;
  std::size_t reach = 0;
  for (const double value : values) {
    squares += (value - row.random_mean) * (value - row.random_mean);
    reach += reaches(value, row.value) ? 1U : 0U;
  }
  const auto n = static_cast<double>(values.size());
  row.random_sd = values.size() > 1 ? std::sqrt(squares / (n - 1.0)) : kNotComputed;
  row.p_random = std::isnan(row.value) || std::isnan(row.random_mean)
                     ? kNotComputed
                     : (1.0 + static_cast<double>(reach)) / (1.0 + n);
}

}  // namespace

void add_random_networks(std::vector<RsaRow>& rows, const RsaSettings& settings,
                         std::span<const Comparison> comparisons,
                         const std::vector<std::vector<OrderedRdm>>& references, const RdmMaker& maker,
                         const Progress& progress) {
  std::map<Cell, std::vector<double>> values;
  for (std::size_t k = 0; k < settings.random_networks; ++k) {
    const auto count = static_cast<double>(settings.random_networks);
    const Progress here =
        part_of(progress, static_cast<double>(k) / count, static_cast<double>(k + 1) / count);
    const std::unique_ptr<Representations> network = maker.inputs->random_network(
        maker.inputs->seed + k, settings.layers, [&](double share) { report(here, 0.7 * share); });
    AnalysisInputs inputs = *maker.inputs;
    inputs.representations = network.get();
    inputs.repetitions = 1;
    inputs.warn = {};
    const RdmMaker of_network(inputs, maker.plain_name(), NoiseCovariance::none);
    add_network(values, settings, comparisons, references, of_network, part_of(here, 0.7, 1.0));
  }
  for (RsaRow& row : rows) {
    const auto found = values.find({row.layer, row.reference, row.compare});
    const bool of_layer =
        std::find(settings.layers.begin(), settings.layers.end(), row.layer) != settings.layers.end();
    if (found != values.end() && of_layer && row.code != kModelCode && row.code != kFlexibleCode) {
      describe(row, found->second);
    }
  }
}

}  // namespace homolog::experiments
