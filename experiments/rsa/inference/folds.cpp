#include "experiments/rsa/inference/folds.hpp"

#include "experiments/rsa/inference/draws.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

using Multiplicities = std::vector<std::uint32_t>;

std::vector<std::size_t> deal(std::size_t folds, std::span<const std::uint32_t> multiplicities,
                              const DrawKey& key) {
  std::vector<std::size_t> different;
  for (std::size_t i = 0; i < multiplicities.size(); ++i) {
    if (multiplicities[i] > 0) {
      different.push_back(i);
    }
  }
  const std::vector<std::uint32_t> order = permutation(different.size(), key);
  std::vector<std::size_t> fold_of(multiplicities.size(), 0);
  for (std::size_t k = 0; k < different.size(); ++k) {
    fold_of[different[order[k]]] = k % folds;
  }
  return fold_of;
}

/// Multiplicities inside of a fold, or outside of it; 0 elsewhere.
Multiplicities part(std::span<const std::uint32_t> multiplicities, const std::vector<std::size_t>& fold_of,
                    std::size_t fold, bool inside) {
  Multiplicities result(multiplicities.begin(), multiplicities.end());
  for (std::size_t i = 0; i < result.size(); ++i) {
    if ((fold_of[i] == fold) != inside) {
      result[i] = 0;
    }
  }
  return result;
}

/// Sums over subjects and folds.
class Sums {
 public:
  explicit Sums(std::size_t models) : values_(models, 0.0) {}

  void add_model(std::size_t model, const SampledPairs& prediction, const FoldData& test) {
    values_[model] += sum(prediction, test);
  }
  void add_ceiling(const SampledPairs& others, const SampledPairs& all, const FoldData& test) {
    low_ += sum(others, test);
    high_ += sum(all, test);
  }
  [[nodiscard]] CrossValidation means(double count) const {
    CrossValidation result{.values = values_, .ceiling = {.low = low_ / count, .high = high_ / count}};
    for (double& value : result.values) {
      value /= count;
    }
    return result;
  }

 private:
  static double sum(const SampledPairs& prediction, const FoldData& test) {
    double result = 0.0;
    for (std::size_t s = 0; s < test.copies.size(); ++s) {
      if (test.copies[s] > 0) {
        result += test.copies[s] * test.comparison.compare(prediction, test.subjects.ready()[s]);
      }
    }
    return result;
  }

  std::vector<double> values_;
  double low_ = 0.0;
  double high_ = 0.0;
};

}  // namespace

FoldAssignment assign(const FoldCounts& counts, std::span<const std::uint32_t> stimuli,
                      std::span<const std::uint32_t> subjects, const FoldKey& key) {
  const auto draw_key = [&](Purpose purpose) {
    return DrawKey{.seed = key.seed, .purpose = purpose, .draw = key.draw, .attempt = key.assignment};
  };
  return {.counts = counts,
          .stimuli = deal(counts.stimuli, stimuli, draw_key(Purpose::stimulus_folds)),
          .subjects = deal(counts.subjects, subjects, draw_key(Purpose::subject_folds))};
}

CrossValidation evaluate_folds(const FoldedData& data, std::span<const std::uint32_t> stimuli,
                               std::span<const std::uint32_t> subjects, const FoldAssignment& folds,
                               bool ceilings) {
  const bool several = folds.counts.subjects > 1;
  Sums sums(data.models.size());
  for (std::size_t f = 0; f < folds.counts.stimuli; ++f) {
    const ResampledComparison training(data.comparison, part(stimuli, folds.stimuli, f, false));
    const ResampledComparison test(data.comparison, part(stimuli, folds.stimuli, f, true));
    const ResampledSubjects training_subjects(training, data.subjects, true);
    const ResampledSubjects test_subjects(test, data.subjects, ceilings && several);
    for (std::size_t g = 0; g < folds.counts.subjects; ++g) {
      const Multiplicities left_out = part(subjects, folds.subjects, g, true);
      const Multiplicities others = several ? part(subjects, folds.subjects, g, false) : left_out;
      const FoldData fitted{.comparison = training, .subjects = training_subjects, .copies = others};
      const FoldData tested{.comparison = test, .subjects = test_subjects, .copies = left_out};
      for (std::size_t m = 0; m < data.models.size(); ++m) {
        sums.add_model(m, predict(data.models[m], fit(data.models[m], fitted), test), tested);
      }
      if (ceilings && several) {
        sums.add_ceiling(test.ready(test_subjects.pooled(others).values),
                         test.ready(test_subjects.pooled(subjects).values), tested);
      }
    }
  }
  double count = 0.0;
  for (const std::uint32_t copies : subjects) {
    count += copies * static_cast<double>(folds.counts.stimuli);
  }
  CrossValidation result = sums.means(count);
  if (!ceilings || !several) {
    result.ceiling = {.low = kNaN, .high = kNaN};
  }
  return result;
}

}  // namespace homolog::experiments
