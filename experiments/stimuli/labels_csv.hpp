#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace homolog::experiments {

/// Reads a table of labels: comma-separated, "quoted" where needed, the first row names the columns, of
/// which `file` (a file name) and `class` (a whole number >= 0) are used. Throws Error(data) with the line.
[[nodiscard]] std::map<std::string, std::int64_t> read_labels_csv(const std::string& path);

}  // namespace homolog::experiments
