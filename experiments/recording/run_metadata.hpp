#pragma once

// The parts of a results file that are known before the run: header, stimuli, layers, conversion.

#include <optional>
#include <string>
#include <vector>

#include "experiments/recording/h5_read.hpp"
#include "experiments/recording/results_file.hpp"

namespace homolog::experiments {

/// Root attributes, /config. Throws Error(output), or Error(internal) if a name in `provenance` is taken.
void write_header(hid_t file, const RunHeader& header, const std::string& path);
/// Throws Error(data), also for a file that is not ours or has another format_version.
[[nodiscard]] RunHeader read_header(const h5::Source& source);

/// /stimuli.
void write_stimuli(hid_t file, const RunHeader& header, const std::vector<std::string>& ids,
                   const std::vector<std::optional<std::int64_t>>& labels, const std::string& path);

/// /layers. Throws Error(internal) for names that HDF5 cannot hold or that occur twice.
void write_layers(hid_t file, const std::vector<LayerRecord>& layers, const std::string& path);
/// In the order in which they were written.
[[nodiscard]] std::vector<LayerRecord> read_layers(const h5::Source& source);

/// /conversion, /rsa: one dataset per column.
void write_conversion(hid_t file, const std::vector<ConversionRecord>& rows, const std::string& path);
[[nodiscard]] std::vector<ConversionRecord> read_conversion(const h5::Source& source);
void write_rsa_rows(hid_t file, const std::vector<RsaRow>& rows, const std::string& path);
[[nodiscard]] std::vector<RsaRow> read_rsa_rows(const h5::Source& source);

/// In what the run in the file differs from this one; empty: in nothing that matters for going on.
[[nodiscard]] std::string difference(const RunHeader& in_file, const RunHeader& now);
[[nodiscard]] std::string difference(const std::vector<LayerRecord>& in_file,
                                     const std::vector<LayerRecord>& now);
[[nodiscard]] std::string difference(const std::vector<std::string>& ids_in_file,
                                     const std::vector<std::string>& ids_now);

}  // namespace homolog::experiments
