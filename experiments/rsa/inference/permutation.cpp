#include "experiments/rsa/inference/permutation.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "experiments/rsa/inference/bootstrap.hpp"
#include "experiments/rsa/inference/draws.hpp"
#include "experiments/rsa/inference/parallel_draws.hpp"
#include "experiments/rsa/inference/resampled_comparison.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

constexpr std::size_t kMaxSamples = 1'000'000;
constexpr double kRounding = 1e-12;

void check(const BootstrapShape& shape, const PermutationOptions& options) {
  if (options.samples < 1 || options.samples > kMaxSamples) {
    throw Error(ErrorKind::config,
                std::to_string(options.samples) + " permutations are asked for; 1 to 1000000 are possible");
  }
  check_bootstrap(shape, {.subjects = false, .samples = std::max<std::size_t>(options.samples, 2)});
}

/// For each pair (i, j) the pair (order[i], order[j]).
std::vector<std::uint32_t> permuted_pairs(const std::vector<std::uint32_t>& order) {
  const std::size_t n = order.size();
  std::vector<std::uint32_t> pairs;
  pairs.reserve(Rdm::pair_count(n));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      const auto [low, high] = std::minmax(order[i], order[j]);
      pairs.push_back(static_cast<std::uint32_t>(Rdm::pair_index(n, low, high)));
    }
  }
  return pairs;
}

SampledPairs permuted(const SampledPairs& model, const std::vector<std::uint32_t>& pairs,
                      const std::vector<std::uint32_t>& inverse) {
  SampledPairs result;
  result.values.resize(model.values.size());
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    result.values[k] = model.values[pairs[k]];
  }
  result.order.resize(model.order.size());
  for (std::size_t k = 0; k < model.order.size(); ++k) {
    result.order[k] = inverse[model.order[k]];
  }
  return result;
}

/// `null`: of one model, over permutations.
PermutationTest test_of(double value, std::span<const double> null) {
  PermutationTest test{.value = value};
  const auto count = static_cast<double>(null.size());
  double reached = 0.0;
  double squares = 0.0;
  for (const double other : null) {
    reached += reaches(other, value) ? 1.0 : 0.0;
    test.null_mean += other / count;
  }
  for (const double other : null) {
    squares += (other - test.null_mean) * (other - test.null_mean);
  }
  test.null_sd = std::sqrt(squares / count);
  test.p = std::isnan(value) ? value : (1.0 + reached) / (1.0 + count);
  return test;
}

}  // namespace

bool reaches(double null, double value) {
  return null >= value - kRounding;
}

std::vector<PermutationTest> permutation_test(const Comparison& comparison,
                                              std::span<const OrderedRdm> models,
                                              std::span<const OrderedRdm> subjects,
                                              const PermutationOptions& options, const Progress& progress) {
  const BootstrapShape shape = shape_of(models, subjects);
  check(shape, options);
  const std::vector<std::uint32_t> once(shape.stimuli, 1);
  const std::vector<std::uint32_t> every_subject(shape.subjects, 1);
  const ResampledComparison whole(comparison, once);
  const ResampledSubjects references(whole, subjects, false);
  std::vector<SampledPairs> ready;
  for (const OrderedRdm& model : models) {
    ready.push_back(whole.ready(model));
  }
  const auto means = [&](const std::function<SampledPairs(std::size_t)>& model) {
    const std::vector<double> values = whole.compare(shape.models, model, references.ready());
    std::vector<double> result(shape.models);
    for (std::size_t m = 0; m < shape.models; ++m) {
      result[m] = mean_over(std::span(values).subspan(m * shape.subjects, shape.subjects), every_subject);
    }
    return result;
  };

  std::vector<double> null(shape.models * options.samples);  // [models, samples]
  parallel_draws(options.samples, progress, [&](std::size_t b) {
    const std::vector<std::uint32_t> pairs = permuted_pairs(permutation(
        shape.stimuli,
        {.seed = options.seed, .purpose = Purpose::permutation, .draw = static_cast<std::uint32_t>(b)}));
    std::vector<std::uint32_t> inverse(pairs.size());
    for (std::size_t k = 0; k < pairs.size(); ++k) {
      inverse[pairs[k]] = static_cast<std::uint32_t>(k);
    }
    const std::vector<double> values =
        means([&](std::size_t m) { return permuted(ready[m], pairs, inverse); });
    for (std::size_t m = 0; m < shape.models; ++m) {
      null[m * options.samples + b] = values[m];
    }
  });

  const std::vector<double> values = means([&](std::size_t m) { return ready[m]; });
  std::vector<PermutationTest> tests;
  for (std::size_t m = 0; m < shape.models; ++m) {
    tests.push_back(test_of(values[m], std::span(null).subspan(m * options.samples, options.samples)));
  }
  return tests;
}

}  // namespace homolog::experiments
