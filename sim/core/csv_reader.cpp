#include "sim/core/csv_reader.hpp"

#include <algorithm>

#include "sim/core/error.hpp"

namespace homolog {

CsvReader::CsvReader(std::string_view text, std::string path) : text_(text), path_(std::move(path)) {
  if (constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF"; text_.substr(0, 3) == kByteOrderMark) {
    text_.remove_prefix(3);
  }
}

std::optional<CsvRow> CsvReader::next() {
  while (position_ < text_.size()) {
    CsvRow row{.line = line_};
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

bool CsvReader::take(char wanted) {
  if (position_ < text_.size() && text_[position_] == wanted) {
    ++position_;
    return true;
  }
  return false;
}

std::string CsvReader::field() {
  if (take('"')) {
    return quoted();
  }
  const std::size_t end = std::min(text_.find_first_of(",\r\n", position_), text_.size());
  const auto plain = text_.substr(position_, end - position_);
  position_ = end;
  return std::string(plain);
}

std::string CsvReader::quoted() {
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

}  // namespace homolog
