#include "experiments/predictivity/splits.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>

#include "experiments/analysis/random_order.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

using Groups = std::map<std::int64_t, std::vector<std::size_t>>;

/// The stimuli of each label, in the order of `order`; one group without labels.
Groups group(const std::vector<std::size_t>& order, const std::vector<std::int64_t>& labels) {
  Groups groups;
  for (const std::size_t stimulus : order) {
    groups[labels.empty() ? 0 : labels[stimulus]].push_back(stimulus);
  }
  return groups;
}

/// How many stimuli of each group are held out: `held_out` in all, in proportion, by largest remainders.
std::vector<std::size_t> shares(const Groups& groups, std::size_t held_out, std::size_t stimuli) {
  std::vector<std::size_t> share;
  std::vector<std::size_t> remainder;
  for (const auto& entry : groups) {
    share.push_back(held_out * entry.second.size() / stimuli);
    remainder.push_back(held_out * entry.second.size() % stimuli);
  }
  std::vector<std::size_t> by_remainder(share.size());
  std::iota(by_remainder.begin(), by_remainder.end(), std::size_t{0});
  std::stable_sort(by_remainder.begin(), by_remainder.end(),
                   [&](std::size_t a, std::size_t b) { return remainder[a] > remainder[b]; });
  const std::size_t given = std::accumulate(share.begin(), share.end(), std::size_t{0});
  for (std::size_t k = 0; k < held_out - given; ++k) {
    ++share[by_remainder[k]];
  }
  return share;
}

Split split_at(const std::vector<bool>& held_out) {
  Split split;
  for (std::size_t i = 0; i < held_out.size(); ++i) {
    (held_out[i] ? split.test : split.train).push_back(i);
  }
  return split;
}

Split random_split(std::size_t stimuli, std::size_t held_out, const Groups& groups) {
  const std::vector<std::size_t> share = shares(groups, held_out, stimuli);
  std::vector<bool> test(stimuli, false);
  std::size_t g = 0;
  for (const auto& entry : groups) {
    for (std::size_t k = 0; k < share[g]; ++k) {
      test[entry.second[k]] = true;
    }
    ++g;
  }
  return split_at(test);
}

std::vector<Split> make_folds(std::size_t stimuli, std::size_t folds, const Groups& groups) {
  std::vector<std::vector<bool>> test(folds, std::vector<bool>(stimuli, false));
  std::size_t dealt = 0;
  for (const auto& entry : groups) {
    for (const std::size_t stimulus : entry.second) {
      test[dealt++ % folds][stimulus] = true;
    }
  }
  std::vector<Split> splits;
  for (const std::vector<bool>& fold : test) {
    splits.push_back(split_at(fold));
  }
  return splits;
}

void check(std::size_t trained, std::size_t held_out, std::size_t stimuli) {
  if (trained < kFewestTrained || held_out < kFewestHeldOut) {
    throw Error(ErrorKind::config, "a split of " + std::to_string(stimuli) + " stimuli has " +
                                       std::to_string(trained) + " to fit and " + std::to_string(held_out) +
                                       " held out; expected at least " + std::to_string(kFewestTrained) +
                                       " and " + std::to_string(kFewestHeldOut) +
                                       " (see train, folds and stimuli.count)");
  }
}

}  // namespace

std::vector<Split> make_splits(std::size_t stimuli, const SplitSettings& settings,
                               const std::vector<std::int64_t>& labels) {
  if (!labels.empty() && labels.size() != stimuli) {
    throw Error(ErrorKind::internal, "there are as many labels as stimuli, or none");
  }
  const auto order = [&](std::uint32_t index) {
    return group(random_order(stimuli, settings.seed, RandomOrder::splits, index), labels);
  };
  if (settings.folds) {
    const std::size_t folds = std::max<std::size_t>(settings.splits, 1);
    check(stimuli - (stimuli + folds - 1) / folds, stimuli / folds, stimuli);
    return make_folds(stimuli, folds, order(0));
  }
  // What rounding makes of a share such as 0.29 x 100 must not cost a stimulus.
  const double share = settings.train * static_cast<double>(stimuli);
  const auto trained = std::min(static_cast<std::size_t>(std::floor(share + 1e-9)), stimuli);
  check(trained, stimuli - trained, stimuli);
  std::vector<Split> splits;
  for (std::size_t s = 0; s < settings.splits; ++s) {
    splits.push_back(random_split(stimuli, stimuli - trained, order(static_cast<std::uint32_t>(s))));
  }
  return splits;
}

}  // namespace homolog::experiments
