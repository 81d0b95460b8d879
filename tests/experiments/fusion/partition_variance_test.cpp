#include "experiments/fusion/partition_variance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "sim/core/error.hpp"
#include "tests/experiments/fusion/support.hpp"
#include "tests/support/analysis_entry.hpp"

namespace homolog::experiments::partition_variance_test {
namespace {

using test::refusal;

using testing::HasSubstr;

constexpr std::uint64_t kSeed = 11;   // of the fixtures
constexpr std::size_t kSamples = 40;  // of the fixtures
constexpr double kBootstrap = 1e-10;  // regressions to 1e-12, in roots of variances that can be small

PredictorRdms first_of(const std::vector<OrderedRdm>& rdms, std::size_t count) {
  PredictorRdms predictors;
  for (std::size_t k = 0; k < count; ++k) {
    predictors.push_back(&rdms[k]);
  }
  return predictors;
}

/// All estimates in the order of the fixtures' columns.
std::vector<Estimate> columns(const VariancePartition& partition) {
  std::vector<Estimate> all = partition.r_squared;
  for (const std::vector<Estimate>* more : {&partition.parts, &partition.semi_partial, &partition.partial}) {
    all.insert(all.end(), more->begin(), more->end());
  }
  return all;
}

VariancePartition partition(const PredictorRdms& predictors, const std::vector<OrderedRdm>& subjects,
                            const PartitionOptions& options) {
  return partition_variance(std::span(&predictors, 1), subjects, options).front();
}

TEST(PartitionVariance, IsTheMeanOverSubjectsOfNumpysRegressions) {
  const std::vector<OrderedRdm> predictors = test::fixture_rdms("predictors");
  const std::vector<OrderedRdm> subjects = test::fixture_rdms("subjects");
  for (const bool ranks : {true, false}) {
    const std::vector<Estimate> got = columns(partition(first_of(predictors, 4), subjects, {.ranks = ranks}));
    ASSERT_EQ(got.size(), 38U);
    for (std::size_t c = 0; c < got.size(); ++c) {
      double wanted = 0.0;
      for (std::size_t s = 0; s < 3; ++s) {
        wanted += test::fixture_row(ranks ? "partition_ranks_whole" : "partition_values_whole", s)[c] / 3.0;
      }
      EXPECT_NEAR(got[c].value, wanted, 16 * test::kRegression) << c;
      EXPECT_TRUE(std::isnan(got[c].standard_error) && std::isnan(got[c].ci_low));
    }
  }
}

TEST(PartitionVariance, HasTheErrorsOfExplicitResampling) {
  const std::vector<OrderedRdm> predictors = test::fixture_rdms("predictors");
  const std::vector<OrderedRdm> subjects = test::fixture_rdms("subjects");
  const std::vector<std::string> names{"error_subjects", "error_stimuli", "error_both"};
  for (std::size_t way = 0; way < 3; ++way) {
    const std::vector<Estimate> got =
        columns(partition(first_of(predictors, 2), subjects,
                          {.stimuli = way != 0, .subjects = way != 1, .samples = kSamples, .seed = kSeed}));
    const std::vector<double> wanted = test::fixture_row(names[way], 0);
    const double width = test::fixture_row("widths", 0)[way];
    ASSERT_EQ(got.size(), wanted.size());
    for (std::size_t c = 0; c < got.size(); ++c) {
      EXPECT_NEAR(got[c].standard_error, wanted[c], kBootstrap) << names[way] << " " << c;
      EXPECT_NEAR(got[c].ci_low, got[c].value - width * wanted[c], 20 * kBootstrap);  // width is below 5
      EXPECT_NEAR(got[c].ci_high, got[c].value + width * wanted[c], 20 * kBootstrap);
    }
  }
}

TEST(PartitionVariance, HasTheSameBitsForAnyNumberOfThreads) {
  const std::vector<OrderedRdm> predictors = test::fixture_rdms("predictors");
  const std::vector<OrderedRdm> subjects = test::fixture_rdms("subjects");
  const std::vector<PredictorRdms> problems{first_of(predictors, 3), first_of(predictors, 2)};
  const PartitionShape shape{
      .problems = 2, .sets = 3, .subjects = subjects.size(), .stimuli = subjects[0].n()};
  const auto bits = [&](int threads, std::size_t memory = std::size_t{1} << 30U) {
    std::vector<std::uint64_t> all;
    const auto partitions = test::with_threads(threads, [&] {
      return partition_variance(problems, subjects,
                                {.stimuli = true, .subjects = true, .samples = 70, .max_memory = memory});
    });
    for (const VariancePartition& one : partitions) {
      for (const Estimate& estimate : columns(one)) {
        all.push_back(std::bit_cast<std::uint64_t>(estimate.value));
        all.push_back(std::bit_cast<std::uint64_t>(estimate.standard_error));
      }
    }
    return all;
  };
  EXPECT_EQ(bits(1), bits(4));
  std::size_t scarce = 0;  // memory for one draw at a time
  while (refusal([&] { check_memory(shape, {.stimuli = true, .samples = 70, .max_memory = scarce}); },
                 ErrorKind::config) != "nothing was thrown") {
    scarce += 1000;
  }
  EXPECT_EQ(bits(1), bits(4, scarce));
}

TEST(PartitionVariance, OfAProblemDoesNotDependOnTheOthers) {
  const std::vector<OrderedRdm> predictors = test::fixture_rdms("predictors");
  const std::vector<OrderedRdm> subjects = test::fixture_rdms("subjects");
  const std::vector<PredictorRdms> problems{first_of(predictors, 3), first_of(predictors, 2)};
  const PartitionOptions options{.stimuli = true, .samples = 10};
  const std::vector<Estimate> alone = columns(partition(problems[1], subjects, options));
  const std::vector<Estimate> beside = columns(partition_variance(problems, subjects, options)[1]);
  for (std::size_t c = 0; c < alone.size(); ++c) {
    EXPECT_EQ(alone[c].value, beside[c].value);
    EXPECT_EQ(alone[c].standard_error, beside[c].standard_error);
  }
}

TEST(PartitionVariance, OfALayerAndItsEqualTwinIsAllShared) {
  const OrderedRdm layer = test::random_rdm(8, 1);
  const VariancePartition got =
      partition({&layer, &layer}, {test::random_rdm(8, 2)}, {.stimuli = true, .samples = 30});
  EXPECT_NEAR(got.parts[0].value, 0.0, 1e-15);
  EXPECT_NEAR(got.parts[0].standard_error, 0.0, 1e-15);  // in every draw
  EXPECT_NEAR(got.parts[2].value, got.r_squared[0].value, 1e-15);
  EXPECT_EQ(got.semi_partial[0].value, 0.0);
}

TEST(PartitionVariance, OfThreeStimuliIsSaturated) {
  const OrderedRdm a = test::random_rdm(3, 1), b = test::random_rdm(3, 2);
  const VariancePartition got =
      partition({&a, &b}, {test::random_rdm(3, 3)}, {.ranks = false, .stimuli = true, .samples = 10});
  EXPECT_NEAR(got.r_squared[2].value, 1.0, 1e-12);
  EXPECT_EQ(got.ranks[2], 2U);
  EXPECT_TRUE(std::isnan(got.adjusted[2]));  // no degrees of freedom are left
  EXPECT_FALSE(std::isnan(got.adjusted[0]));
}

TEST(PartitionVariance, OfAConstantReferenceIsUndefinedAndByAConstantPredictorNothing) {
  const OrderedRdm a = test::random_rdm(6, 1), flat = test::constant_rdm(6);
  const PartitionOptions options{.stimuli = true, .samples = 10};
  for (const Estimate& estimate : columns(partition({&a, &flat}, {flat}, options))) {
    EXPECT_TRUE(std::isnan(estimate.value) && std::isnan(estimate.standard_error));
  }
  const VariancePartition got = partition({&a, &flat}, {test::random_rdm(6, 2)}, options);
  EXPECT_EQ(got.r_squared[1].value, 0.0);
  EXPECT_NEAR(got.parts[0].value, got.r_squared[0].value, 1e-15);
}

TEST(PartitionVariance, RefusesWhatItCannotPartition) {
  const std::vector<OrderedRdm> six{test::random_rdm(6, 1)};
  const PredictorRdms one{&six[0]};
  const OrderedRdm five = test::random_rdm(5, 1), pair = test::random_rdm(2, 1);
  EXPECT_THAT(refusal([&] { partition(one, {}, {}); }, ErrorKind::data), HasSubstr("without subjects"));
  EXPECT_THAT(refusal([&] { partition({&five}, six, {}); }, ErrorKind::data), HasSubstr("same stimuli"));
  EXPECT_THAT(refusal([&] { partition({&pair}, {pair}, {}); }, ErrorKind::data),
              HasSubstr("3 are the least"));
  EXPECT_THAT(refusal([&] { partition(PredictorRdms(5, &six[0]), six, {}); }, ErrorKind::config),
              HasSubstr("4 are possible"));
  EXPECT_THAT(refusal([&] { partition(one, six, {.stimuli = true, .samples = 1}); }, ErrorKind::config),
              HasSubstr("2 to 1000000"));
  EXPECT_THAT(
      refusal([&] { partition(one, six, {.stimuli = true, .samples = 1000000, .max_memory = 1U << 20U}); },
              ErrorKind::config),
      HasSubstr("more memory"));
}

TEST(PartitionVariance, IgnoresDrawsOfSubjectsWithOne) {
  const OrderedRdm a = test::random_rdm(6, 1);
  const VariancePartition got = partition({&a}, {test::random_rdm(6, 2)}, {.subjects = true});
  EXPECT_FALSE(std::isnan(got.r_squared[0].value));
  EXPECT_TRUE(std::isnan(got.r_squared[0].standard_error));
}

}  // namespace
}  // namespace homolog::experiments::partition_variance_test
