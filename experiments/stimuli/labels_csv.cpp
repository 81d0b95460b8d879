#include "experiments/stimuli/labels_csv.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "experiments/stimuli/source.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kMaxFile = std::int64_t{1} << 28U;

struct Row {
  std::vector<std::string> fields{};
  int line = 0;
};

/// RFC 4180: fields between commas, rows between line ends; in quotes both are text and "" is a quote.
class CsvReader {
 public:
  CsvReader(std::string_view text, std::string path) : text_(text), path_(std::move(path)) {}

  /// The next row that is not empty, or nothing at the end.
  std::optional<Row> next() {
    while (position_ < text_.size()) {
      Row row{.line = line_};
      do {
        row.fields.push_back(field());
      } while (take(','));
      take('\r');
      if (position_ < text_.size() && !take('\n')) {
        throw Error(ErrorKind::data, "text follows a closing quote; quotes inside a field are doubled",
                    {.file = path_, .line = line_});
      }
      ++line_;
      if (row.fields.size() > 1 || !row.fields.front().empty()) {
        return row;
      }
    }
    return std::nullopt;
  }

 private:
  bool take(char wanted) {
    if (position_ < text_.size() && text_[position_] == wanted) {
      ++position_;
      return true;
    }
    return false;
  }

  std::string field() {
    if (take('"')) {
      return quoted();
    }
    const std::size_t end = std::min(text_.find_first_of(",\r\n", position_), text_.size());
    const auto plain = text_.substr(position_, end - position_);
    position_ = end;
    return std::string(plain);
  }

  std::string quoted() {
    const int opened = line_;
    std::string value;
    while (position_ < text_.size()) {
      const char c = text_[position_++];
      if (c == '"' && !take('"')) {
        return value;
      }
      line_ += c == '\n' ? 1 : 0;
      value += c;
    }
    throw Error(ErrorKind::data, "a quote is opened and never closed", {.file = path_, .line = opened});
  }

  std::string_view text_;
  std::string path_;
  std::size_t position_ = 0;
  int line_ = 1;
};

std::size_t column_of(const Row& header, const std::string& name, const std::string& path) {
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
  const auto bytes = read_bytes(path, kMaxFile);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF"; text.substr(0, 3) == kByteOrderMark) {
    text.remove_prefix(3);
  }
  CsvReader reader(text, path);
  const std::optional<Row> header = reader.next();
  if (!header) {
    throw Error(ErrorKind::data, "is empty; the first row must name the columns file and class",
                {.file = path});
  }
  const std::size_t file_column = column_of(*header, "file", path);
  const std::size_t class_column = column_of(*header, "class", path);
  std::map<std::string, std::int64_t> labels;
  while (const std::optional<Row> row = reader.next()) {
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
