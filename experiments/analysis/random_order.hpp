#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace homolog::experiments {

/// What a random order is for: two purposes never share random numbers.
enum class RandomOrder : std::uint32_t {
  splits = 1,       ///< of stimuli into training and held-out ones
  repetitions = 2,  ///< of presentations into halves
  observers = 3,    ///< of observers into halves
};

/// A random order of 0, ..., count - 1, every order equally likely (Fisher and Yates; Durstenfeld 1964,
/// doi:10.1145/364520.364540). A function of its arguments alone (sim::philox), so neither threads nor what
/// else is drawn can matter. `index`: e.g. the number of the split. `count` below 2^32.
[[nodiscard]] std::vector<std::size_t> random_order(std::size_t count, std::uint64_t seed,
                                                    RandomOrder purpose, std::uint32_t index);

}  // namespace homolog::experiments
