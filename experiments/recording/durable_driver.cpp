#include "experiments/recording/durable_driver.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <new>
#include <span>

#include "sim/core/error.hpp"

// HDF5's virtual file layer: https://docs.hdfgroup.org/hdf5/develop/_v_f_l.html. The callbacks are C: no
// exception may leave them.

namespace homolog::experiments {
namespace {

/// HDF5 hands around pointers to its own H5FD_t, which therefore comes first.
struct OpenFile {
  H5FD_t hdf5{};
  DurableFile* file = nullptr;
  haddr_t end_of_allocation = 0;
};

/// What file access properties carry: HDF5 copies it byte by byte.
struct DriverInfo {
  DurableFile* file = nullptr;
};

OpenFile& ours(H5FD_t* file) {
  return *reinterpret_cast<OpenFile*>(file);
}
const OpenFile& ours(const H5FD_t* file) {
  return *reinterpret_cast<const OpenFile*>(file);
}

H5FD_t* open_file(const char* /*name*/, unsigned /*flags*/, hid_t access, haddr_t /*maximum*/) {
  const auto* info = static_cast<const DriverInfo*>(H5Pget_driver_info(access));
  auto* opened = new (std::nothrow) OpenFile;
  if (info == nullptr || opened == nullptr) {
    delete opened;
    return nullptr;
  }
  opened->file = info->file;
  return &opened->hdf5;
}

herr_t close_file(H5FD_t* file) {
  delete &ours(file);
  return 0;
}

int compare(const H5FD_t* a, const H5FD_t* b) {
  const auto* first = ours(a).file;
  const auto* second = ours(b).file;
  return first == second ? 0 : (std::less<>{}(first, second) ? -1 : 1);
}

/// What HDF5 may do to save calls: gather metadata and small raw data before it writes them.
herr_t query(const H5FD_t* /*file*/, unsigned long* flags) {
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
           H5FD_FEAT_AGGREGATE_SMALLDATA;
  return 0;
}

haddr_t get_eoa(const H5FD_t* file, H5FD_mem_t /*type*/) {
  return ours(file).end_of_allocation;
}

herr_t set_eoa(H5FD_t* file, H5FD_mem_t /*type*/, haddr_t end) {
  ours(file).end_of_allocation = end;
  return 0;
}

haddr_t get_eof(const H5FD_t* file, H5FD_mem_t /*type*/) {
  return ours(file).file->size();
}

herr_t read(H5FD_t* file, H5FD_mem_t /*type*/, hid_t /*transfer*/, haddr_t offset, size_t size, void* bytes) {
  return ours(file).file->read(offset, {static_cast<std::byte*>(bytes), size}) ? 0 : -1;
}

herr_t write(H5FD_t* file, H5FD_mem_t /*type*/, hid_t /*transfer*/, haddr_t offset, size_t size,
             const void* bytes) try {
  ours(file).file->write(offset, {static_cast<const std::byte*>(bytes), size});
  return 0;
} catch (const std::bad_alloc&) {
  return -1;
}

herr_t truncate(H5FD_t* file, hid_t /*transfer*/, hbool_t /*closing*/) {
  ours(file).file->resize(ours(file).end_of_allocation);
  return 0;
}

H5FD_class_t driver_class() {
  H5FD_class_t driver{};
#if H5_VERSION_GE(1, 13, 0)
  driver.version = H5FD_CLASS_VERSION;
  driver.value = static_cast<H5FD_class_value_t>(400);  // of those for private use, 256-511
#endif
  driver.name = "homolog_durable";
  driver.maxaddr = static_cast<haddr_t>(std::numeric_limits<std::int64_t>::max());
  driver.fc_degree = H5F_CLOSE_STRONG;
  driver.fapl_size = sizeof(DriverInfo);
  driver.open = open_file;
  driver.close = close_file;
  driver.cmp = compare;
  driver.query = query;
  driver.get_eoa = get_eoa;
  driver.set_eoa = set_eoa;
  driver.get_eof = get_eof;
  driver.read = read;
  driver.write = write;
  driver.truncate = truncate;
  const H5FD_mem_t free_lists[H5FD_MEM_NTYPES] = H5FD_FLMAP_DICHOTOMY;
  std::copy(std::begin(free_lists), std::end(free_lists), driver.fl_map);
  return driver;
}

}  // namespace

Driver register_durable_driver() {
  h5::quiet();
  const H5FD_class_t driver = driver_class();
  Driver id(H5FDregister(&driver));
  if (!id.valid()) {
    h5::fail(ErrorKind::internal, "cannot register the HDF5 file driver", {});
  }
  return id;
}

h5::Properties durable_access(const Driver& driver, DurableFile& file) {
  h5::Properties access(H5Pcreate(H5P_FILE_ACCESS));
  const DriverInfo info{.file = &file};
  // Format of HDF5 1.8: any reader of the last fifteen years (MATLAB before R2021b among them) opens it.
  if (!access.valid() || H5Pset_driver(access.get(), driver.get(), &info) < 0 ||
      H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_V18) < 0 ||
      H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG) < 0) {
    h5::fail(ErrorKind::internal, "cannot set HDF5's file access", file.path());
  }
  return access;
}

}  // namespace homolog::experiments
