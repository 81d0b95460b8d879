#include "sim/engine/spike_record.hpp"

#include <algorithm>

namespace homolog::sim {

void SpikeRecord::copy(const Emission& from, Emission& to, Step first, Step count) {
  const std::size_t words = from.words_per_row();
  for (std::size_t y = 0; y < from.height(); ++y) {
    for (Step step = first; step < first + count; ++step) {
      std::copy_n(from.row(step, y), words, to.row(step, y));
      if (from.is_signed()) {
        std::copy_n(from.negative(step, y), words, to.negative(step, y));
      }
    }
  }
}

}  // namespace homolog::sim
