#include "experiments/run/representation_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "tests/support/paths.hpp"

namespace homolog::experiments::representation_store_test {
namespace {

const RepresentationKey kKey{"relu", "float"};
const RepresentationKey kTrains{"relu", "spikes"};

std::span<const std::byte> row(const std::vector<float>& values) {
  return std::as_bytes(std::span(values));
}

RepresentationStore store(const std::string& folder, std::int64_t stimuli, bool resume) {
  return {folder, stimuli, {{"relu", 3}}, 70, {kKey, kTrains}, resume};
}

std::string resume_error(const std::string& folder, std::int64_t stimuli) {
  try {
    const RepresentationStore resumed = store(folder, stimuli, true);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::output);
    return error.what();
  }
  return "no error";
}

TEST(RepresentationStore, ReadsBlocksOfUnitsOfRowsWrittenInAnyOrder) {
  const std::string folder = test::fresh_folder("store") + "/rows";
  RepresentationStore rows = store(folder, 2, false);
  rows.write(kKey, 1, row(std::vector<float>{4.0F, 5.0F, 6.0F}));
  rows.write(kKey, 0, row(std::vector<float>{1.0F, 2.0F, 3.0F}));
  EXPECT_EQ(rows.read(kKey, 0, 3), (std::vector<float>{1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F}));
  EXPECT_EQ(rows.read(kKey, 1, 2), (std::vector<float>{2.0F, 5.0F}));
  rows.remove();
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(RepresentationStore, FindsItsRowsAgainAndNeverTakesMissingOnesForZeros) {
  const std::string folder = test::fresh_folder("store_resume") + "/rows";
  EXPECT_THAT(resume_error(folder, 1), testing::HasSubstr("start again with --force"));
  {
    RepresentationStore rows = store(folder, 1, false);
    rows.write(kKey, 0, row(std::vector<float>{1.0F, 2.0F, 3.0F}));
    rows.sync();
  }
  EXPECT_THAT(resume_error(folder, 2), testing::HasSubstr("has another size than this run needs"));
  EXPECT_EQ(store(folder, 1, true).read(kKey, 0, 3), (std::vector<float>{1.0F, 2.0F, 3.0F}));
}

TEST(RepresentationStore, KeepsSpikeTrainsWiderThanAWord) {
  const std::string folder = test::fresh_folder("store_trains") + "/rows";
  RepresentationStore rows = store(folder, 2, false);
  const std::vector<std::uint64_t> first{1, 2, 3, 4, 5, 6};
  const std::vector<std::uint64_t> second{7, 8, 9, 10, 11, 12};
  rows.write(kTrains, 1, std::as_bytes(std::span(second)));
  rows.write(kTrains, 0, std::as_bytes(std::span(first)));
  const SpikeTrains trains = rows.trains("relu", 1, 3);
  EXPECT_EQ(trains.steps, 70);
  EXPECT_EQ(trains.bits, (std::vector<std::uint64_t>{3, 4, 5, 6, 9, 10, 11, 12}));
  EXPECT_EQ(trains.of(1, 1)[0], 11U);
  EXPECT_THROW(rows.write(kTrains, 0, row({1.0F})), Error);
}

}  // namespace
}  // namespace homolog::experiments::representation_store_test
