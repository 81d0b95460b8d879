#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "experiments/brain/data_array.hpp"

namespace homolog::experiments {

/// What a MATLAB array holds; the numbers are those of the file format.
enum class MatlabClass : std::uint8_t {
  none = 0,
  cell = 1,
  structure = 2,
  object = 3,
  text = 4,
  sparse = 5,
  first_number = 6,  ///< 6 ... 15: double, single, int8, uint8, ..., int64, uint64
  last_number = 15,
  function = 16,
  opaque = 17,
};

/// One array of a MATLAB level-5 file: its header is read, its content is still bytes of the file.
/// Format: "MAT-File Format", The MathWorks, chapter 1 (Level 5).
struct MatlabArray {
  MatlabClass kind = MatlabClass::none;
  bool complex = false;
  std::string name{};                    ///< of a variable
  std::vector<std::size_t> dims{};       ///< as size() in MATLAB: at least two
  std::vector<std::string> fields{};     ///< of a struct
  std::span<const std::byte> content{};  ///< the elements after the header
  bool swapped = false;                  ///< the file has the other byte order

  [[nodiscard]] bool is_number() const noexcept {
    return kind >= MatlabClass::first_number && kind <= MatlabClass::last_number;
  }
};

/// Calls `visit` for each variable of a file until it returns false; a variable's bytes live no longer than
/// the call. Compressed variables are inflated one at a time, after their claimed size is held against what
/// deflate can make. Throws Error(data).
void visit_variables(std::span<const std::byte> file, const BrainSource& source,
                     const std::function<bool(const MatlabArray&)>& visit);

/// Elements of a cell array, or of a struct array (all fields of the first element, then of the next, ...).
/// Throws Error(data).
[[nodiscard]] std::vector<MatlabArray> elements_of(const MatlabArray& array, const BrainSource& source);

/// Numbers of a numeric or logical array, row-major. Throws Error(data) if it is complex, sparse or no
/// numbers.
[[nodiscard]] DataArray numbers_of(const MatlabArray& array, const BrainSource& source);

/// Rows of a char array, without the blanks that fill them up. Throws Error(data).
[[nodiscard]] std::vector<std::string> texts_of(const MatlabArray& array, const BrainSource& source);

/// The array that `source.dataset` names, such as "RDMs(2).RDM"; a path through a struct or cell array
/// without subscripts names all its elements, and their arrays are stacked along a new first axis, in
/// MATLAB's order of elements. An empty name: the only variable that holds numbers. Throws Error(data).
[[nodiscard]] DataArray parse_matlab5(std::span<const std::byte> file, const BrainSource& source);

/// Texts at `source.ids`: a cell array of texts, rows of a char array, a field of all elements of a struct
/// array, or numbers. Throws Error(data).
[[nodiscard]] std::vector<std::string> parse_matlab5_names(std::span<const std::byte> file,
                                                           const BrainSource& source);

[[nodiscard]] DataArray read_matlab5_array(const BrainSource& source);
[[nodiscard]] std::vector<std::string> read_matlab5_names(const BrainSource& source);

}  // namespace homolog::experiments
