#include "experiments/brain/response_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/experiments/brain/support.hpp"

namespace homolog::experiments::response_file_test {
namespace {

using test::fixture;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string refusal(const BrainSource& source) {
  return test::data_error([&] { static_cast<void>(read_responses(source)); });
}

BrainSource nwb(NwbTrials trials, const std::string& table = "") {
  return {.file = fixture("session.nwb"), .dataset = table, .nwb = std::move(trials)};
}

TEST(ReadResponses, ReadsRepetitionsFromEveryFormat) {
  for (const auto& [file, dataset] : std::vector<std::pair<std::string, std::string>>{
           {"responses.npy", ""}, {"v7.mat", "responses"}, {"plain.h5", "/responses"}}) {
    const Responses responses = read_responses({.file = fixture(file), .dataset = dataset});
    EXPECT_EQ(responses.stimuli, 5U);
    EXPECT_EQ(responses.repetitions, 3U);
    EXPECT_EQ(responses.units, 4U);
    test::expect_equal(responses.values, test::expected("responses"));
  }
}

TEST(ReadResponses, ReadsATableWithIds) {
  const Responses responses =
      read_responses({.file = test::file_with("stimulus,u1,u2\na,1,2\nb,NA,4\nc,5,6\n")});
  EXPECT_EQ(responses.repetitions, 1U);
  EXPECT_THAT(responses.ids, ElementsAre("a", "b", "c"));
  EXPECT_EQ(responses.at(2, 0, 1), 6.0);
  EXPECT_TRUE(std::isnan(responses.at(1, 0, 0)));
}

TEST(ReadResponses, TakesIdsFromASibling) {
  const BrainSource source{.file = fixture("plain.h5"), .dataset = "/responses", .ids = "/names"};
  EXPECT_THAT(read_responses(source).ids, ElementsAre("face", "house", "chair", "dog", "cat"));
}

TEST(ReadResponses, RefusesWhatAreNone) {
  EXPECT_THAT(refusal({.file = test::file_with("1,inf\n2,3\n")}),
              HasSubstr("is inf for stimulus 0, unit 1; expected finite responses"));
  EXPECT_THAT(refusal({.file = fixture("plain.h5"), .dataset = "/codes"}),
              HasSubstr("is 5; expected responses"));
  EXPECT_THAT(refusal({.file = fixture("plain.h5"), .dataset = "/rdms/times"}),
              HasSubstr("is 3x2x5x5; expected responses"));
  EXPECT_THAT(refusal({.file = fixture("v5.mat"), .dataset = "empty"}),
              HasSubstr("is 0x0; expected responses"));
  EXPECT_THAT(refusal({.file = test::file_with("id,u\na,1\na,2\n")}), HasSubstr("names two stimuli 'a'"));
}

TEST(Nwb, CountsSpikesInAWindowOfEachTrial) {
  const Responses responses = read_responses(nwb({.stimulus = "stimulus", .from_s = 0.1, .to_s = 0.6}));
  EXPECT_EQ(responses.stimuli, 3U);
  EXPECT_EQ(responses.repetitions, 3U) << "face is shown three times";
  EXPECT_EQ(responses.units, 3U);
  EXPECT_THAT(responses.ids, ElementsAre("face", "house", "dog"));
  test::expect_equal(responses.values, test::expected("nwb_window"));
}

TEST(Nwb, CountsUpToTheEndOfTheTrialWithoutAWindow) {
  test::expect_equal(read_responses(nwb({.stimulus = "stimulus"})).values, test::expected("nwb_trial"));
}

TEST(Nwb, TakesNumbersAsNamesAndATableByItsPath) {
  const Responses responses = read_responses(nwb({.stimulus = "frame"}, "/intervals/trials"));
  EXPECT_THAT(responses.ids, ElementsAre("7", "3", "9"));
  test::expect_equal(responses.values, test::expected("nwb_trial"));
}

TEST(Nwb, RefusesWhatIsNotThere) {
  EXPECT_THAT(
      refusal(nwb({.stimulus = "image"})),
      HasSubstr(
          "there is no column 'image'; expected the one that names the stimulus; the trials have frame, "
          "start_time, stimulus, stop_time"));
  EXPECT_THAT(refusal(nwb({})), HasSubstr("there is no column ''"));
  EXPECT_THAT(refusal(nwb({.stimulus = "stimulus"}, "/intervals/other")), HasSubstr("no table of trials"));
  EXPECT_THAT(refusal(nwb({.stimulus = "stimulus", .from_s = 0.5, .to_s = 0.5})),
              HasSubstr("expected a window that ends after it starts"));
  EXPECT_THAT(refusal({.file = fixture("plain.h5"), .nwb = NwbTrials{.stimulus = "x"}}),
              HasSubstr("no table of trials"));
  EXPECT_THAT(refusal({.file = fixture("one.npy"), .nwb = NwbTrials{.stimulus = "x"}}),
              HasSubstr("is not an NWB"));
}

}  // namespace
}  // namespace homolog::experiments::response_file_test
