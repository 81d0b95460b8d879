#include "experiments/fusion/fuse.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "experiments/fusion/batched_draws.hpp"
#include "experiments/fusion/fused_rdms.hpp"
#include "experiments/fusion/fusion_bootstrap.hpp"
#include "experiments/fusion/sampled_units.hpp"
#include "experiments/fusion/shared_variance.hpp"
#include "experiments/rsa/inference/bootstrap.hpp"
#include "experiments/rsa/inference/corrections.hpp"
#include "experiments/rsa/inference/draws.hpp"
#include "experiments/rsa/inference/student_t.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

constexpr double kRounding = 1e-12;  // as in permutation_test()

FusionShape shape_of(const FusedRdms& rdms) {
  return {.times = rdms.times(),
          .models = rdms.models.size(),
          .controls = rdms.controls.size(),
          .stimuli = rdms.n(),
          .first_subjects = rdms.first.subjects(),
          .second_subjects = rdms.second.subjects()};
}

/// How many draws or permutations may be evaluated at a time; 0: not one fits.
std::size_t draws_at_once(const FusionShape& shape, const FusionOptions& options) {
  const auto pairs = static_cast<double>(Rdm::pair_count(shape.stimuli));
  const auto times = static_cast<double>(shape.times);
  const auto columns = static_cast<double>(1 + shape.models + shape.controls);
  const double seconds = options.subjects && shape.second_subjects > 1 ? 2.0 : 1.0;
  const double ways = (options.subjects && shape.first_subjects > 1 ? 2.0 : 1.0) * seconds * 2.0;
  const double numbers = ways * columns * times * (static_cast<double>(kBatch) + 16.0);
  const double of_draw = 8.0 * pairs * ((1.0 + 2.0 * seconds) * columns + 12.0);  // and the RDMs themselves
  const double left = static_cast<double>(options.max_memory) - 8.0 * (pairs * times + numbers) - of_draw;
  constexpr double kMost = 1e6;
  return left > 0.0 ? static_cast<std::size_t>(std::min(kMost, left / of_draw)) : 0;
}

void check(const FusedRdms& rdms, const FusionOptions& options) {
  if (rdms.second.times() != 1) {
    throw Error(ErrorKind::data, "the second of two references that are fused has " +
                                     std::to_string(rdms.second.times()) + " times; expected one");
  }
  for (const std::span<const OrderedRdm>& others : {rdms.first.means(), rdms.models, rdms.controls}) {
    static_cast<void>(common_size(others, rdms.second.means()));
  }
  // Three stimuli at least, and options in range.
  check_bootstrap({.models = 1, .subjects = 1, .stimuli = rdms.n()},
                  {.stimuli = true,
                   .subjects = false,
                   .samples = options.stimuli || options.subjects ? options.samples : 2,
                   .level = options.level,
                   .max_memory = options.max_memory});
  if (options.permutations > 1'000'000) {
    throw Error(ErrorKind::config, std::to_string(options.permutations) +
                                       " permutations are asked for; up to 1000000 are possible");
  }
  check_memory(shape_of(rdms), options);
}

std::vector<std::vector<double>> units(std::span<const OrderedRdm> rdms, const PairSample& sample,
                                       bool ranks) {
  std::vector<std::vector<double>> all(rdms.size());
  tbb::parallel_for(std::size_t{0}, rdms.size(),
                    [&](std::size_t k) { all[k] = sampled_unit(rdms[k], sample, ranks); });
  return all;
}

/// [pairs, count] side by side.
std::vector<double> side_by_side(const std::vector<std::vector<double>>& columns) {
  std::vector<double> all;
  all.reserve(columns.size() * columns.front().size());
  for (const std::vector<double>& column : columns) {
    all.insert(all.end(), column.begin(), column.end());
  }
  return all;
}

/// The RDMs as they are, and with permuted stimuli.
class Whole {
 public:
  Whole(const FusedRdms& rdms, bool ranks)
      : rdms_(rdms),
        sample_(std::vector<std::uint32_t>(rdms.n(), 1), Copies::dropped),
        second_(sampled_unit(rdms.second.means().front(), sample_, ranks)),
        controls_(units(rdms.controls, sample_, ranks)),
        models_(units(rdms.models, sample_, ranks)),
        first_(side_by_side(units(rdms.first.means(), sample_, ranks))) {}

  /// [time, column].
  [[nodiscard]] std::vector<double> numbers() const {
    return numbers_of(second_, [this](std::size_t m) { return models_[m]; });
  }
  [[nodiscard]] std::vector<double> permuted_numbers(std::uint64_t seed, std::uint32_t b) const {
    const std::vector<std::uint32_t> order =
        permutation(rdms_.n(), {.seed = seed, .purpose = Purpose::permutation, .draw = b});
    std::vector<std::uint32_t> pairs;
    pairs.reserve(second_.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      for (std::size_t j = i + 1; j < order.size(); ++j) {
        const auto [low, high] = std::minmax(order[i], order[j]);
        pairs.push_back(static_cast<std::uint32_t>(Rdm::pair_index(order.size(), low, high)));
      }
    }
    const auto permuted = [&pairs](const std::vector<double>& values) {
      std::vector<double> result(values.size());
      std::transform(pairs.begin(), pairs.end(), result.begin(), [&](std::uint32_t k) { return values[k]; });
      return result;
    };
    return numbers_of(permuted(second_), [&](std::size_t m) { return permuted(models_[m]); });
  }

 private:
  /// Correlations with `second`, commonality of the second RDM as it is.
  template <class Model>
  [[nodiscard]] std::vector<double> numbers_of(const std::vector<double>& second, const Model& model) const {
    SharedVariance shared(second_, controls_, models_.size());
    for (std::size_t m = 0; m < models_.size(); ++m) {
      shared.set_model(m, model(m));
    }
    const std::vector<double> correlations = SharedVariance(second, {}, 0).correlations(first_);
    const std::vector<double> common = shared.commonality(first_);
    std::vector<double> numbers;
    numbers.reserve(rdms_.times() * rdms_.columns());
    for (std::size_t t = 0; t < rdms_.times(); ++t) {
      numbers.push_back(correlations[t]);
      const auto own = common.begin() + static_cast<std::ptrdiff_t>(t * models_.size());
      numbers.insert(numbers.end(), own, own + static_cast<std::ptrdiff_t>(models_.size()));
    }
    return numbers;
  }

  const FusedRdms& rdms_;
  PairSample sample_;
  std::vector<double> second_;
  std::vector<std::vector<double>> controls_;
  std::vector<std::vector<double>> models_;
  std::vector<double> first_;  // [pairs, time]
};

/// p values [time, column].
std::vector<double> permutation_p(const Whole& whole, const std::vector<double>& numbers,
                                  const FusionOptions& options, std::size_t at_once,
                                  const Progress& progress) {
  std::vector<std::vector<bool>> batch(kBatch);
  std::vector<std::size_t> reached(numbers.size(), 0);
  batched_draws(
      options.permutations, at_once, progress,
      [&](std::size_t b, std::size_t place) {
        const std::vector<double> null = whole.permuted_numbers(options.seed, static_cast<std::uint32_t>(b));
        batch[place].resize(null.size());
        for (std::size_t k = 0; k < null.size(); ++k) {
          batch[place][k] = !(null[k] < numbers[k] - kRounding);
        }
      },
      [&](std::size_t count) {
        for (std::size_t place = 0; place < count; ++place) {
          for (std::size_t k = 0; k < reached.size(); ++k) {
            reached[k] += batch[place][k] ? 1U : 0U;
          }
        }
      });
  std::vector<double> p(numbers.size());
  for (std::size_t k = 0; k < p.size(); ++k) {
    p[k] = std::isnan(numbers[k])
               ? kNaN
               : (1.0 + static_cast<double>(reached[k])) / (1.0 + static_cast<double>(options.permutations));
  }
  return p;
}

/// One column out of numbers [time, column].
std::vector<double> column_of(const std::vector<double>& numbers, std::size_t column, std::size_t columns) {
  std::vector<double> values;
  for (std::size_t k = column; k < numbers.size(); k += columns) {
    values.push_back(numbers[k]);
  }
  return values;
}

}  // namespace

void check_memory(const FusionShape& shape, const FusionOptions& options) {
  if (draws_at_once(shape, options) < 1) {
    throw Error(ErrorKind::config,
                "a fusion of " + std::to_string(shape.times) + " times, " + std::to_string(shape.models) +
                    " models and " + std::to_string(shape.stimuli) + " stimuli needs more memory than the " +
                    std::to_string(options.max_memory >> 20U) + " MiB allowed; take fewer of them");
  }
}

FusionResult fuse(const SystemRdms& first, const SystemRdms& second, std::span<const OrderedRdm> models,
                  std::span<const OrderedRdm> controls, const FusionOptions& options,
                  const Progress& progress) {
  const FusedRdms rdms{.first = first, .second = second, .models = models, .controls = controls};
  check(rdms, options);
  const std::size_t at_once = draws_at_once(shape_of(rdms), options);
  const Whole whole(rdms, options.ranks);
  const std::vector<double> numbers = whole.numbers();
  std::vector<double> p(numbers.size(), kNaN);
  const bool bootstrap =
      options.stimuli || (options.subjects && (first.subjects() > 1 || second.subjects() > 1));
  if (options.permutations > 0) {
    p = permutation_p(whole, numbers, options, at_once, part_of(progress, 0.0, bootstrap ? 0.3 : 1.0));
  }
  FusionErrors errors{.standard_errors = std::vector<double>(numbers.size(), kNaN), .least = 2};
  if (bootstrap) {
    errors =
        fusion_errors(rdms, options, at_once, part_of(progress, options.permutations > 0 ? 0.3 : 0.0, 1.0));
  }
  const double width = student_t_quantile(0.5 * (1.0 + options.level), static_cast<double>(errors.least - 1));
  FusionResult result;
  for (std::size_t c = 0; c < rdms.columns(); ++c) {
    const std::vector<double> values = column_of(numbers, c, rdms.columns());
    const std::vector<double> own_errors = column_of(errors.standard_errors, c, rdms.columns());
    TimeCourse course{.p = column_of(p, c, rdms.columns())};
    for (std::size_t t = 0; t < values.size(); ++t) {
      course.estimates.push_back(estimate_of(values[t], own_errors[t], width));
    }
    course.p_fdr = benjamini_hochberg(course.p);
    if (c == 0) {
      result.correlation = std::move(course);
    } else {
      result.commonality.push_back(std::move(course));
    }
  }
  report(progress, 1.0);
  return result;
}

}  // namespace homolog::experiments
