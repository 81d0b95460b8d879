#include "experiments/rsa/reference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"
#include "tests/experiments/rsa/support.hpp"
#include "tests/support/analysis_entry.hpp"

namespace homolog::experiments::reference_test {
namespace {

using testing::HasSubstr;

using Entry = test::TextEntries;

/// A mapping with `references:` of these entries, in /folder/experiment.yaml.
Parameters analysis_with(const std::vector<Entry>& entries) {
  return Parameters(test::mapping({{"references", test::sequence_of_texts(entries)}}),
                    "/folder/experiment.yaml", "analyses[0].rsa");
}

std::string refusal_of(const std::vector<Entry>& entries) {
  Parameters parameters = analysis_with(entries);
  return test::refusal([&] { static_cast<void>(read_references(parameters)); });
}

TEST(ReadReferences, ReadsEveryKindWithItsDefaultName) {
  Parameters parameters = analysis_with({{{"file", "brain.h5"}, {"dataset", "/rdms/monkey_IT"}},
                                         {{"model", "v1"}},
                                         {{"twin", "float"}},
                                         {{"name", "my V1"}, {"model", "v1"}}});
  const std::vector<ReferenceSpec> specs = read_references(parameters);
  parameters.finish();
  ASSERT_EQ(specs.size(), 4U);
  EXPECT_EQ(specs[0].name, "monkey_IT");
  EXPECT_EQ(std::get<FileReference>(specs[0].source).file, "/folder/brain.h5");
  EXPECT_EQ(std::get<FileReference>(specs[0].source).dataset, "/rdms/monkey_IT");
  EXPECT_EQ(specs[1].name, "V1 model (Gabor energy)");
  EXPECT_EQ(std::get<ModelReference>(specs[1].source).model, "v1");
  EXPECT_EQ(specs[2].name, "float twin");
  EXPECT_EQ(std::get<TwinReference>(specs[2].source).code, "float");
  EXPECT_EQ(specs[3].name, "my V1");
}

TEST(ReadReferences, MayBeLeftOut) {
  Parameter top;
  top.kind = Parameter::Kind::mapping;
  Parameters parameters(top, "/folder/experiment.yaml", "analyses[0].rsa");
  EXPECT_TRUE(read_references(parameters).empty());
}

TEST(ReadReferences, RefusesWhatMakesNoSense) {
  EXPECT_THAT(refusal_of({{{"name", "x"}}}), HasSubstr("expected exactly one of file, model, twin"));
  EXPECT_THAT(refusal_of({{{"model", "v1"}, {"twin", "float"}}}), HasSubstr("several sources (model, twin)"));
  EXPECT_THAT(refusal_of({{{"model", "v2"}}}), HasSubstr("v1"));
  EXPECT_THAT(refusal_of({{{"file", "a.h5"}, {"dataset", "/rdms/"}}}), HasSubstr("HDF5 path"));
  EXPECT_THAT(refusal_of({{{"model", "v1"}, {"name", "a/b"}}}), HasSubstr("without '/'"));
  EXPECT_THAT(refusal_of({{{"model", "v1"}}, {{"model", "v1"}}}), HasSubstr("names two references"));
}

class LoadReference : public testing::Test {
 protected:
  std::string path_ = test::fresh_folder("rsa_reference") + "/reference.h5";

  std::string refusal(const std::vector<hsize_t>& dims, const std::vector<double>& values, std::size_t n) {
    test::write_dataset(path_, "rdm", dims, values);
    return test::refusal(
        [&] {
          static_cast<void>(load_reference({path_, "/rdm", ""}, test::numbered(n)));
        },
        ErrorKind::data);
  }
};

TEST_F(LoadReference, ReadsOneRdm) {
  test::write_dataset(path_, "rdm", {3, 3}, {0, 1, 2, 1, 0, 3, 2, 3, 0});
  const std::vector<Rdm> rdms = load_reference({path_, "/rdm", ""}, test::numbered(3));
  ASSERT_EQ(rdms.size(), 1U);
  EXPECT_EQ(rdms[0].square(), (std::vector<double>{0, 1, 2, 1, 0, 3, 2, 3, 0}));
}

TEST_F(LoadReference, ReadsOneRdmPerSubject) {
  test::write_dataset(path_, "rdm", {2, 3, 3}, {0, 1, 2, 1, 0, 3, 2, 3, 0, 0, 4, 5, 4, 0, 6, 5, 6, 0});
  const std::vector<Rdm> rdms = load_reference({path_, "/rdm", ""}, test::numbered(3));
  ASSERT_EQ(rdms.size(), 2U);
  EXPECT_EQ(rdms[1].at(1, 2), 6.0);
}

TEST_F(LoadReference, AveragesTheSessionsOfASubject) {
  test::write_dataset(path_, "rdm", {4, 2, 2}, {0, 1, 1, 0, 0, 3, 3, 0, 0, 5, 5, 0, 0, 6, 6, 0});
  FileReference reference{path_, "/rdm", ""};
  reference.sessions = 2;
  const std::vector<Rdm> rdms = load_reference(reference, test::numbered(2));
  ASSERT_EQ(rdms.size(), 2U);
  EXPECT_EQ(rdms[0].at(0, 1), 2.0);
  EXPECT_EQ(rdms[1].at(0, 1), 5.5);
  reference.sessions = 3;
  EXPECT_THAT(test::refusal([&] { static_cast<void>(load_reference(reference, test::numbered(2))); },
                            ErrorKind::data),
              HasSubstr("has 4 RDMs, which are not 3 sessions of each subject"));
}

TEST_F(LoadReference, AcceptsTheRoundingOfSinglePrecision) {
  test::write_dataset(path_, "rdm", {2, 2}, {1e-8, 0.5, 0.5 + 6e-8, 0});
  EXPECT_NEAR(load_reference({path_, "/rdm", ""}, test::numbered(2))[0].at(0, 1), 0.5, 1e-7);
}

TEST_F(LoadReference, SaysWhenTheNumberOfStimuliDiffers) {
  EXPECT_EQ(
      refusal({2, 2}, {0, 1, 1, 0}, 1000).substr(path_.size()),
      ":/rdm: has 2 stimuli without ids but the experiment shows 1000 stimuli; expected one for each, in the "
      "order of the stimuli, or ids");
  EXPECT_THAT(refusal({1, 2, 2}, {0, 1, 1, 0}, 3),
              HasSubstr("has 2 stimuli without ids but the experiment shows 3 stimuli"));
}

TEST_F(LoadReference, RefusesWhatIsNoRdm) {
  const double nan = kNaN;
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_THAT(refusal({4}, {0, 1, 1, 0}, 2), HasSubstr("is 4; expected an RDM"));
  EXPECT_THAT(refusal({2, 1}, {0, 1}, 2), HasSubstr("is 2x1; expected an RDM"));
  EXPECT_THAT(refusal({1, 2, 2, 2}, {0, 1, 1, 0, 0, 1, 1, 0}, 2), HasSubstr("has RDMs of 2 times"));
  EXPECT_THAT(refusal({2, 2}, {0, nan, nan, 0}, 2), HasSubstr("is nan at [0, 1]"));
  EXPECT_THAT(refusal({2, 2}, {0, 1, infinite, 0}, 2), HasSubstr("is inf at [1, 0]"));
  EXPECT_THAT(refusal({2, 2}, {1, 0.5, 0.5, 1}, 2), HasSubstr("expected 0 on the diagonal"));
  EXPECT_THAT(refusal({2, 2}, {0, 1, 1.1, 0}, 2), HasSubstr("expected a symmetric matrix"));
  EXPECT_THAT(refusal({2, 2, 2}, {0, 1, 1, 0, 0, 1, 2, 0}, 2), HasSubstr("at [1, 0, 1] but"));
}

TEST_F(LoadReference, SaysWhenFileOrDatasetIsMissing) {
  test::write_dataset(path_, "rdm", {2, 2}, {0, 1, 1, 0});
  EXPECT_THAT(test::refusal(
                  [&] {
                    static_cast<void>(load_reference({path_, "/other", ""}, test::numbered(2)));
                  },
                  ErrorKind::data),
              HasSubstr("/other"));
  EXPECT_THAT(test::refusal(
                  [&] {
                    static_cast<void>(load_reference({"/no.h5", "/rdm", ""}, test::numbered(2)));
                  },
                  ErrorKind::data),
              HasSubstr("/no.h5"));
}

}  // namespace
}  // namespace homolog::experiments::reference_test
