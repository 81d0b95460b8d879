#include "experiments/brain/rdm_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <numeric>

#include "experiments/brain/rdm_shape.hpp"
#include "sim/core/nan.hpp"
#include "tests/experiments/brain/support.hpp"

namespace homolog::experiments::rdm_file_test {
namespace {

using test::fixture;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr double kNan = kNaN;
constexpr double kInfinite = std::numeric_limits<double>::infinity();
// The mean of the two triangles of SciPy's matrix is its pair to one rounding of numbers below 2.
constexpr double kRounding = 3e-16;

const std::vector<std::string> kIds{"face", "house", "chair", "dog", "cat"};

RdmData rdms_of(const std::string& file, const std::string& dataset = "", const std::string& ids = "") {
  return read_rdms({.file = fixture(file), .dataset = dataset, .ids = ids});
}

RdmData rdms(std::vector<std::size_t> dims, std::vector<double> values, bool matlab = false) {
  return rdms_from_array({.dims = std::move(dims), .values = std::move(values), .matlab = matlab},
                         {.file = "/f", .dataset = "/rdm"});
}

std::string refusal(const std::vector<std::size_t>& dims, const std::vector<double>& values) {
  return test::data_error([&] { static_cast<void>(rdms(dims, values)); });
}

void expect_subjects(const RdmData& data) {
  EXPECT_EQ(data.stimuli, 5U);
  EXPECT_EQ(data.subjects, 3U);
  EXPECT_EQ(data.times, 1U);
  test::expect_equal(data.pairs, test::expected("subjects"), kRounding);
}

TEST(ReadRdms, ReadsTheSameRdmsOfSubjectsFromEveryFormatAndShape) {
  for (const char* name : {"subjects_v2.npy", "subjects_v3.npy", "subjects_fortran.npy",
                           "subjects_big_endian.npy", "pairs.npy", "stored.npz"}) {
    SCOPED_TRACE(name);
    expect_subjects(rdms_of(name));
  }
  for (const char* file : {"v5.mat", "v7.mat", "v73.mat"}) {
    for (const char* dataset : {"subject_first", "subject_last", "RDMs.RDM"}) {
      SCOPED_TRACE(std::string(file) + " " + dataset);
      expect_subjects(rdms_of(file, dataset));
    }
  }
  expect_subjects(rdms_of("plain.h5", "/rdms/IT"));
  expect_subjects(rdms_of("deflated.npz", "other"));
}

TEST(ReadRdms, ReadsOneRdm) {
  for (const auto& [file, dataset] :
       std::vector<std::pair<std::string, std::string>>{{"one.npy", ""},
                                                        {"single.mat", ""},
                                                        {"v7.mat", "row"},
                                                        {"v7.mat", "column"},
                                                        {"v7.mat", "RDMs(1).RDM"}}) {
    const RdmData data = rdms_of(file, dataset);
    EXPECT_EQ(data.subjects, 1U);
    test::expect_equal(data.pairs, test::expected("one"), kRounding);
    EXPECT_THAT(data.ids, IsEmpty());
  }
}

TEST(ReadRdms, ReadsTimes) {
  for (const auto& [file, dataset] :
       std::vector<std::pair<std::string, std::string>>{{"times.npy", ""},
                                                        {"plain.h5", "/rdms/times"},
                                                        {"plain.h5", "/rdms/pair_times"},
                                                        {"v5.mat", "last_with_times"}}) {
    SCOPED_TRACE(file + dataset);
    const RdmData data = rdms_of(file, dataset);
    EXPECT_EQ(data.subjects, 3U);
    EXPECT_EQ(data.times, 2U);
    test::expect_equal(data.pairs, test::expected("times"), kRounding);
  }
  EXPECT_THAT(rdms_of("plain.h5", "/rdms/times").times_ms, ElementsAre(50.0, 100.0));
}

TEST(ReadRdms, TakesIdsOfStimuliFromWhereTheFileHasThem) {
  EXPECT_EQ(rdms_of("plain.h5", "/rdms/IT").ids, kIds) << "the attribute stimulus_ids";
  EXPECT_THAT(rdms_of("plain.h5", "/rdms/IT").subject_names, ElementsAre("mona", "nico", "olga"));
  EXPECT_EQ(rdms_of("plain.h5", "/rdms/times", "/names").ids, kIds);
  EXPECT_EQ(rdms_of("stored.npz", "rdm", "ids").ids, kIds);
  EXPECT_EQ(rdms_of("v7.mat", "one", "words").ids, kIds);
  EXPECT_EQ(rdms_of("v73.mat", "one", "words").ids, kIds);
  const std::string csv = test::file_with(",a,b,c\na,0,1,2\nb,1,0,3\nc,2,3,0\n");
  EXPECT_THAT(read_rdms({.file = csv}).ids, ElementsAre("a", "b", "c"));
  EXPECT_THAT(read_rdms({.file = csv}).pairs, ElementsAre(1, 2, 3));
}

TEST(ReadRdms, TakesSubjectsOfATableOfPairs) {
  const RdmData data = read_rdms({.file = test::file_with("subject,p1,p2,p3\nmona,1,2,3\nnico,4,5,6\n")});
  EXPECT_EQ(data.stimuli, 3U);
  EXPECT_THAT(data.subject_names, ElementsAre("mona", "nico"));
  EXPECT_THAT(data.ids, IsEmpty());
  EXPECT_THAT(data.pairs, ElementsAre(1, 2, 3, 4, 5, 6));
  const RdmData column = read_rdms({.file = test::file_with("pair,value\na-b,1\na-c,2\nb-c,3\n")});
  EXPECT_THAT(column.pairs, ElementsAre(1, 2, 3));
  EXPECT_THAT(column.subject_names, IsEmpty()) << "names of pairs";
}

TEST(ReadRdms, RefusesIdsThatDoNotFit) {
  const auto with = [](const std::string& file, const std::string& dataset, const std::string& ids) {
    return test::data_error([&] { static_cast<void>(rdms_of(file, dataset, ids)); });
  };
  EXPECT_THAT(with("v7.mat", "one", "RDMs.name"), HasSubstr("has 3 ids in RDMs.name for 5 stimuli"));
  EXPECT_THAT(with("plain.h5", "/rdms/IT", "/nothing"), HasSubstr("there is no 'nothing'"));
  EXPECT_THAT(with("stored.npz", "rdm", "nothing"),
              HasSubstr("there is no such array; the file has rdm, ids"));
  EXPECT_THAT(with("one.npy", "", "ids"), HasSubstr("has no place for the ids"));
  const auto table = [](const std::string& text) {
    return test::data_error([&] { static_cast<void>(read_rdms({.file = test::file_with(text)})); });
  };
  EXPECT_THAT(table("a,a\n0,1\n1,0\n"), HasSubstr("names two stimuli 'a'"));
  EXPECT_THAT(table(",a,b\nb,0,1\na,1,0\n"), HasSubstr("'b' in a row and 'a' in its column"));
}

TEST(RdmShape, OrderOfPairsIsThatOfMatlabsSquareform) {
  // squareform() takes the lower triangle column by column: (2,1), (3,1), (4,1), (3,2), (4,2), (4,3).
  const std::vector<double> matrix{0, 1, 2, 3, 1, 0, 4, 5, 2, 4, 0, 6, 3, 5, 6, 0};
  std::vector<double> lower;
  for (std::size_t column = 0; column < 4; ++column) {
    for (std::size_t row = column + 1; row < 4; ++row) {
      lower.push_back(matrix[row * 4 + column]);
    }
  }
  EXPECT_EQ(rdms({4, 4}, matrix).pairs, lower);
  EXPECT_EQ(rdms({1, 6}, lower, true).pairs, lower);
  EXPECT_EQ(rdms({6, 1}, lower, true).pairs, lower);
}

TEST(RdmShape, SquareComesBeforePairsAndTheLastAxesBeforeTheFirst) {
  const std::vector<double> symmetric{0, 1, 2, 1, 0, 3, 2, 3, 0};
  EXPECT_EQ(rdms({3, 3}, symmetric).subjects, 1U) << "not three subjects with three pairs";
  std::vector<double> cube;  // [subject, n, n]; values of subject s are multiplied by s + 1
  std::vector<double> turned(27);
  for (std::size_t s = 0; s < 3; ++s) {
    for (std::size_t k = 0; k < 9; ++k) {
      cube.push_back(static_cast<double>(s + 1) * symmetric[k]);
      turned[k * 3 + s] = cube.back();
    }
  }
  const std::vector<double> wanted{1, 2, 3, 2, 4, 6, 3, 6, 9};
  EXPECT_EQ(rdms({3, 3, 3}, cube).pairs, wanted);
  EXPECT_EQ(rdms({3, 3, 3}, turned, true).pairs, wanted) << "in MATLAB's files the first axes";
  EXPECT_THAT(test::data_error([&] { static_cast<void>(rdms({3, 3, 3}, turned)); }), HasSubstr("expected"));
}

// [subjects, times, m] with as many subjects as times, or times as pairs, looks like matrices.
TEST(RdmShape, RefusesPairsThatLookLikeMatricesAndSaysHowToStoreThem) {
  std::vector<double> pairs(12);
  std::iota(pairs.begin(), pairs.end(), 1.0);
  const char* const hint =
      "2x2x3 is read as RDMs of 2 stimuli; for the pairs of 3 stimuli, 2 subjects and 2 "
      "times, store matrices, [subjects, times, n, n]";
  EXPECT_THAT(refusal({2, 2, 3}, pairs), HasSubstr(hint));
  EXPECT_THAT(test::data_error([&] { static_cast<void>(rdms({2, 2, 3}, pairs, true)); }), HasSubstr(hint));
  pairs.resize(18, 1.0);
  EXPECT_THAT(refusal({2, 3, 3}, pairs), HasSubstr("2x3x3 is read as RDMs of 3 stimuli; for the pairs of 3 "
                                                   "stimuli, 2 subjects and 3 times"));
  // The same numbers where no other reading is possible.
  EXPECT_THAT(rdms({2, 3, 3}, {0, 1, 2, 1, 0, 3, 2, 3, 0, 0, 4, 5, 4, 0, 6, 5, 6, 0}).pairs,
              ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_EQ(rdms({3, 2, 3}, std::vector<double>(18, 1.0)).times, 2U);
}

TEST(RdmShape, AcceptsTheRoundingOfSinglePrecisionAndNegativeValues) {
  EXPECT_NEAR(rdms({2, 2}, {1e-8, 0.5, 0.5 + 6e-8, 0}).pairs[0], 0.5, 1e-7);
  EXPECT_THAT(rdms({3}, {-1, 0, 2}).pairs, ElementsAre(-1, 0, 2));
  EXPECT_THAT(rdms({3, 3}, std::vector<double>(9, 0.0)).pairs, ElementsAre(0, 0, 0)) << "all alike";
}

TEST(RdmShape, RefusesWhatIsNoRdm) {
  EXPECT_THAT(refusal({4}, {0, 1, 1, 0}), HasSubstr("dataset /rdm is 4; expected an RDM"));
  EXPECT_THAT(refusal({2, 1}, {0, 1}), HasSubstr("is 2x1; expected an RDM"));
  EXPECT_THAT(refusal({}, {1}), HasSubstr("is a scalar; expected an RDM"));
  EXPECT_THAT(refusal({1, 1, 1, 2, 2}, {0, 1, 1, 0}), HasSubstr("is 1x1x1x2x2; expected an RDM"));
  EXPECT_THAT(refusal({0, 3, 3}, {}), HasSubstr("is 0x3x3; expected an RDM"));
  EXPECT_THAT(refusal({0, 0}, {}), HasSubstr("is 0x0; expected an RDM"));
  EXPECT_THAT(refusal({2, 2}, {0, kNan, kNan, 0}), HasSubstr("is nan at [0, 1]"));
  EXPECT_THAT(refusal({2, 2}, {0, 1, kInfinite, 0}), HasSubstr("is inf at [1, 0]"));
  EXPECT_THAT(refusal({2, 3}, {0, 1, 1, 1, kNan, 1}), HasSubstr("is nan at [1, 1]"));
  EXPECT_THAT(refusal({2, 2}, {1, 0.5, 0.5, 1}), HasSubstr("expected 0 on the diagonal (is it a similarity"));
  EXPECT_THAT(refusal({2, 2}, {0, 1, 1.1, 0}), HasSubstr("expected a symmetric matrix"));
  EXPECT_THAT(refusal({2, 2, 2}, {0, 0, 1, 1, 1, 2, 0, 0}), HasSubstr("expected"));
  EXPECT_THAT(refusal({2, 2, 2}, {0, 1, 1, 0, 0, 1, 2, 0}),
              HasSubstr("is 1.000000 at [1, 0, 1] but 2.000000 at [1, 1, 0]"));
}

TEST(StimuliOfPairs, IsTheInverseOfTheNumberOfPairs) {
  for (std::size_t n = 2; n < 3000; ++n) {
    ASSERT_EQ(stimuli_of_pairs(n * (n - 1) / 2), n);
    if (n > 2) {
      ASSERT_EQ(stimuli_of_pairs(n * (n - 1) / 2 - 1), 0U);
    }
  }
  EXPECT_EQ(stimuli_of_pairs(0), 0U);
  EXPECT_EQ(stimuli_of_pairs(kMostArrayValues + 1), 0U);
}

TEST(Kriegeskorte92, MatlabFilesAsPublishedEqualOurHdf5File) {
  HOMOLOG_NEEDS_DATA(human, "data/kriegeskorte92/92_brainRDMs.mat");
  HOMOLOG_NEEDS_DATA(both, "data/kriegeskorte92/Kriegeskorte_Neuron2008_supplementalData.mat");
  HOMOLOG_NEEDS_DATA(h5, "data/kriegeskorte92/kriegeskorte92.h5");
  const auto values = [](const std::string& file, const std::string& dataset) {
    return read_rdms({.file = file, .dataset = dataset});
  };
  const RdmData sessions = values(human, "RDMs.RDM");
  EXPECT_EQ(sessions.stimuli, 92U);
  EXPECT_EQ(sessions.subjects, 8U);
  test::expect_equal(values(human, "RDMs(1,3,2).RDM").pairs,
                     {sessions.pairs.begin() + 6 * 4186, sessions.pairs.begin() + 7 * 4186});
  // Single and double precision of the same numbers.
  test::expect_equal(values(both, "RDMs_mIT_hIT_fig1(1).RDM").pairs, values(h5, "/rdms/monkey_IT").pairs,
                     1e-6);
  test::expect_equal(values(both, "RDMs_mIT_hIT_fig1(2).RDM").pairs, values(h5, "/rdms/human_IT").pairs,
                     1e-6);
}

}  // namespace
}  // namespace homolog::experiments::rdm_file_test
