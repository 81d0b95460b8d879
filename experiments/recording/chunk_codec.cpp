#include "experiments/recording/chunk_codec.hpp"

#include <libdeflate.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

#include "experiments/recording/run_deflate.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

/// Transposes an 8 x 8 matrix of bytes, one row a word, by swapping blocks of 4, 2 and 1.
void transpose(std::array<std::uint64_t, 8>& rows) noexcept {
  const auto swap_blocks = [&rows](std::size_t distance, unsigned bits, std::uint64_t mask) {
    for (std::size_t i = 0; i < 8; ++i) {
      if ((i & distance) == 0) {
        const std::uint64_t t = ((rows[i] >> bits) ^ rows[i + distance]) & mask;
        rows[i] ^= t << bits;
        rows[i + distance] ^= t;
      }
    }
  };
  swap_blocks(4, 32, 0x00000000FFFFFFFFU);
  swap_blocks(2, 16, 0x0000FFFF0000FFFFU);
  swap_blocks(1, 8, 0x00FF00FF00FF00FFU);
}

}  // namespace

void shuffle_bytes(std::span<const std::byte> in, std::size_t element_size, std::span<std::byte> out) {
  const std::size_t count = in.size() / element_size;
  std::size_t first = 0;
  if (element_size == 8) {  // all the spikes: eight elements at a time, three times as fast
    for (; first + 8 <= count; first += 8) {
      std::array<std::uint64_t, 8> rows{};
      std::memcpy(rows.data(), in.data() + first * 8, sizeof(rows));
      transpose(rows);
      for (std::size_t byte = 0; byte < 8; ++byte) {
        std::memcpy(out.data() + byte * count + first, &rows[byte], 8);
      }
    }
  }
  for (std::size_t byte = 0; byte < element_size; ++byte) {
    for (std::size_t i = first; i < count; ++i) {
      out[byte * count + i] = in[i * element_size + byte];
    }
  }
}

std::vector<std::byte> encode_chunk(std::span<const std::byte> chunk, std::size_t element_size) {
  std::vector<std::byte> shuffled(chunk.size());
  shuffle_bytes(chunk, element_size, shuffled);
  const std::size_t plane = chunk.size() / element_size;
  if (element_size == 8 && made_of_runs(shuffled, plane)) {
    return deflate_runs(shuffled, plane);
  }
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(static_cast<int>(kDeflateLevel)), libdeflate_free_compressor);
  if (!compressor) {
    throw Error(ErrorKind::internal, "no memory for compressing spikes");
  }
  std::vector<std::byte> packed(libdeflate_zlib_compress_bound(compressor.get(), chunk.size()));
  packed.resize(libdeflate_zlib_compress(compressor.get(), shuffled.data(), shuffled.size(), packed.data(),
                                         packed.size()));
  packed.shrink_to_fit();
  return packed;
}

}  // namespace homolog::experiments
