#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace homolog::experiments {

/// Stimuli that a regression is fitted to and those that it is judged by, both ascending.
struct Split {
  std::vector<std::size_t> train{};
  std::vector<std::size_t> test{};
};

/// How stimuli are split.
struct SplitSettings {
  std::size_t splits = 10;  ///< random splits; or folds, if `folds`
  double train = 0.9;       ///< share of the stimuli that a random split is fitted to; not for folds
  bool folds = false;       ///< every stimulus is held out exactly once
  std::uint64_t seed = 0;
};

/// Fewest stimuli a correlation over held-out stimuli is taken of, and fewest a regression is fitted to:
/// two points always correlate perfectly.
inline constexpr std::size_t kFewestHeldOut = 3;
inline constexpr std::size_t kFewestTrained = 3;

/// Random splits of `stimuli`, or folds; the same for the same settings.
///
/// A random split is fitted to floor(train * stimuli) of them, as scikit-learn's ShuffleSplit is. With
/// `labels` (one per stimulus, or empty: not stratified) every label has its share of the held-out stimuli,
/// rounded so that the largest remainders get what is left (ties: the smaller label). Unlike
/// StratifiedShuffleSplit a label may have a single stimulus, and there may be more labels than held-out
/// stimuli.
///
/// Folds deal out the stimuli in random order (with labels: label by label), one to each fold in turn.
///
/// Throws Error(config) if a split would have fewer than kFewestTrained or kFewestHeldOut stimuli.
[[nodiscard]] std::vector<Split> make_splits(std::size_t stimuli, const SplitSettings& settings,
                                             const std::vector<std::int64_t>& labels = {});

}  // namespace homolog::experiments
