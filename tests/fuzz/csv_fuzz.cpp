// Any bytes as a CSV file: a table of numbers whose parts fit together, or Error(data); nothing else.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "experiments/brain/csv.hpp"
#include "sim/core/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace homolog;
  try {
    const auto table =
        experiments::parse_csv(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz");
    const std::size_t rows = table.dims.at(0);
    const std::size_t columns = table.dims.at(1);
    if (rows == 0 || columns == 0 || table.values.size() != rows * columns ||
        (!table.row_names.empty() && table.row_names.size() != rows) ||
        (!table.column_names.empty() && table.column_names.size() != columns)) {
      std::abort();
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::data) {
      throw;
    }
  }
  return 0;
}
