#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libdeflate.h>

#include <atomic>
#include <random>
#include <stdexcept>

#include "experiments/recording/chunk_codec.hpp"
#include "experiments/recording/chunk_queue.hpp"
#include "experiments/recording/run_deflate.hpp"

namespace homolog::experiments {
namespace {

std::vector<std::byte> random_bytes(std::size_t count) {
  std::mt19937 random(1);
  std::vector<std::byte> bytes(count);
  for (auto& byte : bytes) {
    byte = static_cast<std::byte>(random() & 0xFFU);
  }
  return bytes;
}

TEST(ShuffleBytes, PutsEqualBytesOfAllElementsTogether) {
  for (const std::size_t size : {1U, 2U, 4U, 8U}) {
    for (const std::size_t count : {0U, 1U, 7U, 8U, 9U, 64U, 1001U}) {
      const auto in = random_bytes(size * count);
      std::vector<std::byte> out(in.size());
      shuffle_bytes(in, size, out);
      for (std::size_t byte = 0; byte < size; ++byte) {
        for (std::size_t i = 0; i < count; ++i) {
          ASSERT_EQ(out[byte * count + i], in[i * size + byte]) << size << " " << count;
        }
      }
    }
  }
}

/// What libdeflate makes of zlib data that should be `size` bytes; empty if it refuses.
std::vector<std::byte> inflated(const std::vector<std::byte>& packed, std::size_t size) {
  std::vector<std::byte> out(size);
  auto* decompressor = libdeflate_alloc_decompressor();
  const auto result =
      libdeflate_zlib_decompress(decompressor, packed.data(), packed.size(), out.data(), out.size(), nullptr);
  libdeflate_free_decompressor(decompressor);
  return result == LIBDEFLATE_SUCCESS ? out : std::vector<std::byte>{};
}

TEST(DeflateRuns, IsReadByAnyInflateForRunsOfEveryLengthAndByte) {
  std::vector<std::byte> runs;
  for (std::size_t length = 1; length <= 800; ++length) {
    runs.insert(runs.end(), length, static_cast<std::byte>(length * 7 % 256));
  }
  for (std::size_t byte = 0; byte < 256; ++byte) {
    runs.insert(runs.end(), 20, static_cast<std::byte>(byte));
  }
  ASSERT_TRUE(made_of_runs(runs, runs.size()));
  const auto packed = deflate_runs(runs, runs.size());
  EXPECT_TRUE(inflated(packed, runs.size()) == runs);
  EXPECT_LT(packed.size(), runs.size() / 20);
}

TEST(DeflateRuns, IsReadByAnyInflateForAnyMixtureOfPlanes) {
  std::mt19937 random(3);
  for (int trial = 0; trial < 300; ++trial) {
    const std::size_t plane = 1 + random() % (trial % 10 == 0 ? 200'000U : 3'000U);
    std::vector<std::byte> planes;
    for (int i = 0; i < 8; ++i) {
      const std::size_t end = planes.size() + plane;
      const std::size_t longest = std::size_t{1} << (random() % 13U);
      while (planes.size() < end) {
        const std::size_t length = std::min<std::size_t>(1 + random() % longest, end - planes.size());
        planes.insert(planes.end(), length, static_cast<std::byte>(random() & 0xFFU));
      }
    }
    ASSERT_TRUE(inflated(deflate_runs(planes, plane), planes.size()) == planes) << trial;
  }
}

TEST(EncodeChunk, IsReadByAnyInflateForBothCompressors) {
  std::vector<std::uint64_t> ids;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    ids.push_back(i * 17 % 9'216);
  }
  const auto noise = random_bytes(80'000);
  for (const auto chunk :
       {std::as_bytes(std::span<const std::uint64_t>(ids)), std::span<const std::byte>(noise)}) {
    std::vector<std::byte> shuffled(chunk.size());
    shuffle_bytes(chunk, 8, shuffled);
    EXPECT_TRUE(inflated(encode_chunk(chunk, 8), chunk.size()) == shuffled);
  }
}

TEST(ChunkQueue, DeliversWhatEncodingGivesInOrderForAnyNumberOfThreads) {
  std::vector<std::vector<std::byte>> expected;
  for (std::size_t i = 0; i < 50; ++i) {
    expected.push_back(encode_chunk(random_bytes(8 * (i + 1)), 8));
  }
  for (const int threads : {1, 2, 7}) {
    std::vector<std::vector<std::byte>> delivered;
    ChunkQueue queue(threads);
    for (std::size_t i = 0; i < 50; ++i) {
      queue.push(random_bytes(8 * (i + 1)), 8,
                 [&delivered](std::vector<std::byte> packed) { delivered.push_back(std::move(packed)); });
    }
    queue.drain();
    EXPECT_EQ(delivered, expected) << threads;
  }
}

TEST(ChunkQueue, KeepsFewChunksInFlight) {
  ChunkQueue queue(2);
  int delivered = 0;
  for (int i = 0; i < 100; ++i) {
    queue.push(random_bytes(1U << 16U), 8, [&delivered](std::vector<std::byte>) { ++delivered; });
    EXPECT_GE(delivered, i + 1 - 4);  // two for each thread
  }
}

TEST(ChunkQueue, PassesAnErrorOfTheReceiverOnAndCanThenBeDestroyed) {
  ChunkQueue queue(2);
  EXPECT_THROW(
      {
        for (int i = 0; i < 100; ++i) {
          queue.push(random_bytes(64), 8, [](std::vector<std::byte>) { throw std::runtime_error("full"); });
        }
      },
      std::runtime_error);
}

TEST(ChunkQueue, DropsWhatWasNotDeliveredWhenItIsDestroyed) {
  std::atomic<int> delivered = 0;
  for (int i = 0; i < 100; ++i) {
    ChunkQueue queue(3);
    for (int j = 0; j < 3; ++j) {
      queue.push(random_bytes(1U << 12U), 8, [&delivered](std::vector<std::byte>) { ++delivered; });
    }
  }
  EXPECT_LE(delivered, 300);
}

}  // namespace
}  // namespace homolog::experiments
