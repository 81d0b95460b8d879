#pragma once

// Finding one's way in an HDF5 file that others wrote: what there is, of which kind, and what references
// point to. All functions throw Error(data) with file and HDF5 path.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "experiments/recording/h5_read.hpp"

namespace homolog::experiments::h5 {

/// What a path leads to.
enum class Kind {
  nothing,
  group,
  numbers,     ///< a dataset of integers or floating-point numbers
  texts,       ///< a dataset of texts
  references,  ///< a dataset of references to objects
  other,
};

[[nodiscard]] Kind kind(const Source& source, const std::string& object);

/// Paths of all datasets of a kind, by name, at most `most`; soft and external links are not followed, nor
/// groups nested more than sixteen deep. Neither a dataset for whose path `skip` is true counts, nor what is
/// in such a group; it is called for datasets of that kind and for groups, and may be empty.
[[nodiscard]] std::vector<std::string> datasets(const Source& source, Kind wanted, std::size_t most,
                                                const std::function<bool(const std::string&)>& skip = {});

/// A whole numeric dataset as doubles: at most `max_values`, checked before anything is allocated.
[[nodiscard]] Array read_values(const Source& source, const Dataset& data, const std::string& name,
                                std::size_t max_values);

/// A text dataset of any extents, row by row.
[[nodiscard]] std::vector<std::string> read_all_texts(const Source& source, const std::string& dataset);

/// The texts of an attribute: one or several.
[[nodiscard]] std::vector<std::string> texts_attribute(const Source& source, const std::string& object,
                                                       const std::string& name);

/// The datasets that a dataset of references points to, at most `most`. Extents of the references in `dims`.
[[nodiscard]] std::vector<Dataset> referenced(const Source& source, const std::string& dataset,
                                              std::size_t most, std::vector<std::size_t>& dims);

/// Text of one text attribute of an open dataset, or "" if there is none.
[[nodiscard]] std::string text_of(const Source& source, const Dataset& data, const std::string& attribute);
/// Has an open dataset an attribute of that name?
[[nodiscard]] bool has(const Dataset& data, const std::string& attribute);

}  // namespace homolog::experiments::h5
