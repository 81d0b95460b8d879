#include "experiments/rsa_time/difference_tables.hpp"

#include <algorithm>
#include <cstdint>

namespace homolog::experiments {
namespace {

/// A column of what `of` says of each row.
template <class Value, class Of>
ResultDataset column(const std::string& name, const RsaTimeResult& result, const Of& of) {
  std::vector<Value> values;
  for (const DifferenceSet& set : result.differences) {
    for (const LatencyDifference& pair : set.pairs) {
      values.push_back(of(set, pair));
    }
  }
  return {.name = name, .values = std::move(values)};
}

}  // namespace

std::vector<ResultDataset> latency_difference_datasets(const RsaTimeResult& result) {
  using Set = DifferenceSet;
  using Pair = LatencyDifference;
  const auto text = [&](const std::string& name, const auto& of) {
    return column<std::string>(name, result, of);
  };
  const auto number = [&](const std::string& name, double Pair::*member) {
    return column<double>(name, result, [member](const Set&, const Pair& pair) { return pair.*member; });
  };
  return {text("reference", [](const Set& set, const Pair&) { return set.label.name; }),
          text("kind", [](const Set& set, const Pair&) { return set.label.kind; }),
          column<double>("reference_ms", result,
                         [](const Set& set, const Pair&) { return set.label.reference_ms; }),
          text("compare", [](const Set& set, const Pair&) { return set.compare; }),
          text("latency", [](const Set& set, const Pair&) { return set.latency; }),
          text("unit", [](const Set& set, const Pair&) { return std::string(set.in_ms ? "ms" : "rdm"); }),
          text("layer_a", [&](const Set&, const Pair& pair) { return result.layers[pair.a]; }),
          text("layer_b", [&](const Set&, const Pair& pair) { return result.layers[pair.b]; }),
          number("difference", &Pair::difference),
          number("standard_error", &Pair::standard_error),
          number("ci_low", &Pair::ci_low),
          number("ci_high", &Pair::ci_high),
          number("p", &Pair::p),
          number("p_fdr", &Pair::p_fdr),
          column<std::int64_t>("undefined_draws", result, [](const Set&, const Pair& pair) {
            return static_cast<std::int64_t>(pair.undefined_draws);
          })};
}

std::size_t count_different(const DifferenceSet& set) {
  return static_cast<std::size_t>(std::count_if(
      set.pairs.begin(), set.pairs.end(), [](const auto& pair) { return pair.p_fdr <= kDifferenceLevel; }));
}

std::size_t count_at_smallest_p(const DifferenceSet& set) {
  const double smallest = 2.0 / (1.0 + static_cast<double>(set.draws));
  return static_cast<std::size_t>(std::count_if(set.pairs.begin(), set.pairs.end(),
                                                [&](const auto& pair) { return pair.p <= smallest; }));
}

const LatencyDifference& first_and_last(const DifferenceSet& set) {
  return *std::find_if(set.pairs.begin(), set.pairs.end(), [&](const LatencyDifference& pair) {
    return pair.a == 0 && pair.b == set.pairs.back().b;
  });
}

}  // namespace homolog::experiments
