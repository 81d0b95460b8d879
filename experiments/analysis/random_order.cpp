#include "experiments/analysis/random_order.hpp"

#include <numeric>
#include <utility>

#include "sim/core/random.hpp"

namespace homolog::experiments {
namespace {

/// Random words of one stream, one after the other.
class Words {
 public:
  Words(std::uint64_t seed, RandomOrder purpose, std::uint32_t index)
      : seed_(seed), purpose_(static_cast<std::uint32_t>(purpose)), index_(index) {}

  /// Uniform in [0, bound): Lemire 2019, doi:10.1145/3230636; words that would favour some numbers are left
  /// out.
  std::uint32_t below(std::uint32_t bound) {
    const std::uint32_t smallest = (0U - bound) % bound;
    std::uint64_t product = 0;
    do {
      product = std::uint64_t{next()} * bound;
    } while (static_cast<std::uint32_t>(product) < smallest);
    return static_cast<std::uint32_t>(product >> 32U);
  }

 private:
  std::uint32_t next() {
    const auto place = static_cast<std::size_t>(drawn_ % 4U);
    if (place == 0) {
      words_ = sim::philox({drawn_ / 4U, purpose_, index_, kStream}, seed_);
    }
    ++drawn_;
    return words_[place];
  }

  // The simulator's own draws have the number of a population there, which is small.
  static constexpr std::uint32_t kStream = 0x616E616CU;

  std::uint64_t seed_;
  std::uint32_t purpose_;
  std::uint32_t index_;
  std::uint32_t drawn_ = 0;
  std::array<std::uint32_t, 4> words_{};
};

}  // namespace

std::vector<std::size_t> random_order(std::size_t count, std::uint64_t seed, RandomOrder purpose,
                                      std::uint32_t index) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Words words(seed, purpose, index);
  for (std::size_t left = count; left > 1; --left) {
    std::swap(order[left - 1], order[words.below(static_cast<std::uint32_t>(left))]);
  }
  return order;
}

}  // namespace homolog::experiments
