#pragma once

#include <string>

namespace homolog::conversion {

/// Why a well-known operator cannot be imported, and what can be done about it; "" for all others.
[[nodiscard]] std::string why_unsupported(const std::string& operation);

}  // namespace homolog::conversion
