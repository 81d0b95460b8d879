#include "experiments/fusion/partition_variance.hpp"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "experiments/fusion/least_squares.hpp"
#include "experiments/fusion/sampled_units.hpp"
#include "experiments/fusion/variance_parts.hpp"
#include "experiments/rsa/inference/bootstrap.hpp"
#include "experiments/rsa/inference/bootstrap_variance.hpp"
#include "experiments/rsa/inference/draws.hpp"
#include "experiments/rsa/inference/interval_width.hpp"
#include "experiments/rsa/inference/parallel_draws.hpp"
#include "experiments/rsa/inference/resampled_comparison.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

using Multiplicities = std::vector<std::uint32_t>;

/// Numbers of one problem: R^2 and parts by subset, semi-partial and partial correlations by predictor.
std::size_t columns_of(std::size_t predictors) {
  const std::size_t subsets = (std::size_t{1} << predictors) - 1;
  return 2 * subsets + 2 * predictors;
}

/// How many draws may be evaluated at a time; 0: not one fits.
std::size_t draws_at_once(const PartitionShape& shape, const PartitionOptions& options) {
  const auto pairs = static_cast<double>(Rdm::pair_count(shape.stimuli));
  const bool drawn = options.stimuli || options.subjects;
  const double replicates = drawn ? static_cast<double>(shape.problems * replicate_bytes(shape.sets)) *
                                        static_cast<double>(options.samples)
                                  : 0.0;
  const double of_draw = 8.0 * pairs * (static_cast<double>(shape.subjects) + 3.0 * kMostSets + 6.0);
  const double left = static_cast<double>(options.max_memory) - replicates;
  constexpr double kMost = 1e6;
  return left > 0.0 ? static_cast<std::size_t>(std::min(kMost, left / of_draw)) : 0;
}

PartitionShape shape_of(std::span<const PredictorRdms> problems, std::span<const OrderedRdm> subjects) {
  PartitionShape shape{
      .problems = problems.size(), .subjects = subjects.size(), .stimuli = subjects.front().n()};
  for (const PredictorRdms& predictors : problems) {
    shape.sets = std::max(shape.sets, predictors.size());
  }
  return shape;
}

void check_sizes(std::span<const PredictorRdms> problems, std::span<const OrderedRdm> subjects) {
  if (subjects.empty()) {
    throw Error(ErrorKind::data, "a reference without subjects has no variance to explain");
  }
  for (const PredictorRdms& predictors : problems) {
    if (predictors.size() > kMostSets) {
      throw Error(ErrorKind::config, "variance is partitioned among " + std::to_string(predictors.size()) +
                                         " predictors; " + std::to_string(kMostSets) + " are possible");
    }
    for (const OrderedRdm* predictor : predictors) {
      static_cast<void>(common_size(std::span(predictor, 1), subjects));
    }
  }
  if (subjects.front().n() < 3) {
    throw Error(ErrorKind::data, "variance of RDMs of " + std::to_string(subjects.front().n()) +
                                     " stimuli cannot be partitioned; 3 are the least");
  }
}

/// All numbers of all problems for one set of stimuli, by column and subject.
class Numbers {
 public:
  Numbers(std::span<const PredictorRdms> problems, std::span<const OrderedRdm> subjects,
          const Multiplicities& stimuli, bool ranks)
      : subjects_(subjects.size()), sample_(stimuli, Copies::dropped) {
    std::vector<std::vector<double>> responses;
    for (const OrderedRdm& subject : subjects) {
      responses.push_back(sampled_unit(subject, sample_, ranks));
    }
    for (const PredictorRdms& predictors : problems) {
      std::vector<std::vector<double>> units;
      for (const OrderedRdm* predictor : predictors) {
        units.push_back(sampled_unit(*predictor, sample_, ranks));
      }
      add(regress_on_subsets(units, responses));
    }
  }

  [[nodiscard]] std::size_t columns() const { return values_.size() / subjects_; }
  /// Mean over subjects of which there are so many copies.
  [[nodiscard]] double mean(std::size_t column, const Multiplicities& copies) const {
    return mean_over(std::span(values_).subspan(column * subjects_, subjects_), copies);
  }
  [[nodiscard]] const std::vector<std::size_t>& ranks(std::size_t problem) const { return ranks_[problem]; }
  void write(const Multiplicities& copies, std::size_t draw, Replicates& replicates) const {
    for (std::size_t c = 0; c < columns(); ++c) {
      replicates.at(c, 0, draw) = mean(c, copies);
    }
  }

 private:
  /// `rows`: [subject, columns], appended column by column.
  void append(const std::vector<double>& rows) {
    const std::size_t columns = rows.size() / subjects_;
    for (std::size_t c = 0; c < columns; ++c) {
      for (std::size_t s = 0; s < subjects_; ++s) {
        values_.push_back(rows[s * columns + c]);
      }
    }
  }
  void add(const SubsetRegressions& regressions) {
    const std::size_t subsets = regressions.ranks.size();
    std::vector<double> parts;
    for (std::size_t s = 0; s < subjects_; ++s) {
      const std::vector<double> own =
          variance_parts(std::span(regressions.r_squared).subspan(s * subsets, subsets));
      parts.insert(parts.end(), own.begin(), own.end());
    }
    append(regressions.r_squared);
    append(parts);
    append(regressions.semi_partial);
    append(regressions.partial);
    ranks_.push_back(regressions.ranks);
  }

  std::size_t subjects_;
  PairSample sample_;
  std::vector<double> values_{};  // [column, subject]
  std::vector<std::vector<std::size_t>> ranks_{};
};

/// The columns' means over subjects in every draw.
BootstrapReplicates draw_all(const Numbers& whole, std::span<const PredictorRdms> problems,
                             std::span<const OrderedRdm> subjects, const PartitionOptions& options,
                             const Progress& progress) {
  const std::size_t n = subjects.front().n();
  const bool draw_subjects = options.subjects && subjects.size() > 1;
  BootstrapReplicates replicates{.n_subjects = subjects.size(), .n_stimuli = n};
  const auto space_if = [&](bool wanted) {
    return wanted ? Replicates(whole.columns(), 1, options.samples) : Replicates();
  };
  replicates.subjects = space_if(draw_subjects);
  replicates.stimuli = space_if(options.stimuli);
  replicates.both = space_if(draw_subjects && options.stimuli);
  const Multiplicities every_subject(subjects.size(), 1);
  const auto draw_one = [&](std::size_t b) {
    const auto draw = static_cast<std::uint32_t>(b);
    Multiplicities copies;
    if (draw_subjects) {
      copies =
          multiplicities(subjects.size(), {.seed = options.seed, .purpose = Purpose::subjects, .draw = draw});
      whole.write(copies, b, replicates.subjects);
    }
    if (options.stimuli) {
      const AcceptedDraw accepted =
          multiplicities_with(3, n, {.seed = options.seed, .purpose = Purpose::stimuli, .draw = draw});
      const Numbers drawn(problems, subjects, accepted.multiplicities, options.ranks);
      drawn.write(every_subject, b, replicates.stimuli);
      if (draw_subjects) {
        drawn.write(copies, b, replicates.both);
      }
    }
  };
  parallel_draws(options.samples, progress, draw_one, draws_at_once(shape_of(problems, subjects), options));
  return replicates;
}

/// One for each column.
std::vector<Estimate> estimates(const Numbers& whole, const Multiplicities& every_subject) {
  std::vector<Estimate> all(whole.columns());
  for (std::size_t c = 0; c < all.size(); ++c) {
    all[c].value = whole.mean(c, every_subject);
  }
  return all;
}

void add_intervals(const BootstrapReplicates& replicates, double level, std::vector<Estimate>& estimates) {
  const double width = interval_width(replicates, level);
  tbb::parallel_for(std::size_t{0}, estimates.size(), [&](std::size_t c) {
    estimates[c] = estimate_of(estimates[c].value, std::sqrt(bootstrap_variance(replicates, c)), width);
  });
}

/// Takes the columns of one problem off the front.
VariancePartition partition_of(const PredictorRdms& predictors, const std::vector<std::size_t>& ranks,
                               std::size_t pairs, std::span<const Estimate>& columns) {
  const auto take = [&](std::size_t count) {
    const std::vector<Estimate> taken(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(count));
    columns = columns.subspan(count);
    return taken;
  };
  VariancePartition partition{.ranks = ranks};
  partition.r_squared = take(ranks.size());
  partition.parts = take(ranks.size());
  partition.semi_partial = take(predictors.size());
  partition.partial = take(predictors.size());
  for (std::size_t s = 0; s < ranks.size(); ++s) {
    partition.adjusted.push_back(adjusted_r_squared(partition.r_squared[s].value, pairs, ranks[s]));
  }
  return partition;
}

}  // namespace

std::uint64_t replicate_bytes(std::size_t sets) {
  return 3 * sizeof(double) * columns_of(sets);
}

void check_memory(const PartitionShape& shape, const PartitionOptions& options) {
  if (draws_at_once(shape, options) < 1) {
    throw Error(ErrorKind::config,
                "partitioning the variance of " + std::to_string(shape.subjects) + " subjects' RDMs of " +
                    std::to_string(shape.stimuli) + " stimuli for " + std::to_string(shape.problems) +
                    " layers needs more memory than the " + std::to_string(options.max_memory >> 20U) +
                    " MiB allowed; take fewer of them, or fewer samples");
  }
}

std::vector<VariancePartition> partition_variance(std::span<const PredictorRdms> problems,
                                                  std::span<const OrderedRdm> subjects,
                                                  const PartitionOptions& options, const Progress& progress) {
  check_sizes(problems, subjects);
  const bool draws = options.stimuli || (options.subjects && subjects.size() > 1);
  if (draws) {
    check_bootstrap({.models = 1, .subjects = subjects.size(), .stimuli = subjects.front().n()},
                    {.stimuli = options.stimuli,
                     .subjects = options.subjects,
                     .samples = options.samples,
                     .level = options.level,
                     .max_memory = options.max_memory});
  }
  check_memory(shape_of(problems, subjects), options);
  const std::size_t n = subjects.front().n();
  const Numbers whole(problems, subjects, Multiplicities(n, 1), options.ranks);
  std::vector<Estimate> columns = estimates(whole, Multiplicities(subjects.size(), 1));
  if (draws) {
    add_intervals(draw_all(whole, problems, subjects, options, progress), options.level, columns);
  }
  std::vector<VariancePartition> partitions;
  std::span<const Estimate> left = columns;
  for (std::size_t p = 0; p < problems.size(); ++p) {
    partitions.push_back(partition_of(problems[p], whole.ranks(p), Rdm::pair_count(n), left));
  }
  report(progress, 1.0);
  return partitions;
}

}  // namespace homolog::experiments
