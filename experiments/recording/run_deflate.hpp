#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace homolog::experiments {

/// Compresses `planes` (a shuffled chunk: equal parts of `plane` bytes) to zlib's format, RFC 1950 and
/// 1951, which any inflate reads.
///
/// Made for columns of spikes, whose planes are runs of equal bytes (high bytes, times) but for one that is
/// as good as random (the low bytes of neuron numbers). A plane of runs is written as repetitions of its
/// bytes with deflate's fixed codes, any other is stored as it is. No search for matches: 7 ns a spike where
/// libdeflate's fastest level takes 54, for 11 % more bytes (docs/output-format.md).
[[nodiscard]] std::vector<std::byte> deflate_runs(std::span<const std::byte> planes, std::size_t plane);

/// Whether deflate_runs() is good at it: at most one plane would be stored.
[[nodiscard]] bool made_of_runs(std::span<const std::byte> planes, std::size_t plane);

}  // namespace homolog::experiments
