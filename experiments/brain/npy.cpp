#include "experiments/brain/npy.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <map>
#include <string_view>

#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr bool kLittle = std::endian::native == std::endian::little;
constexpr std::size_t kMostTextBytes = std::size_t{1} << 30U;

[[noreturn]] void refuse(const BrainSource& source, const std::string& what) {
  throw Error(ErrorKind::data, what, {.file = source.file, .key = source.dataset});
}

/// The dictionary of the header: a Python literal such as {'descr': '<f8', 'fortran_order': False, 'shape':
/// (3,), }.
class HeaderText {
 public:
  HeaderText(std::string_view text, const BrainSource& source) : text_(text), source_(source) {}

  void read(NpyHeader& header) {
    expect('{');
    bool has_type = false;
    bool has_order = false;
    bool has_shape = false;
    while (!take('}')) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr") {
        if (peek() == '[') {
          refuse(source_, "has fields (a structured type); expected an array of plain numbers");
        }
        header.type = quoted();
        has_type = true;
      } else if (key == "fortran_order") {
        header.column_major = boolean();
        has_order = true;
      } else if (key == "shape") {
        header.shape = shape();
        has_shape = true;
      } else {
        fail();
      }
      if (!take(',') && peek() != '}') {
        fail();
      }
    }
    if (!has_type || !has_order || !has_shape) {
      fail();
    }
  }

 private:
  [[noreturn]] void fail() const {
    refuse(source_, "has a broken npy header; expected what numpy.save() writes");
  }
  char peek() {
    while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\n')) {
      ++position_;
    }
    return position_ < text_.size() ? text_[position_] : '\0';
  }
  bool take(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    ++position_;
    return true;
  }
  void expect(char wanted) {
    if (!take(wanted)) {
      fail();
    }
  }
  std::string quoted() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') {
      fail();
    }
    const std::size_t end = text_.find(quote, position_ + 1);
    if (end == std::string_view::npos) {
      fail();
    }
    const std::string value(text_.substr(position_ + 1, end - position_ - 1));
    position_ = end + 1;
    return value;
  }
  bool boolean() {
    (void)peek();
    for (const bool value : {true, false}) {
      const std::string_view word = value ? "True" : "False";
      if (text_.substr(position_, word.size()) == word) {
        position_ += word.size();
        return value;
      }
    }
    fail();
  }
  std::vector<std::size_t> shape() {
    std::vector<std::size_t> extents;
    expect('(');
    while (!take(')')) {
      (void)peek();
      std::size_t extent = 0;
      const auto [stop, failure] =
          std::from_chars(text_.data() + position_, text_.data() + text_.size(), extent);
      if (failure != std::errc{}) {
        fail();
      }
      position_ = static_cast<std::size_t>(stop - text_.data());
      (void)take('L');  // Python 2 wrote 3L
      extents.push_back(extent);
      if (!take(',') && peek() != ')') {
        fail();
      }
    }
    return extents;
  }

  std::string_view text_;
  const BrainSource& source_;
  std::size_t position_ = 0;
};

void read_type(NpyHeader& header, const BrainSource& source) {
  static const std::map<std::string, NumberType, std::less<>> kNumbers{
      {"b1", NumberType::u1}, {"u1", NumberType::u1}, {"i1", NumberType::i1}, {"u2", NumberType::u2},
      {"i2", NumberType::i2}, {"u4", NumberType::u4}, {"i4", NumberType::i4}, {"u8", NumberType::u8},
      {"i8", NumberType::i8}, {"f4", NumberType::f4}, {"f8", NumberType::f8}};
  std::string_view type = header.type;
  bool little = kLittle;
  if (!type.empty() && std::string_view("<>|=").find(type.front()) != std::string_view::npos) {
    little = type.front() == '>' ? false : (type.front() == '<' ? true : kLittle);
    type.remove_prefix(1);
  }
  header.swapped = little != kLittle;
  if (const auto found = kNumbers.find(type); found != kNumbers.end()) {
    header.number = found->second;
    header.item_bytes = bytes_of(found->second);
    return;
  }
  std::uint32_t length = 0;
  if (type.size() > 1 && (type.front() == 'S' || type.front() == 'U')) {
    const char* end = type.data() + type.size();
    const auto [stop, failure] = std::from_chars(type.data() + 1, end, length);
    if (failure == std::errc{} && stop == end) {
      if (length == 0) {
        refuse(source, "holds empty texts; expected numbers, or ids");
      }
      header.text = true;
      header.item_bytes = std::size_t{length} * (type.front() == 'U' ? 4U : 1U);
      return;
    }
  }
  refuse(source, "is of type '" + header.type +
                     "'; expected numbers of type b1, i1-i8, u1-u8, f4 or f8, as in a.astype('<f8')");
}

/// Checks that the file holds the values that its header promises; returns their number.
std::size_t checked_count(const NpyHeader& header, std::size_t file_bytes, const BrainSource& source) {
  const std::size_t count = checked_values(header.shape, source);
  const std::size_t held = file_bytes - header.data;
  if (header.item_bytes != 0 && count > held / header.item_bytes) {
    refuse(source, "is cut short: " + shape_text(header.shape) + " of type " + header.type + " needs " +
                       std::to_string(count) + " values, the file has " +
                       std::to_string(held / header.item_bytes));
  }
  if (count * header.item_bytes != held) {
    refuse(source, "has " + std::to_string(held - count * header.item_bytes) +
                       " bytes after the array; expected one array in an npy file");
  }
  return count;
}

std::string text_at(const NpyHeader& header, const std::byte* item) {
  std::string text;
  if (header.type.find('S') != std::string::npos) {
    const char* start = reinterpret_cast<const char*>(item);
    text.assign(start, ::strnlen(start, header.item_bytes));
    return text;
  }
  for (std::size_t i = 0; i < header.item_bytes; i += 4) {
    const auto code = load_number<std::uint32_t>(item + i, header.swapped);
    if (code == 0) {
      break;
    }
    append_utf8(static_cast<char32_t>(code), text);
  }
  return text;
}

}  // namespace

NpyHeader parse_npy_header(std::span<const std::byte> bytes, const BrainSource& source) {
  constexpr std::size_t kVersion = kMagic.size();
  if (bytes.size() < kVersion + 4 || std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0) {
    refuse(source, "is not an npy array");
  }
  const auto major = static_cast<unsigned>(bytes[kVersion]);
  if (major < 1 || major > 3) {
    refuse(source, "is of npy version " + std::to_string(major) + "; expected 1, 2 or 3");
  }
  const std::size_t start = kVersion + (major == 1 ? 4U : 6U);
  if (bytes.size() < start) {
    refuse(source, "is cut short in its npy header");
  }
  const std::byte* length = bytes.data() + kVersion + 2;
  const std::size_t size = major == 1 ? load_number<std::uint16_t>(length, !kLittle)
                                      : load_number<std::uint32_t>(length, !kLittle);
  if (size > bytes.size() - start) {
    refuse(source, "is cut short in its npy header");
  }
  NpyHeader header;
  header.data = start + size;
  HeaderText({reinterpret_cast<const char*>(bytes.data()) + start, size}, source).read(header);
  read_type(header, source);
  return header;
}

DataArray parse_npy(std::span<const std::byte> bytes, const BrainSource& source) {
  const NpyHeader header = parse_npy_header(bytes, source);
  if (!header.number) {
    refuse(source, "holds texts; expected numbers");
  }
  (void)checked_count(header, bytes.size(), source);
  DataArray array;
  array.dims = header.shape;
  append_numbers(bytes.subspan(header.data), *header.number, header.swapped, array.values);
  if (header.column_major) {
    array.values = row_major(array.dims, array.values);
  }
  return array;
}

std::vector<std::string> parse_npy_names(std::span<const std::byte> bytes, const BrainSource& source) {
  const NpyHeader header = parse_npy_header(bytes, source);
  std::vector<std::string> names;
  if (header.number) {
    const DataArray array = parse_npy(bytes, source);
    std::transform(array.values.begin(), array.values.end(), std::back_inserter(names), number_id);
    return names;
  }
  const std::size_t count = checked_count(header, bytes.size(), source);
  if (count > kMostTextBytes / sizeof(std::string)) {
    refuse(source, "has too many texts");
  }
  names.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    names.push_back(text_at(header, bytes.data() + header.data + i * header.item_bytes));
  }
  return names;
}

DataArray read_npy_array(const BrainSource& source) {
  if (!source.dataset.empty()) {
    throw Error(ErrorKind::data,
                "is an npy file, which holds one array; expected no dataset (is '" + source.dataset + "')",
                {.file = source.file});
  }
  return parse_npy(read_file_bytes(source.file), source);
}

}  // namespace homolog::experiments
