#pragma once

#include <cstddef>
#include <random>
#include <vector>

namespace homolog::test {

/// Values of two presentations, [2, count], and their means, which are exact: all are quarters.
struct RepeatedValues {
  std::vector<float> mean{}, twice{};
};

inline RepeatedValues repeated_values(std::size_t count, std::mt19937& random) {
  std::uniform_int_distribution<int> quarters(-8, 8);
  RepeatedValues values{.mean = std::vector<float>(count), .twice = std::vector<float>(2 * count)};
  for (std::size_t k = 0; k < count; ++k) {
    const float deviation = 0.25F * static_cast<float>(quarters(random));
    values.mean[k] = 0.25F * static_cast<float>(quarters(random));
    values.twice[k] = values.mean[k] + deviation;
    values.twice[count + k] = values.mean[k] - deviation;
  }
  return values;
}

}  // namespace homolog::test
