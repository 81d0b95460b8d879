#pragma once

#include <string>

namespace homolog {

/// `text` with ${NAME} and ${NAME:-default} replaced by environment variables; a variable that is empty
/// counts as unset. Everything else, a lone '$' included, stays. Throws Error(config) for a
/// variable that is not set and has no default, and for a "${" that is not one of the two forms.
[[nodiscard]] std::string expand_environment(const std::string& text);

}  // namespace homolog
