#pragma once

#include <nlohmann/json.hpp>

#include "experiments/recording/results_reader.hpp"

namespace homolog::experiments::report {

/// Rows of /rsa, an object for each with the names of the columns; `ceiling_low` and `ceiling_high` for the
/// noise ceiling. What was not computed becomes null when the page is written.
[[nodiscard]] nlohmann::json rsa(const ResultsReader& results);

/// Rows of /rsa_differences, /rsa_differences_2, ..., 20,000 at most; `group` is the table of a row. A table
/// without the columns that docs/output-format.md names is left out.
[[nodiscard]] nlohmann::json differences(const ResultsReader& results);

}  // namespace homolog::experiments::report
