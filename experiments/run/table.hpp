#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace homolog::experiments {

/// Rows of text in aligned columns, two blanks apart, for a terminal.
class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title{};
    Align align = Align::left;
  };
  explicit Table(std::vector<Column> columns);
  /// One cell per column. Control characters, which could come from a file, are shown as '?'.
  void add(std::vector<std::string> cells);
  void print(std::ostream& out) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// `text` for a terminal: control characters are shown as '?'.
[[nodiscard]] std::string printable(std::string text);
/// A number by one printf format; "-" if it is not finite.
[[nodiscard]] std::string formatted(const char* format, double value);
/// "1,235,496".
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace homolog::experiments
