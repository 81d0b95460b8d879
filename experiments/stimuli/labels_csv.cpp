#include "experiments/stimuli/labels_csv.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "experiments/stimuli/source.hpp"
#include "sim/core/csv_reader.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kMostLabelBytes = std::int64_t{1} << 28U;

std::size_t column_of(const CsvRow& header, const std::string& name, const std::string& path) {
  const auto found = std::find(header.fields.begin(), header.fields.end(), name);
  if (found == header.fields.end()) {
    std::string columns;
    for (const std::string& field : header.fields) {
      columns += (columns.empty() ? "" : ", ") + field;
    }
    throw Error(ErrorKind::data,
                "has no column '" + name +
                    "'; the first row must name the columns file and class (it has: " + columns + ")",
                {.file = path, .line = header.line});
  }
  return static_cast<std::size_t>(found - header.fields.begin());
}

std::int64_t class_of(const std::string& text, const Where& where) {
  std::int32_t value = 0;  // a class is an index of the network's output
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc{} || stop != end || value < 0) {
    throw Error(ErrorKind::data, "class '" + text + "' is not a whole number >= 0", where);
  }
  return value;
}

}  // namespace

std::map<std::string, std::int64_t> read_labels_csv(const std::string& path) {
  const auto bytes = read_bytes(path, kMostLabelBytes);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  CsvReader reader(text, path);
  const std::optional<CsvRow> header = reader.next();
  if (!header) {
    throw Error(ErrorKind::data, "is empty; the first row must name the columns file and class",
                {.file = path});
  }
  const std::size_t file_column = column_of(*header, "file", path);
  const std::size_t class_column = column_of(*header, "class", path);
  std::map<std::string, std::int64_t> labels;
  while (const std::optional<CsvRow> row = reader.next()) {
    const Where where{.file = path, .line = row->line};
    if (row->fields.size() != header->fields.size()) {
      throw Error(ErrorKind::data,
                  "has " + std::to_string(row->fields.size()) + " fields; the first row has " +
                      std::to_string(header->fields.size()),
                  where);
    }
    const std::string& file = row->fields[file_column];
    if (!labels.emplace(file, class_of(row->fields[class_column], where)).second) {
      throw Error(ErrorKind::data, "'" + file + "' has a row already", where);
    }
  }
  return labels;
}

}  // namespace homolog::experiments
