#pragma once

// Reading objects of a file that is not trusted: types, extents and sizes are checked before anything is
// allocated. All functions throw Error(data) with file and HDF5 path.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiments/recording/h5_write.hpp"

namespace homolog::experiments::h5 {

/// Largest array that a results file may make us read at once, in bytes.
inline constexpr std::size_t kMostBytes = std::size_t{1} << 33U;

/// Extents that a reader expects; nullopt: any.
using Expected = std::vector<std::optional<std::size_t>>;

/// An open file and its name.
struct Source {
  File file{};
  std::string path{};
};

/// Where an object is, for an Error.
[[nodiscard]] inline Where at(const Source& source, const std::string& object) {
  return {.file = source.path, .key = object};
}

[[nodiscard]] bool exists(const Source& source, const std::string& object);
/// Names of a group's members, by name; at most a million.
[[nodiscard]] std::vector<std::string> members(const Source& source, const std::string& group);

/// Attributes of `object`, which is "/" or the path of a group or dataset.
[[nodiscard]] std::vector<std::string> attribute_names(const Source& source, const std::string& object);
[[nodiscard]] bool has_attribute(const Source& source, const std::string& object, const std::string& name);
/// nullopt if the attribute is there but is not one text.
[[nodiscard]] std::optional<std::string> text_attribute_if(const Source& source, const std::string& object,
                                                           const std::string& name);
[[nodiscard]] std::string text_attribute(const Source& source, const std::string& object,
                                         const std::string& name);
/// `bytes`: room for `count` values of type `in_memory`; the attribute must have exactly as many.
void read_attribute(const Source& source, const std::string& object, const std::string& name, hid_t in_memory,
                    std::size_t count, void* values);
/// Number of values of a numeric attribute, at most a million.
[[nodiscard]] std::size_t attribute_size(const Source& source, const std::string& object,
                                         const std::string& name);
template <class T>
[[nodiscard]] T number_attribute(const Source& source, const std::string& object, const std::string& name) {
  T value{};
  read_attribute(source, object, name, memory_type<T>(), 1, &value);
  return value;
}
template <class T>
[[nodiscard]] std::vector<T> numbers_attribute(const Source& source, const std::string& object,
                                               const std::string& name) {
  std::vector<T> values(attribute_size(source, object, name));
  read_attribute(source, object, name, memory_type<T>(), values.size(), values.data());
  return values;
}

/// Opens a numeric dataset whose extents are `expected`; returns them in `dims`.
[[nodiscard]] Dataset open_numbers(const Source& source, const std::string& dataset, const Expected& expected,
                                   std::size_t element_size, std::vector<std::size_t>& dims);
/// Reads rows [first, first + count) along the first axis of an open dataset.
void read_rows(const Dataset& data, const Where& where, hid_t in_memory, std::size_t first, std::size_t count,
               void* values);

/// Rows [first, first + count) of a dataset whose extents are `expected`.
template <class T>
[[nodiscard]] std::vector<T> read_rows(const Source& source, const std::string& dataset,
                                       const Expected& expected, std::size_t first, std::size_t count) {
  const Where where{.file = source.path, .key = dataset};
  std::vector<std::size_t> dims;
  const Dataset data = open_numbers(source, dataset, expected, sizeof(T), dims);
  if (dims.empty() || first > dims[0] || count > dims[0] - first) {
    throw Error(ErrorKind::data, "has too few rows", where);
  }
  dims[0] = count;
  std::vector<T> values(checked_count(dims, kMostBytes / sizeof(T), where));
  if (!values.empty()) {
    read_rows(data, where, memory_type<T>(), first, count, values.data());
  }
  return values;
}
/// A whole dataset whose extents are `expected`.
template <class T>
[[nodiscard]] std::vector<T> read_numbers(const Source& source, const std::string& dataset,
                                          const Expected& expected) {
  const Where where{.file = source.path, .key = dataset};
  std::vector<std::size_t> dims;
  const Dataset data = open_numbers(source, dataset, expected, sizeof(T), dims);
  std::vector<T> values(checked_count(dims, kMostBytes / sizeof(T), where));
  if (!values.empty() &&
      H5Dread(data.get(), memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
    fail(ErrorKind::data, "cannot read " + dataset, source.path);
  }
  return values;
}

/// `count` texts of fixed or variable length, read by `read`(type in memory, room for them): H5Dread or
/// H5Aread.
[[nodiscard]] std::vector<std::string> texts_of(const Type& type, const Dataspace& space, std::size_t count,
                                                const Where& where,
                                                const std::function<herr_t(hid_t, void*)>& read);
/// A text dataset [n].
[[nodiscard]] std::vector<std::string> read_texts(const Source& source, const std::string& dataset,
                                                  std::optional<std::size_t> expected);
/// A scalar text dataset.
[[nodiscard]] std::string read_text(const Source& source, const std::string& dataset);

}  // namespace homolog::experiments::h5
