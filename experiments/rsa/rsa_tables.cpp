#include "experiments/rsa/rsa_tables.hpp"

namespace homolog::experiments {
namespace {

template <class Value>
ResultDataset column(const std::string& name, std::span<const RsaDifference> rows,
                     Value RsaDifference::*member) {
  std::vector<Value> values;
  for (const RsaDifference& row : rows) {
    values.push_back(row.*member);
  }
  return {.name = name, .values = std::move(values)};
}

}  // namespace

std::vector<ResultDataset> difference_datasets(std::span<const RsaDifference> rows) {
  return {column("reference", rows, &RsaDifference::reference),
          column("compare", rows, &RsaDifference::compare),
          column("layer_a", rows, &RsaDifference::layer_a),
          column("code_a", rows, &RsaDifference::code_a),
          column("layer_b", rows, &RsaDifference::layer_b),
          column("code_b", rows, &RsaDifference::code_b),
          column("difference", rows, &RsaDifference::difference),
          column("standard_error", rows, &RsaDifference::standard_error),
          column("p", rows, &RsaDifference::p),
          column("p_fdr", rows, &RsaDifference::p_fdr),
          column("p_bonferroni", rows, &RsaDifference::p_bonferroni)};
}

}  // namespace homolog::experiments
