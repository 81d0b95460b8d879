#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace homolog {

/// The known name nearest to `name` (edit distance, at most a third of its length plus one), or "".
[[nodiscard]] std::string nearest(std::string_view name, const std::vector<std::string>& known);

/// "a, b, c".
[[nodiscard]] std::string joined(const std::vector<std::string>& names);

}  // namespace homolog
