#pragma once

// The only door to HDF5's C library. Thin: one owner per identifier, HDF5's own words in the message,
// nothing printed by HDF5 itself.

#include <hdf5.h>

#include <string>
#include <utility>
#include <vector>

#include "sim/core/error.hpp"

namespace homolog::experiments::h5 {

/// Keeps HDF5 from printing its errors. HDF5 keeps this setting per thread, so that whoever calls HDF5
/// directly calls this first; the functions below do.
void quiet() noexcept;

/// Throws Error(kind) "doing: HDF5's innermost message" with the file; clears HDF5's error stack.
[[noreturn]] void fail(ErrorKind kind, const std::string& doing, const std::string& file);

/// Owns one HDF5 identifier. Move-only: HDF5's reference counts stay out of the design.
template <herr_t (*Close)(hid_t)>
class Handle {
 public:
  Handle() = default;
  explicit Handle(hid_t id) noexcept : id_(id) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Handle() {
    if (id_ >= 0) {
      Close(id_);  // A destructor cannot report; writers call close() and look.
    }
  }
  [[nodiscard]] hid_t get() const noexcept { return id_; }
  [[nodiscard]] bool valid() const noexcept { return id_ >= 0; }
  [[nodiscard]] herr_t close() noexcept { return Close(std::exchange(id_, H5I_INVALID_HID)); }

 private:
  hid_t id_ = H5I_INVALID_HID;
};

using File = Handle<H5Fclose>;
using Group = Handle<H5Gclose>;
using Dataset = Handle<H5Dclose>;
using Dataspace = Handle<H5Sclose>;
using Properties = Handle<H5Pclose>;
using Attribute = Handle<H5Aclose>;
using Type = Handle<H5Tclose>;

/// A numeric dataset read whole, converted to double.
struct Array {
  std::vector<std::size_t> dims{};
  std::vector<double> values{};
};

/// Opens for reading. Throws Error(data) if the file is missing or is not HDF5.
[[nodiscard]] File open_for_reading(const std::string& path);

/// Opens a dataset; `file` is an open file, `path` its name for messages. Throws Error(data) with file and
/// HDF5 path; a missing name lists what is there.
[[nodiscard]] Dataset open_dataset(hid_t file, const std::string& path, const std::string& dataset);

/// Extents of an open dataset: {} for a scalar, {0} for HDF5's null dataspace.
[[nodiscard]] std::vector<std::size_t> extents(const Dataset& data, const Where& where);

/// Product of extents. Throws Error(data) at `where` if it exceeds `max_values`.
[[nodiscard]] std::size_t checked_count(const std::vector<std::size_t>& dims, std::size_t max_values,
                                        const Where& where);

/// A chunk is decompressed whole, however little of it is read. Throws Error(data) at `where` if one of the
/// dataset's has more than `max_values` elements.
void check_chunk(const Dataset& data, std::size_t max_values, const Where& where);

/// Extents of a dataset. Throws Error(data) with file and HDF5 path; a missing name lists what is there.
[[nodiscard]] std::vector<std::size_t> dataset_dims(const File& file, const std::string& path,
                                                    const std::string& dataset);

/// Reads a whole numeric dataset of at most `max_values` elements. Throws Error(data) with file and HDF5
/// path.
[[nodiscard]] Array read_array(const File& file, const std::string& path, const std::string& dataset,
                               std::size_t max_values = std::size_t{1} << 30U);

}  // namespace homolog::experiments::h5
