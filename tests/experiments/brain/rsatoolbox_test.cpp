#include "experiments/brain/rsatoolbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/experiments/brain/support.hpp"

namespace homolog::experiments::rsatoolbox_test {
namespace {

using test::fixture;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> kIds{"face", "house", "chair", "dog", "cat"};

RdmData rdms_of(const std::string& file, const std::string& ids = "") {
  return read_rdms({.file = fixture(file), .ids = ids});
}

TEST(Rsatoolbox, FilesAreReadWithTheirDescriptorsInEveryFormThatItWrites) {
  for (const char* name : {"rsa_list.h5", "rsa_tuple.h5", "rsa_group.h5"}) {
    const RdmData data = rdms_of(name);
    EXPECT_EQ(data.stimuli, 5U);
    EXPECT_EQ(data.subjects, 3U);
    EXPECT_EQ(data.ids, kIds) << name;
    test::expect_equal(data.pairs, test::expected("subjects"));
  }
  EXPECT_THAT(rdms_of("rsa_list.h5").subject_names, ElementsAre("mona", "nico", "olga"));
  EXPECT_THAT(rdms_of("rsa_tuple.h5").subject_names, IsEmpty());
}

TEST(Rsatoolbox, IdsAreTheDescriptorThatNamesStimuli) {
  EXPECT_THAT(rdms_of("rsa_numbers.h5").ids, ElementsAre("3", "1", "2", "5", "4"));
  EXPECT_THAT(rdms_of("rsa_index.h5").ids, IsEmpty()) << "index only counts";
  EXPECT_THAT(rdms_of("rsa_index.h5", "index").ids, ElementsAre("0", "1", "2", "3", "4"));
  EXPECT_EQ(rdms_of("rsa_list.h5", "/pattern_descriptors/conds").ids, kIds);
  EXPECT_THAT(test::data_error([] { static_cast<void>(rdms_of("rsa_list.h5", "kind")); }),
              HasSubstr("names two stimuli 'a'"));
  EXPECT_THAT(test::data_error([] { static_cast<void>(rdms_of("rsa_list.h5", "picture")); }),
              HasSubstr("has no pattern descriptor 'picture'; it has conds, index, kind"));
}

TEST(Rsatoolbox, RdmsOfSeveralTimesAreArrangedBySubjectAndTime) {
  const RdmData data = rdms_of("rsa_time.h5");
  EXPECT_EQ(data.subjects, 3U);
  EXPECT_EQ(data.times, 2U);
  EXPECT_THAT(data.times_ms, ElementsAre(50.0, 100.0));
  EXPECT_THAT(data.subject_names, ElementsAre("mona", "nico", "olga"));
  test::expect_equal(data.pairs, test::expected("times"));
}

TEST(Rsatoolbox, AsManyRdmsAsPairsAreNoMatrix) {
  const RdmData data = rdms_of("rsa_square.h5");
  EXPECT_EQ(data.subjects, 3U);
  EXPECT_THAT(data.pairs, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
}

class WriteRsatoolbox : public testing::Test {
 protected:
  std::string path_ = test::fresh_folder("rsatoolbox") + "/rdms.h5";
  RdmData data_ = [] {
    RdmData data{.stimuli = 3, .subjects = 2, .times = 2};
    for (int i = 0; i < 12; ++i) {
      data.pairs.push_back(0.25 * i);
    }
    data.ids = {"a", "longer", "c"};
    data.subject_names = {"mona", "nico"};
    data.times_ms = {10.0, 20.0};
    return data;
  }();
};

TEST_F(WriteRsatoolbox, ReadsBackAsItWas) {
  write_rsatoolbox_rdms(path_, data_, "correlation", {{"layer", {"x", "x", "y", "y"}}});
  const RdmData back = read_rdms({.file = path_});
  EXPECT_EQ(back.pairs, data_.pairs);
  EXPECT_EQ(back.stimuli, 3U);
  EXPECT_EQ(back.subjects, 2U);
  EXPECT_EQ(back.times, 2U);
  EXPECT_EQ(back.ids, data_.ids);
  EXPECT_EQ(back.subject_names, data_.subject_names);
  EXPECT_EQ(back.times_ms, data_.times_ms);
}

TEST_F(WriteRsatoolbox, ReadsBackTextsBeyondAsciiAndFilesWithoutNames) {
  data_.ids = {"H\xC3\xA4user", "\xE7\x8C\xAB", ""};
  data_.times_ms.clear();
  data_.subject_names.clear();
  write_rsatoolbox_rdms(path_, data_, "euclidean", {});
  const RdmData back = read_rdms({.file = path_});
  EXPECT_EQ(back.ids, data_.ids);
  EXPECT_EQ(back.pairs, data_.pairs);
  EXPECT_EQ(back.subjects, 2U);
  EXPECT_EQ(back.times, 2U);
  EXPECT_THAT(back.times_ms, IsEmpty());
}

TEST_F(WriteRsatoolbox, HasTheLayoutThatRsatoolboxReads) {
  data_.ids[2] = "\xE7\x8C\xAB";
  write_rsatoolbox_rdms(path_, data_, "correlation", {{"layer", {"x", "x", "y", "y"}}});
  const std::string check = test::source_path("tests/experiments/brain/check_rsatoolbox.py");
  const int status = std::system(("/usr/bin/python3 '" + check + "' '" + path_ + "'").c_str());
  if (status == 77 << 8 || status == 127 << 8) {
    GTEST_SKIP() << "needs Python with h5py";
  }
  EXPECT_EQ(status, 0);
}

TEST_F(WriteRsatoolbox, RefusesWhatDoesNotFit) {
  const auto refusal = [&](const std::vector<RdmDescriptor>& descriptors) {
    return test::data_error([&] { write_rsatoolbox_rdms(path_, data_, "x", descriptors); });
  };
  EXPECT_THAT(refusal({{"layer", {"x"}}}), HasSubstr("'layer' has 1 texts; expected one for each of 4 RDMs"));
  EXPECT_THAT(refusal({{"a/b", {"x", "x", "x", "x"}}}), HasSubstr("cannot have a descriptor 'a/b'"));
  EXPECT_THAT(refusal({{"index", {"x", "x", "x", "x"}}}), HasSubstr("cannot have a descriptor 'index'"));
  data_.ids.pop_back();
  EXPECT_THAT(refusal({}), HasSubstr("one id for each stimulus"));
  data_.ids.clear();
  data_.pairs.pop_back();
  EXPECT_THAT(refusal({}), HasSubstr("cannot hold 11 dissimilarities as 4 RDMs of 3 stimuli"));
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(WriteRsatoolbox, DoesNotReplaceAFile) {
  write_rsatoolbox_rdms(path_, data_, "x", {});
  EXPECT_THROW(write_rsatoolbox_rdms(path_, data_, "x", {}), Error);
}

}  // namespace
}  // namespace homolog::experiments::rsatoolbox_test
