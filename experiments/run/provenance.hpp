#pragma once

#include <string>
#include <utility>
#include <vector>

namespace homolog::experiments {

/// "0.1.0", or "0.1.0+abc1234" when built from a git checkout ("-dirty" when it had changes).
[[nodiscard]] std::string version();

/// Now, as ISO 8601 in UTC with seconds.
[[nodiscard]] std::string now_utc();

/// Lower-case hex SHA-256 of a text.
[[nodiscard]] std::string sha256(const std::string& text);

/// What a reader of a results file may want to know about its making: version, compiler, build type,
/// processor, host, threads.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> provenance(int threads);

}  // namespace homolog::experiments
