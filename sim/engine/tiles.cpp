#include "sim/engine/tiles.hpp"

#include "sim/engine/bits.hpp"

namespace homolog::sim {

std::vector<Part> parts_of(const PreparedPopulation& population, std::size_t threads) {
  const std::size_t height = population.height();
  const auto& chunks = population.channels.chunks;
  if (threads == 1) {
    return {{.first_row = 0, .last_row = height, .first_chunk = 0, .last_chunk = chunks.size()}};
  }
  std::vector<Part> parts;
  if (height * population.width() == 1) {
    for (std::size_t c = 0; c < chunks.size(); ++c) {
      if (chunks[c].first % kBitsPerWord == 0) {
        parts.push_back({.first_row = 0, .last_row = 1, .first_chunk = c, .last_chunk = c});
      }
      parts.back().last_chunk = c + 1;
    }
    return parts;
  }
  // A few parts per thread even out rows of different activity; each part lists its first source rows anew.
  const std::size_t rows = std::max<std::size_t>(1, height / (4 * threads));
  for (std::size_t first = 0; first < height; first += rows) {
    parts.push_back({.first_row = first,
                     .last_row = std::min(height, first + rows),
                     .first_chunk = 0,
                     .last_chunk = chunks.size()});
  }
  return parts;
}

}  // namespace homolog::sim
