#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libdeflate.h>

#include <atomic>
#include <random>
#include <stdexcept>

#include "experiments/recording/chunk_codec.hpp"
#include "experiments/recording/chunk_queue.hpp"
#include "experiments/recording/run_deflate.hpp"

namespace homolog::experiments::chunks_test {
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

/// What HDF5's shuffle filter makes of the numbers.
std::vector<std::byte> planes_of(const std::vector<std::uint64_t>& numbers) {
  std::vector<std::byte> planes;
  for (unsigned byte = 0; byte < 8; ++byte) {
    for (const std::uint64_t number : numbers) {
      planes.push_back(static_cast<std::byte>((number >> (8 * byte)) & 0xFFU));
    }
  }
  return planes;
}

std::vector<std::uint64_t> numbers_of(const std::vector<NumberRun>& runs) {
  std::vector<std::uint64_t> numbers;
  for (const NumberRun& run : runs) {
    numbers.insert(numbers.end(), run.count, run.value);
  }
  return numbers;
}

TEST(DeflateRuns, IsReadByAnyInflateForRunsOfEveryLengthAndByte) {
  std::vector<NumberRun> runs;
  for (std::uint32_t length = 1; length <= 800; ++length) {
    runs.push_back({.value = length * 7 % 256, .count = length});
  }
  for (std::uint64_t byte = 0; byte < 256; ++byte) {
    runs.push_back({.value = byte, .count = 20});
  }
  const auto planes = planes_of(numbers_of(runs));
  const auto packed = deflate_runs(runs);
  EXPECT_TRUE(inflated(packed, planes.size()) == planes);
  EXPECT_LT(packed.size(), planes.size() / 100);
}

TEST(DeflateRuns, IsReadByAnyInflateForAnyNumbers) {
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 300; ++trial) {
    const std::size_t size = 1 + random() % (trial % 10 == 0 ? 200'000U : 3'000U);
    const std::uint64_t longest = std::uint64_t{1} << (random() % 13U);
    const auto bits = random() % 65U;  // of the numbers
    std::vector<NumberRun> runs;
    for (std::size_t left = size; left > 0; left -= runs.back().count) {
      const auto count = static_cast<std::uint32_t>(std::min<std::uint64_t>(1 + random() % longest, left));
      runs.push_back({.value = bits == 0 ? 0 : random() >> (64 - bits), .count = count});
    }
    std::vector<std::uint64_t> numbers = numbers_of(runs);
    ASSERT_TRUE(inflated(deflate_runs(runs), 8 * size) == planes_of(numbers)) << trial;
    std::vector<std::uint8_t> lowest;
    for (std::uint64_t& number : numbers) {
      lowest.push_back(static_cast<std::uint8_t>(random() & 0xFFU));
      number = (number & ~std::uint64_t{0xFF}) | lowest.back();
    }
    ASSERT_TRUE(inflated(deflate_runs(runs, lowest), 8 * size) == planes_of(numbers)) << trial;
  }
}

// At most 9 bits for 8, and a few bytes per block: what never repeats must not grow.
TEST(DeflateRuns, StoresWhatDoesNotRepeat) {
  std::mt19937_64 random(5);
  std::vector<NumberRun> runs;
  for (int i = 0; i < 65'536; ++i) {
    runs.push_back({.value = random(), .count = 1});
  }
  EXPECT_LT(deflate_runs(runs).size(), 8U * 65'536U + 200U);
}

TEST(EncodeChunk, IsReadByAnyInflate) {
  std::vector<std::uint64_t> ids;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    ids.push_back(i * 17 % 9'216);
  }
  EXPECT_TRUE(inflated(encode_chunk(std::as_bytes(std::span<const std::uint64_t>(ids)), 8), 80'000) ==
              planes_of(ids));
}

/// What the queue is given to do with a chunk.
ChunkQueue::Encode encoding(std::vector<std::byte> chunk) {
  return [chunk = std::move(chunk)] { return encode_chunk(chunk, 8); };
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
      queue.push(encoding(random_bytes(8 * (i + 1))),
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
    queue.push(encoding(random_bytes(1U << 16U)), [&delivered](std::vector<std::byte>) { ++delivered; });
    EXPECT_GE(delivered, i + 1 - 4);  // two for each thread
  }
}

TEST(ChunkQueue, PassesAnErrorOfTheReceiverOnAndCanThenBeDestroyed) {
  ChunkQueue queue(2);
  EXPECT_THROW(
      {
        for (int i = 0; i < 100; ++i) {
          queue.push(encoding(random_bytes(64)),
                     [](std::vector<std::byte>) { throw std::runtime_error("full"); });
        }
      },
      std::runtime_error);
}

TEST(ChunkQueue, DropsWhatWasNotDeliveredWhenItIsDestroyed) {
  std::atomic<int> delivered = 0;
  for (int i = 0; i < 100; ++i) {
    ChunkQueue queue(3);
    for (int j = 0; j < 3; ++j) {
      queue.push(encoding(random_bytes(1U << 12U)), [&delivered](std::vector<std::byte>) { ++delivered; });
    }
  }
  EXPECT_LE(delivered, 300);
}

}  // namespace
}  // namespace homolog::experiments::chunks_test
