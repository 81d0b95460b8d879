#include "experiments/fusion/variance_tables.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "experiments/analysis/estimate_datasets.hpp"
#include "experiments/analysis/table_cells.hpp"

namespace homolog::experiments {
namespace {

using Json = nlohmann::ordered_json;
using Estimates = std::vector<Estimate> VariancePartition::*;

/// [layer, reference, subset or set]
template <class Value, class ValueOf>
ResultDataset cube(const VarianceResult& result, const std::string& name, std::size_t last,
                   const std::string& last_axis, const ValueOf& value_of) {
  std::vector<Value> values;
  for (const VariancePartition& partition : result.partitions) {
    for (std::size_t k = 0; k < last; ++k) {
      values.push_back(value_of(partition, k));
    }
  }
  return {.name = name,
          .values = std::move(values),
          .extents = {result.layers.size(), result.references.size(), last},
          .axes = "layer,reference," + last_axis};
}

void add_estimates(const VarianceResult& result, const std::string& name, std::size_t last,
                   const std::string& last_axis, Estimates member, std::vector<ResultDataset>& datasets) {
  std::vector<Estimate> estimates;
  for (const VariancePartition& partition : result.partitions) {
    estimates.insert(estimates.end(), (partition.*member).begin(), (partition.*member).end());
  }
  std::vector<ResultDataset> four =
      estimate_datasets(name, estimates, {result.layers.size(), result.references.size(), last},
                        "layer,reference," + last_axis);
  std::move(four.begin(), four.end(), std::back_inserter(datasets));
}

ResultDataset members(const VarianceResult& result) {
  std::vector<std::int64_t> values;
  for (std::size_t subset = 1; subset <= result.subsets(); ++subset) {
    for (std::size_t set = 0; set < result.sets.size(); ++set) {
      values.push_back(static_cast<std::int64_t>(subset >> set & 1U));
    }
  }
  return {.name = "members",
          .values = std::move(values),
          .extents = {result.subsets(), result.sets.size()},
          .axes = "subset,set"};
}

/// What no set explains alone: R^2 of all sets minus their unique parts.
double shared_part(const VariancePartition& partition, std::size_t sets) {
  double shared = partition.r_squared.back().value;
  for (std::size_t set = 0; set < sets; ++set) {
    shared -= partition.parts[(std::size_t{1} << set) - 1].value;
  }
  return shared;
}

Json row_of(const VarianceResult& result, std::size_t layer, std::size_t reference) {
  const VariancePartition& partition = result.at(layer, reference);
  Json row{{"layer", result.layers[layer]},
           {"reference", result.references[reference]},
           {"r_squared", json_of(partition.r_squared.back())},
           {"r_squared_adjusted", json_number(partition.adjusted.back())},
           {"shared", json_number(shared_part(partition, result.sets.size()))},
           {"unique", Json::object()},
           {"semi_partial", Json::object()},
           {"partial", Json::object()},
           {"parts", Json::object()}};
  for (std::size_t set = 0; set < result.sets.size(); ++set) {
    row["unique"][result.sets[set]] = json_of(partition.parts[(std::size_t{1} << set) - 1]);
    row["semi_partial"][result.sets[set]] = json_of(partition.semi_partial[set]);
    row["partial"][result.sets[set]] = json_of(partition.partial[set]);
  }
  for (std::size_t subset = 0; subset < result.subsets(); ++subset) {
    row["parts"][result.subset_name(subset)] = json_number(partition.parts[subset].value);
  }
  return row;
}

}  // namespace

std::string VarianceResult::subset_name(std::size_t subset) const {
  std::string name;
  for (std::size_t set = 0; set < sets.size(); ++set) {
    if (((subset + 1) >> set & 1U) != 0) {
      name += (name.empty() ? "" : "+") + sets[set];
    }
  }
  return name;
}

std::vector<ResultDataset> variance_datasets(const VarianceResult& result) {
  std::vector<std::string> subsets;
  for (std::size_t subset = 0; subset < result.subsets(); ++subset) {
    subsets.push_back(result.subset_name(subset));
  }
  std::vector<ResultDataset> datasets{
      {.name = "layers", .values = result.layers},
      {.name = "references", .values = result.references},
      {.name = "sets", .values = result.sets},
      {.name = "subsets",
       .values = subsets,
       .attributes = {{"dissimilarities", result.ranks ? "ranks" : "values"}}},
      members(result),
      cube<std::int64_t>(
          result, "rank", result.subsets(), "subset",
          [](const VariancePartition& p, std::size_t k) { return static_cast<std::int64_t>(p.ranks[k]); }),
      cube<double>(result, "r_squared_adjusted", result.subsets(), "subset",
                   [](const VariancePartition& p, std::size_t k) { return p.adjusted[k]; })};
  add_estimates(result, "r_squared", result.subsets(), "subset", &VariancePartition::r_squared, datasets);
  add_estimates(result, "part", result.subsets(), "subset", &VariancePartition::parts, datasets);
  add_estimates(result, "semi_partial", result.sets.size(), "set", &VariancePartition::semi_partial,
                datasets);
  add_estimates(result, "partial", result.sets.size(), "set", &VariancePartition::partial, datasets);
  return datasets;
}

std::string variance_json(const VarianceResult& result) {
  Json rows = Json::array();
  for (std::size_t layer = 0; layer < result.layers.size(); ++layer) {
    for (std::size_t reference = 0; reference < result.references.size(); ++reference) {
      rows.push_back(row_of(result, layer, reference));
    }
  }
  return Json{{"dissimilarities", result.ranks ? "ranks" : "values"},
              {"sets", result.sets},
              {"rows", std::move(rows)}}
      .dump();
}

std::string variance_text(const VarianceResult& result) {
  std::vector<std::string> head{"layer", "reference", "R2 of all"};
  for (const std::string& set : result.sets) {
    head.push_back("only " + set);
  }
  head.emplace_back("shared");
  std::vector<std::vector<std::string>> rows{head};
  for (std::size_t layer = 0; layer < result.layers.size(); ++layer) {
    for (std::size_t reference = 0; reference < result.references.size(); ++reference) {
      const VariancePartition& partition = result.at(layer, reference);
      std::vector<std::string> row{result.layers[layer], result.references[reference],
                                   cell_of(partition.r_squared.back())};
      for (std::size_t set = 0; set < result.sets.size(); ++set) {
        row.push_back(cell_of(partition.parts[(std::size_t{1} << set) - 1]));
      }
      row.push_back(cell_of(shared_part(partition, result.sets.size())));
      rows.push_back(std::move(row));
    }
  }
  return "\nvariance: what explains the references' " + std::string(result.ranks ? "ranked " : "") +
         "dissimilarities\n" + table_of(rows, 2);
}

}  // namespace homolog::experiments
