#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "experiments/analysis/estimate.hpp"

namespace homolog::experiments {

/// The number, or null if it is not finite.
[[nodiscard]] nlohmann::ordered_json json_number(double value);
/// value, standard_error, ci_low, ci_high.
[[nodiscard]] nlohmann::ordered_json json_of(const Estimate& estimate);
/// The same as four members of an object: key with the value, and key_standard_error, key_ci_low,
/// key_ci_high.
void add_estimate(nlohmann::ordered_json& object, const std::string& key, const Estimate& estimate);

/// A number with four decimals; n/a if it is not finite.
[[nodiscard]] std::string cell_of(double value);
/// "0.1234 +- 0.0123", without the error if there is none.
[[nodiscard]] std::string cell_of(const Estimate& estimate);

/// Rows of equally many cells, the first `texts` columns to the left, the others to the right.
[[nodiscard]] std::string table_of(const std::vector<std::vector<std::string>>& rows, std::size_t texts);

}  // namespace homolog::experiments
