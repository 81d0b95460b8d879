#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace homolog {

/// One row of a CSV file.
struct CsvRow {
  std::vector<std::string> fields{};
  int line = 0;  ///< 1-based, of its first field
};

/// RFC 4180: fields between commas, rows between line ends; in quotes both are text and "" is a quote. A byte
/// order mark before the first field is skipped.
class CsvReader {
 public:
  /// `text` must outlive the reader; `path` is for messages.
  CsvReader(std::string_view text, std::string path);

  /// The next row that is not empty, or nothing at the end. Throws Error(data) for quotes that do not close,
  /// or close before the end of the field.
  [[nodiscard]] std::optional<CsvRow> next();

 private:
  bool take(char wanted);
  std::string field();
  std::string quoted();

  std::string_view text_;
  std::string path_;
  std::size_t position_ = 0;
  int line_ = 1;
};

}  // namespace homolog
