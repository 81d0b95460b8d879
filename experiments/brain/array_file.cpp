#include "experiments/brain/array_file.hpp"

#include <algorithm>
#include <string_view>

#include "experiments/brain/csv.hpp"
#include "experiments/brain/hdf5_arrays.hpp"
#include "experiments/brain/matlab5.hpp"
#include "experiments/brain/npy.hpp"
#include "experiments/brain/npz.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

constexpr std::string_view kHdf5("\x89HDF\r\n\x1A\n", 8);
constexpr std::size_t kStartBytes = 4096;

bool has_at(std::string_view bytes, std::size_t place, std::string_view magic) {
  return bytes.size() >= place && bytes.substr(place, magic.size()) == magic;
}

/// HDF5's signature stands at 0, 512, 1024, 2048, ...: MATLAB 7.3 has a text of 512 bytes before it.
bool is_hdf5(std::string_view bytes) {
  return has_at(bytes, 0, kHdf5) || has_at(bytes, 512, kHdf5) || has_at(bytes, 1024, kHdf5) ||
         has_at(bytes, 2048, kHdf5);
}

/// The header of 128 bytes ends with version 0x0100 and 'MI', both as 16-bit numbers.
bool is_matlab5(std::string_view bytes) {
  return has_at(bytes, 124, std::string_view("\0\x01IM", 4)) ||
         has_at(bytes, 124, std::string_view("\x01\0MI", 4));
}

}  // namespace

FileFormat format_of(const std::string& file) {
  const std::vector<std::byte> start = read_file_start(file, kStartBytes);
  const std::string_view bytes(reinterpret_cast<const char*>(start.data()), start.size());
  if (bytes.empty()) {
    throw Error(ErrorKind::data, "is empty; expected a file of brain data", {.file = file});
  }
  if (is_hdf5(bytes)) {
    return FileFormat::hdf5;
  }
  if (has_at(bytes, 0, "\x93NUMPY")) {
    return FileFormat::npy;
  }
  if (has_at(bytes, 0, "PK\x03\x04") || has_at(bytes, 0, "PK\x05\x06")) {
    return FileFormat::npz;
  }
  if (is_matlab5(bytes)) {
    return FileFormat::matlab5;
  }
  if (bytes.find('\0') != std::string_view::npos) {
    throw Error(
        ErrorKind::data,
        "is of no known format; expected HDF5, MATLAB (save -v7 or -v7.3, not -v4), NumPy (npy, npz) or "
        "CSV",
        {.file = file});
  }
  return FileFormat::csv;
}

DataArray read_array(const BrainSource& source) {
  switch (format_of(source.file)) {
    case FileFormat::hdf5: return read_hdf5_array(source);
    case FileFormat::matlab5: return read_matlab5_array(source);
    case FileFormat::npy: return read_npy_array(source);
    case FileFormat::npz: return read_npz_array(source);
    case FileFormat::csv: return read_csv_array(source);
  }
  throw Error(ErrorKind::internal, "unknown format", {.file = source.file});
}

std::vector<std::string> read_names(const BrainSource& source) {
  switch (format_of(source.file)) {
    case FileFormat::hdf5: return read_hdf5_names(source);
    case FileFormat::matlab5: return read_matlab5_names(source);
    case FileFormat::npz: return read_npz_names(source);
    case FileFormat::npy:
    case FileFormat::csv: break;
  }
  throw Error(ErrorKind::data,
              "holds one array and has no place for the ids '" + source.ids +
                  "'; expected no ids here (a CSV file names stimuli in its first line and column)",
              {.file = source.file});
}

}  // namespace homolog::experiments
