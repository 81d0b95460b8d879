#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <stdexcept>

#include "experiments/recording/chunk_codec.hpp"
#include "experiments/recording/chunk_queue.hpp"

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
