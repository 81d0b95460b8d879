#include "experiments/analysis/spike_trains.hpp"

#include <algorithm>
#include <bit>

namespace homolog::experiments {
namespace {

constexpr std::int64_t kBits = 64;

/// Bits [first, last) of a word, 0 <= first < last <= 64.
std::uint64_t mask(std::int64_t first, std::int64_t last) {
  const std::uint64_t all = ~std::uint64_t{0};
  const std::uint64_t below_last =
      last == kBits ? all : (std::uint64_t{1} << static_cast<unsigned>(last)) - 1U;
  return below_last & (all << static_cast<unsigned>(first));
}

}  // namespace

std::int64_t spikes_between(std::span<const std::uint64_t> train, std::int64_t first, std::int64_t last) {
  const std::int64_t end = std::min(last, static_cast<std::int64_t>(train.size()) * kBits);
  std::int64_t spikes = 0;
  for (std::int64_t step = std::max<std::int64_t>(first, 0); step < end;) {
    const std::int64_t word = step / kBits;
    const std::int64_t stop = std::min(end, (word + 1) * kBits);
    const std::uint64_t wanted = mask(step - word * kBits, stop - word * kBits);
    spikes += std::popcount(train[static_cast<std::size_t>(word)] & wanted);
    step = stop;
  }
  return spikes;
}

void append_spike_steps(std::span<const std::uint64_t> train, std::vector<double>& steps) {
  for (std::size_t word = 0; word < train.size(); ++word) {
    for (std::uint64_t left = train[word]; left != 0; left &= left - 1U) {
      steps.push_back(static_cast<double>(word * kBits) + std::countr_zero(left));
    }
  }
}

}  // namespace homolog::experiments
