#include "experiments/brain/csv.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>

#include "experiments/brain/number_bytes.hpp"
#include "sim/core/csv_reader.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

std::optional<double> number_of(std::string_view field) {
  std::string_view text = trimmed(field);
  if (text.empty() || text == "NA") {
    return kNaN;
  }
  if (text.front() == '+') {
    text.remove_prefix(1);
  }
  double value = 0.0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc{} || stop != end) {
    return std::nullopt;
  }
  return value;
}

bool names_ids(std::string_view heading) {
  std::string lower(trimmed(heading));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  static constexpr std::array kHeadings{"", "id", "stimulus", "image", "subject"};
  return std::find(kHeadings.begin(), kHeadings.end(), lower) != kHeadings.end();
}

/// Does the first line name the columns? `below`: the second line.
bool is_heading(const CsvRow& row, const CsvRow& below) {
  const auto not_a_number = [](const std::string& field) { return !number_of(field); };
  const std::string& corner = row.fields.front();
  return std::any_of(row.fields.begin() + 1, row.fields.end(), not_a_number) ||
         (row.fields.size() > 1 && names_ids(corner)) ||
         (not_a_number(corner) && !not_a_number(below.fields.front()));
}

/// Rows in the making: numbers without the first column, which may turn out to be names.
struct Table {
  std::vector<std::string> first{};
  std::vector<std::optional<double>> first_numbers{};
  std::vector<double> rest{};
  std::size_t columns = 0;
};

void append_row(Table& table, const CsvRow& row, const std::string& file) {
  const Where where{.file = file, .line = row.line};
  if (table.first.empty()) {
    table.columns = row.fields.size();
  }
  if (row.fields.size() != table.columns) {
    throw Error(ErrorKind::data,
                "has " + std::to_string(row.fields.size()) + " fields; expected " +
                    std::to_string(table.columns) + ", as the row before",
                where);
  }
  table.first.push_back(row.fields.front());
  table.first_numbers.push_back(number_of(row.fields.front()));
  for (std::size_t i = 1; i < row.fields.size(); ++i) {
    const std::optional<double> value = number_of(row.fields[i]);
    if (!value) {
      throw Error(ErrorKind::data, "'" + row.fields[i] + "' is not a number", where);
    }
    table.rest.push_back(*value);
  }
}

DataArray with_row_names(Table table) {
  return {.dims = {table.first.size(), table.columns - 1},
          .values = std::move(table.rest),
          .row_names = std::move(table.first)};
}

DataArray without_row_names(const Table& table) {
  DataArray array{.dims = {table.first.size(), table.columns}};
  array.values.reserve(table.first.size() * table.columns);
  for (std::size_t row = 0; row < table.first.size(); ++row) {
    array.values.push_back(table.first_numbers[row].value_or(0.0));
    const auto rest = table.rest.begin() + static_cast<std::ptrdiff_t>(row * (table.columns - 1));
    array.values.insert(array.values.end(), rest, rest + static_cast<std::ptrdiff_t>(table.columns - 1));
  }
  return array;
}

}  // namespace

DataArray parse_csv(std::string_view text, const std::string& file) {
  CsvReader reader(text, file);
  Table table;
  std::vector<std::string> heading;
  std::optional<CsvRow> row = reader.next();
  std::optional<CsvRow> second = row ? reader.next() : std::nullopt;
  // A single row with names of rows is a row, not a heading: a heading has something below it.
  if (row && second && is_heading(*row, *second)) {
    // R leaves the heading of the column of names out altogether (write.table).
    heading = row->fields;
    if (heading.size() + 1 == second->fields.size()) {
      heading.insert(heading.begin(), "");
    }
    if (heading.size() != second->fields.size()) {
      throw Error(ErrorKind::data,
                  "has " + std::to_string(second->fields.size()) + " fields; the first line has " +
                      std::to_string(heading.size()),
                  {.file = file, .line = second->line});
    }
    row = std::move(second);
    second = reader.next();
  }
  for (; row; row = std::move(second), second = row ? reader.next() : std::nullopt) {
    append_row(table, *row, file);
  }
  const bool named = std::any_of(table.first_numbers.begin(), table.first_numbers.end(),
                                 [](const std::optional<double>& value) { return !value; }) ||
                     (!heading.empty() && names_ids(heading.front()));
  if (table.first.empty() || (named && table.columns == 1)) {
    throw Error(ErrorKind::data, "has no numbers; expected a table of numbers between commas",
                {.file = file});
  }
  DataArray array = named ? with_row_names(std::move(table)) : without_row_names(table);
  if (!heading.empty()) {
    array.column_names.assign(heading.begin() + (named ? 1 : 0), heading.end());
  }
  return array;
}

DataArray read_csv_array(const BrainSource& source) {
  if (!source.dataset.empty()) {
    throw Error(ErrorKind::data,
                "is a CSV file, which holds one table; expected no dataset (is '" + source.dataset + "')",
                {.file = source.file});
  }
  const std::vector<std::byte> bytes = read_file_bytes(source.file);
  return parse_csv({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, source.file);
}

}  // namespace homolog::experiments
