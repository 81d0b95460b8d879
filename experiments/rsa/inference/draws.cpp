#include "experiments/rsa/inference/draws.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/core/random.hpp"

namespace homolog::experiments {
namespace {

constexpr std::uint32_t kMaxAttempts = 10000;

/// The random words of a key, one after the other.
class Words {
 public:
  explicit Words(const DrawKey& key) : key_(key) {}
  /// An integer in [0, n), n < 2^32.
  std::size_t below(std::size_t n) {
    if (used_ == block_.size()) {
      block_ = sim::philox({next_++, key_.attempt, key_.draw, static_cast<std::uint32_t>(key_.purpose)},
                           key_.seed);
      used_ = 0;
    }
    return static_cast<std::size_t>((std::uint64_t{block_[used_++]} * n) >> 32U);
  }

 private:
  DrawKey key_;
  std::array<std::uint32_t, 4> block_{};
  std::size_t used_ = 4;
  std::uint32_t next_ = 0;
};

}  // namespace

std::vector<std::uint32_t> multiplicities(std::size_t n, const DrawKey& key) {
  std::vector<std::uint32_t> counts(n, 0);
  Words words(key);
  for (std::size_t k = 0; k < n; ++k) {
    ++counts[words.below(n)];
  }
  return counts;
}

AcceptedDraw multiplicities_with(std::size_t different, std::size_t n, DrawKey key) {
  for (key.attempt = 0; key.attempt < kMaxAttempts; ++key.attempt) {
    std::vector<std::uint32_t> counts = multiplicities(n, key);
    if (count_different(counts) >= different) {
      return {.multiplicities = std::move(counts), .rejected = key.attempt};
    }
  }
  throw Error(ErrorKind::config, "none of " + std::to_string(kMaxAttempts) + " draws from " +
                                     std::to_string(n) + " has " + std::to_string(different) +
                                     " different ones; ask for fewer folds");
}

std::vector<std::uint32_t> permutation(std::size_t n, const DrawKey& key) {
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  Words words(key);
  for (std::size_t k = n; k > 1; --k) {
    std::swap(order[k - 1], order[words.below(k)]);
  }
  return order;
}

std::size_t count_different(std::span<const std::uint32_t> multiplicities) {
  return static_cast<std::size_t>(
      std::count_if(multiplicities.begin(), multiplicities.end(), [](std::uint32_t m) { return m > 0; }));
}

}  // namespace homolog::experiments
