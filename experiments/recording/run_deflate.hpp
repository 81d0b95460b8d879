#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace homolog::experiments {

/// `count` times the same 64-bit number.
struct NumberRun {
  std::uint64_t value = 0;
  std::uint32_t count = 0;
};

/// Writes a chunk of 64-bit numbers (the runs, one after the other) as HDF5's shuffle and deflate filters
/// would: byte 0 of all numbers, then byte 1, ..., in zlib's format (RFC 1950 and 1951), which any
/// inflate reads. If `lowest` is not empty, it has byte 0 of all numbers in place of the runs.
///
/// Made for columns of spikes: all spikes of a step have the same time, and spikes of neighbouring neurons
/// the same high bytes; only the lowest bytes of neuron numbers are as good as random. Bytes that repeat are
/// written as repetitions with deflate's fixed codes, or as they are where that is shorter. Costs by the run,
/// not by the number, but for the copy of `lowest`.
[[nodiscard]] std::vector<std::byte> deflate_runs(std::vector<NumberRun> runs,
                                                  std::span<const std::uint8_t> lowest = {});

}  // namespace homolog::experiments
