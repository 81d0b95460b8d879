#include "experiments/rsa/inference/pair_sample.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "experiments/rsa/inference/weighted_order.hpp"

namespace homolog::experiments {
namespace {

/// (values - offset) / weighted root mean square, or as they are if that is 0.
void standardise(std::vector<double>& values, std::span<const double> weights, double offset) {
  double squares = 0.0;
  double total = 0.0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    squares += weights[k] * (values[k] - offset) * (values[k] - offset);
    total += weights[k];
  }
  const double unit = std::sqrt(squares / total);
  if (unit > 0.0) {
    for (double& value : values) {
      value = (value - offset) / unit;
    }
  }
}

void standardise_interval(std::vector<double>& values, std::span<const double> weights) {
  if (std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); })) {
    return;
  }
  double sum = 0.0;
  double total = 0.0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    sum += weights[k] * values[k];
    total += weights[k];
  }
  standardise(values, weights, sum / total);
}

/// Ranks of those pairs of an RDM that are in the sample: its order is known.
SampledPairs ranked(const OrderedRdm& rdm, const PairSample& sample) {
  const std::size_t size = sample.weights().size();
  std::vector<std::uint32_t> order(size + 1);  // one more: the writes of absent pairs go to the next place
  std::vector<std::uint32_t> ties(size + 1);
  std::size_t next = 0;
  for (std::size_t k = 0; k < rdm.order().size(); ++k) {
    const std::uint32_t place = sample.places()[rdm.order()[k]];
    order[next] = place;
    ties[next] = rdm.ties()[k];
    next += place != PairSample::kAbsent ? 1 : 0;
  }
  order.resize(size);
  ties.resize(size);
  return {.values = weighted_mid_ranks(order, ties, sample.weights()), .order = std::move(order)};
}

SampledPairs ranked(const std::vector<double>& values, const PairSample& sample) {
  std::vector<std::uint32_t> order = ascending_order(values);
  std::vector<std::uint32_t> ties(order.size(), 0);
  for (std::size_t k = 1; k < order.size(); ++k) {
    ties[k] = ties[k - 1] + (values[order[k]] != values[order[k - 1]] ? 1U : 0U);
  }
  return {.values = weighted_mid_ranks(order, ties, sample.weights()), .order = std::move(order)};
}

}  // namespace

PairSample::PairSample(std::span<const std::uint32_t> multiplicities, Copies copies) : copies_(copies) {
  if (copies == Copies::dropped) {
    keep_once(multiplicities);
  } else {
    repeat(multiplicities);
  }
  root_weights_.resize(weights_.size());
  std::transform(weights_.begin(), weights_.end(), root_weights_.begin(),
                 [](double weight) { return std::sqrt(weight); });
}

void PairSample::keep_once(std::span<const std::uint32_t> multiplicities) {
  const std::size_t n = multiplicities.size();
  places_.assign(Rdm::pair_count(n), kAbsent);
  std::uint32_t pair = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j, ++pair) {
      if (multiplicities[i] > 0 && multiplicities[j] > 0) {
        places_[pair] = static_cast<std::uint32_t>(sources_.size());
        sources_.push_back(pair);
        weights_.push_back(static_cast<double>(multiplicities[i]) * multiplicities[j]);
      }
    }
  }
}

void PairSample::repeat(std::span<const std::uint32_t> multiplicities) {
  const std::size_t n = multiplicities.size();
  std::vector<std::size_t> stimuli;
  for (std::size_t i = 0; i < n; ++i) {
    stimuli.insert(stimuli.end(), multiplicities[i], i);
  }
  for (std::size_t a = 0; a < stimuli.size(); ++a) {
    for (std::size_t b = a + 1; b < stimuli.size(); ++b) {
      const bool copies = stimuli[a] == stimuli[b];
      sources_.push_back(copies ? kAbsent
                                : static_cast<std::uint32_t>(Rdm::pair_index(n, stimuli[a], stimuli[b])));
    }
  }
  weights_.assign(sources_.size(), 1.0);
}

std::vector<double> PairSample::gather(const Rdm& rdm) const {
  std::vector<double> values(sources_.size());
  std::transform(sources_.begin(), sources_.end(), values.begin(),
                 [&](std::uint32_t pair) { return pair == kAbsent ? 0.0 : rdm.pairs()[pair]; });
  return values;
}

SampledPairs on_scale(Scale scale, const OrderedRdm& rdm, const PairSample& sample) {
  if (scale == Scale::ordinal && sample.copies() == Copies::dropped) {
    return ranked(rdm, sample);
  }
  return on_scale(scale, sample.gather(rdm.rdm()), sample);
}

SampledPairs on_scale(Scale scale, std::vector<double> values, const PairSample& sample) {
  if (sample.copies() == Copies::zero) {
    return {.values = on_scale(scale, values)};
  }
  switch (scale) {
    case Scale::raw: break;
    case Scale::ordinal: return ranked(values, sample);
    case Scale::interval: standardise_interval(values, sample.weights()); break;
    case Scale::ratio: standardise(values, sample.weights(), 0.0); break;
  }
  return {.values = std::move(values)};
}

}  // namespace homolog::experiments
