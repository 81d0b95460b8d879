#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiments/brain/data_array.hpp"
#include "experiments/brain/number_bytes.hpp"

namespace homolog::experiments {

/// Header of an npy file, versions 1 to 3 (NumPy Enhancement Proposal 1 and numpy.lib.format).
struct NpyHeader {
  std::string type{};  ///< NumPy's descr, such as "<f8"
  std::vector<std::size_t> shape{};
  bool column_major = false;           ///< fortran_order
  std::size_t data = 0;                ///< offset of the first value
  std::size_t item_bytes = 0;          ///< bytes of one value
  std::optional<NumberType> number{};  ///< if the values are numbers (b1, i1-i8, u1-u8, f4, f8)
  bool text = false;                   ///< if they are texts (S, U)
  bool swapped = false;                ///< the other byte order than this machine's
};

/// Reads the header from the first bytes of a file. Throws Error(data).
[[nodiscard]] NpyHeader parse_npy_header(std::span<const std::byte> bytes, const BrainSource& source);

/// Numbers of a whole npy file. Throws Error(data).
[[nodiscard]] DataArray parse_npy(std::span<const std::byte> bytes, const BrainSource& source);

/// Texts of a whole npy file; numbers as number_id(). Throws Error(data).
[[nodiscard]] std::vector<std::string> parse_npy_names(std::span<const std::byte> bytes,
                                                       const BrainSource& source);

[[nodiscard]] DataArray read_npy_array(const BrainSource& source);

}  // namespace homolog::experiments
