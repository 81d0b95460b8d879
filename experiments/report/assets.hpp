#pragma once

#include <string_view>

namespace homolog::experiments::report {

/// Text of a file of page/ or of D3 ("d3.min.js"), by its file name, as it was when homolog was built.
/// Throws Error(internal) for a name that is not there.
[[nodiscard]] std::string_view asset(std::string_view name);

}  // namespace homolog::experiments::report
