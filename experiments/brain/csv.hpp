#pragma once

#include <string>
#include <string_view>

#include "experiments/brain/data_array.hpp"

namespace homolog::experiments {

/// A table of numbers [rows, columns] between commas (RFC 4180; a number may have blanks around it). The
/// first line names the columns if a field after the first is not a number, if its first field is empty, id,
/// stimulus, image or subject, or if that is no number while the one below it is. The first column names the
/// rows if any of its fields is not a number, or if the first line heads it with one of those words or with
/// nothing. An empty field and NA are NaN. Throws Error(data) at the line for another text among the numbers,
/// rows of different lengths, or no numbers at all.
[[nodiscard]] DataArray parse_csv(std::string_view text, const std::string& file);

[[nodiscard]] DataArray read_csv_array(const BrainSource& source);

}  // namespace homolog::experiments
