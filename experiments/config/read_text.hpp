#pragma once

#include <string>

namespace homolog::experiments {

/// The bytes of a configuration, at most 1 MiB. Throws Error(config) if the file is missing, is a folder,
/// cannot be read, or is longer.
[[nodiscard]] std::string read_text(const std::string& path);

}  // namespace homolog::experiments
