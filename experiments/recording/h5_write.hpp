#pragma once

// Writing whole objects to HDF5. Text attributes have variable length, as h5py writes them (SONATA
// readers expect that of `units`); text datasets have fixed length, padded with NUL, so that they need no
// heap and Octave reads them too. Both are UTF-8. Numbers are little-endian. No object carries a time: equal
// content, equal bytes.
//
// All functions throw Error(output); `file` is the name for messages.

#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "experiments/recording/h5.hpp"

namespace homolog::experiments::h5 {

/// HDF5's type of a number in memory.
template <class T>
[[nodiscard]] hid_t memory_type() {
  if constexpr (std::is_same_v<T, double>) {
    return H5T_NATIVE_DOUBLE;
  } else if constexpr (std::is_same_v<T, float>) {
    return H5T_NATIVE_FLOAT;
  } else if constexpr (std::is_same_v<T, std::uint8_t>) {
    return H5T_NATIVE_UINT8;
  } else if constexpr (std::is_same_v<T, std::uint16_t>) {
    return H5T_NATIVE_UINT16;
  } else if constexpr (std::is_same_v<T, std::uint32_t>) {
    return H5T_NATIVE_UINT32;
  } else if constexpr (std::is_same_v<T, std::uint64_t>) {
    return H5T_NATIVE_UINT64;
  } else {
    static_assert(std::is_same_v<T, std::int64_t>);
    return H5T_NATIVE_INT64;
  }
}

/// HDF5's type of a number in the file.
template <class T>
[[nodiscard]] hid_t file_type() {
  if constexpr (std::is_same_v<T, double>) {
    return H5T_IEEE_F64LE;
  } else if constexpr (std::is_same_v<T, float>) {
    return H5T_IEEE_F32LE;
  } else if constexpr (std::is_same_v<T, std::uint8_t>) {
    return H5T_STD_U8LE;
  } else if constexpr (std::is_same_v<T, std::uint16_t>) {
    return H5T_STD_U16LE;
  } else if constexpr (std::is_same_v<T, std::uint32_t>) {
    return H5T_STD_U32LE;
  } else if constexpr (std::is_same_v<T, std::uint64_t>) {
    return H5T_STD_U64LE;
  } else {
    static_assert(std::is_same_v<T, std::int64_t>);
    return H5T_STD_I64LE;
  }
}

/// Throws Error(output) "doing: HDF5's words" if `id` is negative; returns it.
hid_t checked(hid_t id, const std::string& doing, const std::string& file);

/// A new group whose members are listed in the order of their creation.
[[nodiscard]] Group create_group(hid_t parent, const std::string& name, const std::string& file);
/// Opens `name`, creating it if it is not there.
[[nodiscard]] Group open_or_create_group(hid_t parent, const std::string& name, const std::string& file);
/// Removes a link if it is there.
void remove(hid_t parent, const std::string& name, const std::string& file);

/// Creates a dataset of `type`; `chunk` empty: contiguous, else shuffled and deflated. `unlimited`: the first
/// extent can grow.
[[nodiscard]] Dataset create_dataset(hid_t parent, const std::string& name, hid_t type,
                                     const std::vector<hsize_t>& dims, const std::vector<hsize_t>& chunk,
                                     bool unlimited, const std::string& file);

/// Creates or replaces a whole contiguous dataset. `values` has the elements of `dims`.
void write_dataset(hid_t parent, const std::string& name, hid_t type, hid_t in_memory,
                   const std::vector<hsize_t>& dims, const void* values, const std::string& file);
template <class T>
void write_dataset(hid_t parent, const std::string& name, const std::vector<hsize_t>& dims,
                   std::span<const T> values, const std::string& file) {
  write_dataset(parent, name, file_type<T>(), memory_type<T>(), dims, values.data(), file);
}
/// Text datasets: [n], and a scalar.
void write_texts(hid_t parent, const std::string& name, const std::vector<std::string>& texts,
                 const std::string& file);
void write_text(hid_t parent, const std::string& name, const std::string& text, const std::string& file);

void write_attribute(hid_t object, const std::string& name, hid_t type, hid_t in_memory, hid_t space,
                     const void* values, const std::string& file);
void write_text_attribute(hid_t object, const std::string& name, const std::string& text,
                          const std::string& file);
template <class T>
void write_number_attribute(hid_t object, const std::string& name, T value, const std::string& file) {
  const Dataspace space(H5Screate(H5S_SCALAR));
  write_attribute(object, name, file_type<T>(), memory_type<T>(), space.get(), &value, file);
}
/// An attribute [n]; n >= 1.
template <class T>
void write_numbers_attribute(hid_t object, const std::string& name, std::span<const T> values,
                             const std::string& file) {
  const hsize_t count = values.size();
  const Dataspace space(H5Screate_simple(1, &count, nullptr));
  write_attribute(object, name, file_type<T>(), memory_type<T>(), space.get(), values.data(), file);
}

}  // namespace homolog::experiments::h5
