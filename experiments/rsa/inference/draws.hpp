#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace homolog::experiments {

/// A bootstrap draw of stimuli with fewer different ones is drawn again: two have a single pair.
inline constexpr std::size_t kLeastStimuli = 3;

/// What random numbers are for: each purpose has a stream of its own.
enum class Purpose : std::uint32_t {
  stimuli = 1,      ///< which stimuli a bootstrap draws
  subjects = 2,     ///< which subjects a bootstrap draws
  permutation = 3,  ///< order of stimulus labels
  stimulus_folds = 4,
  subject_folds = 5,
  second_subjects = 6,  ///< which subjects of a second reference, independent of those of the first
  units = 7,            ///< which recorded units a bootstrap draws
};

/// A place in the stream of random numbers: a pure function of it (Philox, sim/core/random.hpp), so that
/// neither threads nor the order of use can matter.
struct DrawKey {
  std::uint64_t seed = 0;
  Purpose purpose = Purpose::stimuli;
  std::uint32_t draw = 0;
  std::uint32_t attempt = 0;
};

/// How often each of n things is drawn by n draws with replacement, [n]. A thing's probability deviates
/// from 1 / n by at most 2^-32.
[[nodiscard]] std::vector<std::uint32_t> multiplicities(std::size_t n, const DrawKey& key);

struct AcceptedDraw {
  std::vector<std::uint32_t> multiplicities{};
  std::uint32_t rejected = 0;  ///< draws before it that had fewer different things
};

/// The first of the draws with attempt = 0, 1, ... that has at least `different` different things. Throws
/// Error(config) after 10,000 attempts (which is practically impossible for different <= 3 <= n).
[[nodiscard]] AcceptedDraw multiplicities_with(std::size_t different, std::size_t n, DrawKey key);

/// 0, ..., n - 1 in an order of which all n! are equally probable (Fisher-Yates, up to 2^-32 per step).
[[nodiscard]] std::vector<std::uint32_t> permutation(std::size_t n, const DrawKey& key);

/// How many of the multiplicities are not zero.
[[nodiscard]] std::size_t count_different(std::span<const std::uint32_t> multiplicities);

}  // namespace homolog::experiments
