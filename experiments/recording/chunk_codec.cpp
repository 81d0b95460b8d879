#include "experiments/recording/chunk_codec.hpp"

#include <libdeflate.h>

#include <memory>

#include "sim/core/error.hpp"

namespace homolog::experiments {

void shuffle_bytes(std::span<const std::byte> in, std::size_t element_size, std::span<std::byte> out) {
  const std::size_t count = in.size() / element_size;
  for (std::size_t byte = 0; byte < element_size; ++byte) {
    for (std::size_t i = 0; i < count; ++i) {
      out[byte * count + i] = in[i * element_size + byte];
    }
  }
}

std::vector<std::byte> encode_chunk(std::span<const std::byte> chunk, std::size_t element_size) {
  std::vector<std::byte> shuffled(chunk.size());
  shuffle_bytes(chunk, element_size, shuffled);
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(static_cast<int>(kDeflateLevel)), libdeflate_free_compressor);
  if (!compressor) {
    throw Error(ErrorKind::internal, "no memory for compressing the recording");
  }
  std::vector<std::byte> packed(libdeflate_zlib_compress_bound(compressor.get(), chunk.size()));
  packed.resize(libdeflate_zlib_compress(compressor.get(), shuffled.data(), shuffled.size(), packed.data(),
                                         packed.size()));
  packed.shrink_to_fit();
  return packed;
}

}  // namespace homolog::experiments
