#include "sim/engine/channel_chunks.hpp"

#include <gtest/gtest.h>

#include <tuple>
#include <vector>

namespace homolog::sim::channel_chunks_test {
namespace {

/// (first, channels, width) of every chunk.
std::vector<std::tuple<std::size_t, std::size_t, std::size_t>> chunks(std::size_t channels,
                                                                      std::vector<std::size_t> cuts = {}) {
  std::vector<std::tuple<std::size_t, std::size_t, std::size_t>> result;
  for (const Chunk& chunk : cut_channels(channels, std::move(cuts)).chunks) {
    result.emplace_back(chunk.first, chunk.channels, chunk.width);
  }
  return result;
}

using Expected = std::vector<std::tuple<std::size_t, std::size_t, std::size_t>>;

TEST(ChannelChunks, AreAsWideAsPossibleAndPadTheRest) {
  EXPECT_EQ(chunks(1), (Expected{{0, 1, 16}}));
  EXPECT_EQ(chunks(16), (Expected{{0, 16, 16}}));
  EXPECT_EQ(chunks(17), (Expected{{0, 17, 32}}));
  EXPECT_EQ(chunks(48), (Expected{{0, 32, 32}, {32, 16, 16}}));
  EXPECT_EQ(chunks(160), (Expected{{0, 64, 64}, {64, 64, 64}, {128, 32, 32}}));
}

TEST(ChannelChunks, NeverReachOverACutAndIgnoreCutsOutside) {
  EXPECT_EQ(chunks(100, {30, 0, 100, 30, 400}), (Expected{{0, 30, 32}, {30, 64, 64}, {94, 6, 16}}));
}

TEST(ChannelChunks, LieOneAfterTheOtherWithTheirPadding) {
  const ChannelChunks cut = cut_channels(100, {30});
  EXPECT_EQ(cut.chunks[1].offset, 32U);
  EXPECT_EQ(cut.chunks[2].offset, 96U);
  EXPECT_EQ(cut.lanes, 112U);
}

}  // namespace
}  // namespace homolog::sim::channel_chunks_test
