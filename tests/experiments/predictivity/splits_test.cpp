#include "experiments/predictivity/splits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>

#include "experiments/analysis/random_order.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments::splits_test {
namespace {

using testing::HasSubstr;

TEST(RandomOrder, IsAPermutation) {
  for (const std::size_t count : {0U, 1U, 2U, 7U, 1000U}) {
    std::vector<std::size_t> order = random_order(count, 5, RandomOrder::splits, 3);
    std::sort(order.begin(), order.end());
    std::vector<std::size_t> all(count);
    std::iota(all.begin(), all.end(), std::size_t{0});
    EXPECT_EQ(order, all);
  }
}

TEST(RandomOrder, DependsOnSeedPurposeAndIndexAlone) {
  const auto order = random_order(50, 5, RandomOrder::splits, 3);
  EXPECT_EQ(order, random_order(50, 5, RandomOrder::splits, 3));
  EXPECT_NE(order, random_order(50, 6, RandomOrder::splits, 3));
  EXPECT_NE(order, random_order(50, 5, RandomOrder::repetitions, 3));
  EXPECT_NE(order, random_order(50, 5, RandomOrder::splits, 4));
}

// All 6 orders of 3, 6000 times: each count is binomial with a standard deviation of 29; 150 is 5 of them.
TEST(RandomOrder, HasEveryOrderEquallyOften) {
  std::map<std::vector<std::size_t>, int> counts;
  for (std::uint32_t k = 0; k < 6000; ++k) {
    ++counts[random_order(3, 1, RandomOrder::splits, k)];
  }
  EXPECT_EQ(counts.size(), 6U);
  for (const auto& entry : counts) {
    EXPECT_NEAR(entry.second, 1000, 150);
  }
}

void expect_partition(const Split& split, std::size_t stimuli) {
  std::set<std::size_t> all(split.train.begin(), split.train.end());
  all.insert(split.test.begin(), split.test.end());
  EXPECT_EQ(all.size(), stimuli);
  EXPECT_EQ(split.train.size() + split.test.size(), stimuli);
  EXPECT_TRUE(std::is_sorted(split.train.begin(), split.train.end()));
  EXPECT_TRUE(std::is_sorted(split.test.begin(), split.test.end()));
}

TEST(RandomSplits, HoldOutWhatTheShareLeaves) {
  const std::vector<Split> splits = make_splits(92, {.splits = 10, .train = 0.9, .seed = 1});
  ASSERT_EQ(splits.size(), 10U);
  std::set<std::vector<std::size_t>> different;
  for (const Split& split : splits) {
    expect_partition(split, 92);
    EXPECT_EQ(split.test.size(), 10U);  // 92 - floor(82.8)
    different.insert(split.test);
  }
  EXPECT_EQ(different.size(), 10U);
}

TEST(RandomSplits, DoNotLoseAStimulusToRounding) {
  EXPECT_EQ(make_splits(100, {.splits = 1, .train = 0.29}).front().train.size(), 29U);
}

TEST(RandomSplits, WithLabelsHoldOutEachInProportion) {
  std::vector<std::int64_t> labels(40, 0);
  std::fill(labels.begin() + 20, labels.begin() + 32, 1);  // 20, 12, 8 of 40: 5, 3, 2 of 10
  std::fill(labels.begin() + 32, labels.end(), 2);
  for (const Split& split : make_splits(40, {.splits = 5, .train = 0.75, .seed = 2}, labels)) {
    expect_partition(split, 40);
    std::map<std::int64_t, int> held_out;
    for (const std::size_t i : split.test) {
      ++held_out[labels[i]];
    }
    EXPECT_EQ(held_out, (std::map<std::int64_t, int>{{0, 5}, {1, 3}, {2, 2}}));
  }
}

TEST(RandomSplits, WithAsManyLabelsAsStimuliStillHoldOutTheirShare) {
  std::vector<std::int64_t> labels(30);
  std::iota(labels.begin(), labels.end(), 7);
  const Split split = make_splits(30, {.splits = 1, .train = 0.9}, labels).front();
  expect_partition(split, 30);
  EXPECT_EQ(split.test.size(), 3U);
}

TEST(Folds, HoldOutEveryStimulusOnce) {
  std::vector<int> held_out(23, 0);
  const std::vector<Split> folds = make_splits(23, {.splits = 5, .folds = true, .seed = 3});
  ASSERT_EQ(folds.size(), 5U);
  for (const Split& fold : folds) {
    expect_partition(fold, 23);
    EXPECT_NEAR(static_cast<double>(fold.test.size()), 23.0 / 5.0, 1.0);
    for (const std::size_t i : fold.test) {
      ++held_out[i];
    }
  }
  EXPECT_EQ(held_out, std::vector<int>(23, 1));
}

TEST(Folds, WithLabelsDifferByOneStimulusOfALabelAtMost) {
  std::vector<std::int64_t> labels(24, 0);
  std::fill(labels.begin() + 13, labels.end(), 4);
  for (const Split& fold : make_splits(24, {.splits = 4, .folds = true, .seed = 3}, labels)) {
    const auto of_last =
        std::count_if(fold.test.begin(), fold.test.end(), [&](std::size_t i) { return labels[i] == 4; });
    EXPECT_NEAR(static_cast<double>(of_last), 11.0 / 4.0, 1.0);
  }
}

TEST(Splits, WithTooFewStimuliAreRefused) {
  for (const SplitSettings& settings :
       {SplitSettings{.splits = 10, .train = 0.9}, SplitSettings{.splits = 4, .folds = true}}) {
    try {
      static_cast<void>(make_splits(10, settings));
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::config);
      EXPECT_THAT(error.what(), HasSubstr("a split of 10 stimuli"));
      EXPECT_THAT(error.what(), HasSubstr("expected at least 3 and 3"));
    }
  }
  EXPECT_THROW(static_cast<void>(make_splits(0, {.splits = 2, .folds = true})), Error);
}

}  // namespace
}  // namespace homolog::experiments::splits_test
