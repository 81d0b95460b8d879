#include "sim/engine/channel_chunks.hpp"

#include <algorithm>

namespace homolog::sim {
namespace {

std::size_t width_for(std::size_t channels, std::size_t widest) {
  if (channels >= widest) {
    return widest;
  }
  return channels > 16 ? 32 : 16;
}

}  // namespace

ChannelChunks cut_channels(std::size_t channels, std::vector<std::size_t> cuts, std::size_t widest) {
  cuts.push_back(channels);
  std::sort(cuts.begin(), cuts.end());
  ChannelChunks result;
  std::size_t first = 0;
  for (const std::size_t cut : cuts) {
    while (first < std::min(cut, channels)) {
      const std::size_t width = width_for(cut - first, widest);
      const std::size_t size = std::min(width, cut - first);
      result.chunks.push_back({.first = first, .channels = size, .width = width, .offset = result.lanes});
      result.lanes += width;
      first += size;
    }
  }
  return result;
}

}  // namespace homolog::sim
