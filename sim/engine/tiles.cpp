#include "sim/engine/tiles.hpp"

#include <variant>

#include "sim/engine/bits.hpp"

namespace homolog::sim {

std::size_t chunks_together(const PreparedPopulation& population, std::size_t chunk) {
  constexpr std::size_t kMostBytes = std::size_t{256} << 10U;
  if (chunk + 1 >= population.channels.chunks.size()) {
    return 1;
  }
  std::size_t bytes = 0;
  for (const PreparedProjection& projection : population.inbound) {
    const auto* gather = std::get_if<GatherKernel>(&projection.kernel);
    if (gather == nullptr || !(gather->reaches(chunk) || gather->reaches(chunk + 1))) {
      continue;
    }
    if (!gather->joins_next(chunk)) {
      return 1;
    }
    bytes += gather->int8_bytes(chunk) + gather->int8_bytes(chunk + 1);
  }
  return bytes > 0 && bytes <= kMostBytes ? kMostTogether : 1;
}

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
