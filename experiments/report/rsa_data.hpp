#pragma once

#include <nlohmann/json.hpp>

#include "experiments/recording/results_reader.hpp"
#include "experiments/report/group_data.hpp"

namespace homolog::experiments::report {

/// Rows of /rsa, an object for each with the names of the columns; `ceiling_low` and `ceiling_high` for the
/// noise ceiling. What was not computed becomes null when the page is written. Rows that the page has no
/// `room` for are left out, the last ones.
[[nodiscard]] nlohmann::json rsa(const ResultsReader& results, Budget& room);

/// Rows of /rsa_differences, /rsa_differences_2, ..., as many as there is `room` for. A table without the
/// columns that docs/output-format.md names is left out.
[[nodiscard]] nlohmann::json differences(const ResultsReader& results, Budget& room);

}  // namespace homolog::experiments::report
