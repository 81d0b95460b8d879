#pragma once

#include "experiments/recording/durable_file.hpp"
#include "experiments/recording/h5.hpp"

namespace homolog::experiments {

using Driver = h5::Handle<H5FDunregister>;

/// Registers an HDF5 file driver that reads and writes a DurableFile. It never reports a failed write to
/// HDF5: look at DurableFile::error() after each call.
[[nodiscard]] Driver register_durable_driver();

/// File access properties by which H5Fcreate and H5Fopen use `file` (their file name is then only a
/// label). `file` must not move and must outlive the HDF5 file.
[[nodiscard]] h5::Properties durable_access(const Driver& driver, DurableFile& file);

}  // namespace homolog::experiments
