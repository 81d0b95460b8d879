#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace homolog::experiments {

/// Level of libdeflate, 1 (fast) to 12.
inline constexpr unsigned kDeflateLevel = 1;

/// One chunk as HDF5's shuffle and deflate filters would store it: byte 0 of all elements, then byte 1,
/// ..., in zlib format. `chunk` is a whole chunk, a multiple of `element_size` bytes. Throws
/// Error(internal) if libdeflate cannot allocate its tables. Columns of spikes go through deflate_runs()
/// instead.
[[nodiscard]] std::vector<std::byte> encode_chunk(std::span<const std::byte> chunk, std::size_t element_size);

/// HDF5's shuffle filter. `out` has the size of `in`, a multiple of `element_size`.
void shuffle_bytes(std::span<const std::byte> in, std::size_t element_size, std::span<std::byte> out);

}  // namespace homolog::experiments
