#pragma once

#include <cstddef>
#include <cstdint>

namespace homolog::conversion {

/// A number of channels, units or positions >= 0, or an id, as an index.
[[nodiscard]] constexpr std::size_t index_of(std::int64_t value) noexcept {
  return static_cast<std::size_t>(value);
}

}  // namespace homolog::conversion
