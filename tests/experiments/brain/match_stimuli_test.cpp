#include "experiments/brain/match_stimuli.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/experiments/brain/support.hpp"

namespace homolog::experiments::match_stimuli_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Ids = std::vector<std::string>;

std::string refusal(const Ids& experiment, const Ids& file, std::size_t file_stimuli) {
  return test::data_error([&] { static_cast<void>(match_stimuli(experiment, file, file_stimuli, "/b.h5")); });
}

TEST(MatchStimuli, GoesByOrderWithoutIds) {
  const StimulusMatch match = match_stimuli({"a", "b", "c"}, {}, 3, "/b.h5");
  EXPECT_FALSE(match.by_id);
  EXPECT_THAT(match.place, ElementsAre(0, 1, 2));
  EXPECT_TRUE(match_stimuli({}, {}, 0, "/b.h5").place.empty());
}

TEST(MatchStimuli, GoesByIdWhateverTheOrderAndWhatElseTheFileHas) {
  const StimulusMatch match = match_stimuli({"b", "a"}, {"a", "x", "b"}, 3, "/b.h5");
  EXPECT_TRUE(match.by_id);
  EXPECT_THAT(match.place, ElementsAre(2, 0));
}

TEST(MatchStimuli, IgnoresFolderAndExtensionOnEitherSide) {
  EXPECT_THAT(match_stimuli({"faces/01.png", "02"}, {"02.jpg", "01"}, 2, "/b.h5").place, ElementsAre(1, 0));
  EXPECT_THAT(match_stimuli({"01.png"}, {"C:\\images\\01.bmp"}, 1, "/b.h5").place, ElementsAre(0));
}

TEST(MatchStimuli, CutsNothingButExtensionsOfImages) {
  EXPECT_THAT(refusal({"0.5"}, {"0", "1"}, 2), HasSubstr("has no stimulus '0.5'; it has 0, 1"));
  EXPECT_THAT(refusal({"0"}, {"0.5", "0.7"}, 2), HasSubstr("has no stimulus '0'"));
  EXPECT_THAT(match_stimuli({"0.5", "0.7"}, {"0.7", "0.5"}, 2, "/b.h5").place, ElementsAre(1, 0));
  EXPECT_THAT(match_stimuli({"0.5", "0.7"}, {"0.7.PNG", "a/0.5.Tiff"}, 2, "/b.h5").place, ElementsAre(1, 0));
  EXPECT_THAT(match_stimuli({"v1.face", "v1.house"}, {"v1.house", "v1.face"}, 2, "/b.h5").place,
              ElementsAre(1, 0));
  EXPECT_THAT(match_stimuli({".png"}, {"faces/.png"}, 1, "/b.h5").place, ElementsAre(0));
}

TEST(MatchStimuli, TakesTheSameTextBeforeTheSameStem) {
  EXPECT_THAT(match_stimuli({"a/1.png", "b/1.png"}, {"b/1.png", "a/1.png"}, 2, "/b.h5").place,
              ElementsAre(1, 0));
}

TEST(MatchStimuli, RefusesWhatIsMissingOrThereTwice) {
  EXPECT_THAT(refusal({"z"}, {"a", "b"}, 2), HasSubstr("has no stimulus 'z'; it has a, b"));
  EXPECT_THAT(refusal({"a"}, {"a", "b", "a"}, 3), HasSubstr("'a' more than once"));
  EXPECT_THAT(refusal({"1"}, {"a/1.png", "b/1.png"}, 2), HasSubstr("'1' more than once"));
  EXPECT_THAT(refusal({"1.png", "1.jpg"}, {"1", "2"}, 2), HasSubstr("has one stimulus, '1', for two"));
}

TEST(MatchStimuli, RefusesOtherNumbers) {
  EXPECT_THAT(
      refusal({"a", "b"}, {}, 3),
      HasSubstr("has 3 stimuli without ids but the experiment shows 2 stimuli; expected one for each"));
  EXPECT_THAT(refusal({"a"}, {"a"}, 2), HasSubstr("has 1 ids for 2 stimuli"));
}

}  // namespace
}  // namespace homolog::experiments::match_stimuli_test
