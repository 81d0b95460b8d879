#include "experiments/recording/packed_spikes.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/core/set_bits.hpp"

namespace homolog::experiments {
namespace {

constexpr std::size_t kWordsOfPage = kPageNeurons / 64;
constexpr std::size_t kSlack = 8;  ///< bytes that write_places() may write behind the last place

/// Writes the places of the bits that are set in a word of a page, and up to 8 bytes behind them. Returns the
/// end.
std::uint8_t* write_places(std::uint64_t word, std::uint64_t first, std::uint8_t* out) {
  static_assert(std::endian::native == std::endian::little);
  constexpr std::uint64_t kEveryByte = 0x0101010101010101U;
  for (std::uint64_t byte = 0; byte < 8; ++byte) {  // no branch: which bits are set cannot be predicted
    const sim::SetBits& bits = sim::kSetBits[word >> (8 * byte) & 0xFFU];
    std::uint64_t places = 0;
    std::memcpy(&places, bits.places.data(), 8);
    places += kEveryByte * (first + 8 * byte);
    std::memcpy(out, &places, 8);
    out += bits.count;
  }
  return out;
}

}  // namespace

// Divides a unit < 2^31 by the number of channels C: with 2^shift = 2^31 * (C rounded up to a power of two)
// and the reciprocal rounded up, the error of unit * reciprocal stays below 2^shift / C (Granlund and
// Montgomery 1994, theorem 4.2).
SpikePacker::SpikePacker(const sim::Shape& shape, std::uint32_t steps)
    : shape_(shape),
      spikes_{.neurons = static_cast<std::uint64_t>(sim::checked_size(shape)), .steps = steps} {
  if (spikes_.neurons > std::uint64_t{1} << 31U) {
    throw Error(ErrorKind::internal, sim::to_string(shape) + " are too many neurons for one layer");
  }
  const auto channels = static_cast<std::uint64_t>(shape.channels);
  shift_ = 31 + static_cast<unsigned>(std::bit_width(channels - 1));
  reciprocal_ = ((std::uint64_t{1} << shift_) + channels - 1) / channels;
  fired_.resize(spikes_.pages() * kWordsOfPage, 0);
  spikes_.in_page.resize(spikes_.pages() * steps, 0);
}

void SpikePacker::add(std::uint32_t step, std::span<const sim::UnitId> units) {
  if (step < next_step_ || step >= spikes_.steps) {
    throw Error(ErrorKind::internal, "spikes of step " + std::to_string(step) + " come after those of step " +
                                         std::to_string(next_step_) + " of " + std::to_string(spikes_.steps));
  }
  next_step_ = step + 1;
  if (const std::size_t needed = size_ + units.size() + kSlack; spikes_.places.size() < needed) {
    spikes_.places.resize(2 * needed);
  }
  mark(units);
  collect(std::span(spikes_.in_page).subspan(step * spikes_.pages(), spikes_.pages()));
}

void SpikePacker::mark(std::span<const sim::UnitId> units) {
  const auto channels = static_cast<std::uint64_t>(shape_.channels);
  const auto area = static_cast<std::uint64_t>(shape_.area());
  // Copies: the compiler cannot know that the bitmap does not overlap this object.
  const std::uint64_t reciprocal = reciprocal_;
  const unsigned shift = shift_;
  std::uint64_t* const fired = fired_.data();
  for (const std::uint64_t unit : units) {
    const std::uint64_t position = (unit * reciprocal) >> shift;
    const std::uint64_t neuron = (unit - position * channels) * area + position;  // sim::chw_from_hwc
    fired[neuron / 64] |= std::uint64_t{1} << (neuron % 64);
  }
}

void SpikePacker::collect(std::span<std::uint16_t> in_page) {
  std::uint8_t* place = spikes_.places.data() + size_;
  std::uint64_t* word = fired_.data();
  for (std::uint16_t& spikes : in_page) {
    const std::uint8_t* const first = place;
    for (std::uint64_t in_word = 0; in_word < kPageNeurons; in_word += 64) {
      if (*word != 0) {
        place = write_places(std::exchange(*word, 0), in_word, place);
      }
      ++word;
    }
    spikes = static_cast<std::uint16_t>(place - first);
  }
  size_ = static_cast<std::size_t>(place - spikes_.places.data());
}

PackedSpikes SpikePacker::packed() const {
  const auto end = spikes_.places.begin() + static_cast<std::ptrdiff_t>(size_);
  return {.neurons = spikes_.neurons,
          .steps = spikes_.steps,
          .places = {spikes_.places.begin(), end},
          .in_page = spikes_.in_page};
}

void SpikePacker::clear() {
  std::fill(spikes_.in_page.begin(), spikes_.in_page.end(), std::uint16_t{0});
  size_ = 0;
  next_step_ = 0;
}

}  // namespace homolog::experiments
