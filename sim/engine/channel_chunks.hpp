#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace homolog::sim {

/// Neighbouring channels of a population whose sums are kept in registers together.
struct Chunk {
  std::size_t first = 0;     ///< channel
  std::size_t channels = 0;  ///< 1 .. width
  std::size_t width = 0;     ///< 16, 32 or 64 lanes; those beyond `channels` are padding
  std::size_t offset = 0;    ///< of its first lane among all lanes of a position
};

/// All channels of a population, cut into chunks. State of units is kept per position in lanes: the chunks
/// one after the other, each with its padding.
struct ChannelChunks {
  std::vector<Chunk> chunks{};
  std::size_t lanes = 0;  ///< of a position, padding included
};

/// The most lanes of a chunk.
inline constexpr std::size_t kWidestChunk = 64;

/// Cuts `channels` >= 1 channels at every one of `cuts` (in any order; those outside are ignored), and what
/// lies between into chunks of `widest` lanes, 64 or 32, and for a rest 32 or 16.
[[nodiscard]] ChannelChunks cut_channels(std::size_t channels, std::vector<std::size_t> cuts,
                                         std::size_t widest = kWidestChunk);

}  // namespace homolog::sim
