#include "experiments/brain/matlab5.hpp"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

#include "experiments/brain/matlab_text.hpp"
#include "experiments/brain/number_bytes.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

constexpr std::size_t kHeaderBytes = 128;
constexpr std::size_t kMostAxes = 32;
constexpr std::size_t kMostElements = 1'000'000;  // of a cell or struct array, each field counted

// Types of elements, from the format's table 1-1.
enum ElementType : std::uint32_t {
  kInt8 = 1,
  kUint8 = 2,
  kInt16 = 3,
  kUint16 = 4,
  kInt32 = 5,
  kUint32 = 6,
  kSingle = 7,
  kDouble = 9,
  kInt64 = 12,
  kUint64 = 13,
  kMatrix = 14,
  kCompressed = 15,
  kUtf8 = 16,
  kUtf16 = 17,
  kUtf32 = 18,
};

[[noreturn]] void refuse(const BrainSource& source, const std::string& what) {
  throw Error(ErrorKind::data, what, {.file = source.file, .key = source.dataset});
}

[[noreturn]] void refuse_broken(const BrainSource& source) {
  refuse(source, "is broken or cut short; expected a MATLAB file as save -v7 writes it");
}

struct Element {
  std::uint32_t type = 0;
  std::span<const std::byte> data{};
};

/// Elements one after the other; each has its type and size before it.
class Elements {
 public:
  Elements(std::span<const std::byte> bytes, bool swapped, const BrainSource& source)
      : bytes_(bytes), swapped_(swapped), source_(source) {}

  [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }

  Element next() {
    if (bytes_.size() < 8) {
      refuse_broken(source_);
    }
    const auto tag = load_number<std::uint32_t>(bytes_.data(), swapped_);
    std::size_t size = tag >> 16U;
    if (size != 0) {  // the small form: type, size and at most four bytes of data in eight bytes
      if (size > 4) {
        refuse_broken(source_);
      }
      const Element small{.type = tag & 0xFFFFU, .data = bytes_.subspan(4, size)};
      bytes_ = bytes_.subspan(8);
      return small;
    }
    size = load_number<std::uint32_t>(bytes_.data() + 4, swapped_);
    if (size > bytes_.size() - 8) {
      refuse_broken(source_);
    }
    const Element element{.type = tag, .data = bytes_.subspan(8, size)};
    const std::size_t padded = tag == kCompressed ? size : (size + 7) / 8 * 8;
    bytes_ = bytes_.subspan(std::min(8 + padded, bytes_.size()));
    return element;
  }

  Element next(std::uint32_t type) {
    const Element element = next();
    if (element.type != type) {
      refuse_broken(source_);
    }
    return element;
  }

  [[nodiscard]] std::span<const std::byte> rest() const noexcept { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
  bool swapped_;
  const BrainSource& source_;
};

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string until_nul(std::string_view text) {
  return std::string(text.substr(0, text.find('\0')));
}

std::vector<std::size_t> parse_dims(const Element& element, bool swapped, const BrainSource& source) {
  std::vector<std::size_t> dims;
  for (std::size_t i = 0; i + 4 <= element.data.size(); i += 4) {
    const auto extent = load_number<std::int32_t>(element.data.data() + i, swapped);
    if (extent < 0) {
      refuse_broken(source);
    }
    dims.push_back(static_cast<std::size_t>(extent));
  }
  if (dims.size() < 2 || dims.size() > kMostAxes) {
    refuse_broken(source);
  }
  return dims;
}

std::vector<std::string> parse_fields(Elements& elements, bool swapped, const BrainSource& source) {
  const Element length_element = elements.next(kInt32);
  if (length_element.data.size() < 4) {
    refuse_broken(source);
  }
  const auto length = load_number<std::int32_t>(length_element.data.data(), swapped);
  const std::string_view names = as_text(elements.next(kInt8).data);
  if (length <= 0) {
    refuse_broken(source);
  }
  std::vector<std::string> fields;
  const auto step = static_cast<std::size_t>(length);
  for (std::size_t i = 0; i + step <= names.size(); i += step) {
    fields.push_back(until_nul(names.substr(i, step)));
  }
  return fields;
}

/// Reads the header of a matrix element.
MatlabArray parse_array(std::span<const std::byte> bytes, bool swapped, const BrainSource& source) {
  MatlabArray array{.dims = {0, 0}, .swapped = swapped};
  if (bytes.empty()) {  // [], as an element of a cell or struct array
    array.kind = MatlabClass::first_number;
    return array;
  }
  Elements elements(bytes, swapped, source);
  const Element flags = elements.next(kUint32);
  if (flags.data.size() < 4) {
    refuse_broken(source);
  }
  const auto word = load_number<std::uint32_t>(flags.data.data(), swapped);
  array.kind = static_cast<MatlabClass>(word & 0xFFU);
  array.complex = (word & 0x800U) != 0;
  if (array.kind == MatlabClass::opaque) {  // has no extents
    array.name = until_nul(as_text(elements.next().data));
    return array;
  }
  array.dims = parse_dims(elements.next(kInt32), swapped, source);
  array.name = until_nul(as_text(elements.next(kInt8).data));
  if (array.kind == MatlabClass::structure) {
    array.fields = parse_fields(elements, swapped, source);
  }
  array.content = elements.rest();
  return array;
}

/// The one element that a compressed element stands for.
std::vector<std::byte> inflated(std::span<const std::byte> packed, bool swapped, const BrainSource& source) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) {
    refuse(source, "cannot be unpacked: there is no memory");
  }
  const auto end = [](z_stream* open) { inflateEnd(open); };
  const std::unique_ptr<z_stream, decltype(end)> closer(&stream, end);
  // zlib takes the bytes as not const but does not change them.
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());  // below 2^32: the size in the element's tag
  std::vector<std::byte> bytes(8);
  const auto fill = [&](std::size_t from) {
    while (from < bytes.size()) {
      stream.next_out = reinterpret_cast<Bytef*>(bytes.data() + from);
      const std::size_t room = std::min<std::size_t>(bytes.size() - from, std::numeric_limits<uInt>::max());
      stream.avail_out = static_cast<uInt>(room);
      const int state = inflate(&stream, Z_NO_FLUSH);
      const std::size_t made = room - stream.avail_out;
      from += made;
      if (from < bytes.size() && (state != Z_OK || made == 0)) {
        refuse_broken(source);
      }
    }
  };
  fill(0);
  const std::size_t tag = load_number<std::uint32_t>(bytes.data(), swapped);
  const std::size_t size = load_number<std::uint32_t>(bytes.data() + 4, swapped);
  if (tag != kMatrix || size / kMostDeflateRatio > packed.size()) {
    refuse_broken(source);
  }
  bytes.resize(8 + size);
  fill(8);
  return bytes;
}

std::optional<NumberType> number_type(std::uint32_t type) {
  switch (type) {
    case kInt8: return NumberType::i1;
    case kUint8:
    case kUtf8: return NumberType::u1;
    case kInt16: return NumberType::i2;
    case kUint16:
    case kUtf16: return NumberType::u2;
    case kInt32: return NumberType::i4;
    case kUint32:
    case kUtf32: return NumberType::u4;
    case kSingle: return NumberType::f4;
    case kDouble: return NumberType::f8;
    case kInt64: return NumberType::i8;
    case kUint64: return NumberType::u8;
    default: return std::nullopt;
  }
}

/// Values of an array's data element, in the order of the file. MATLAB stores them in the smallest type that
/// holds them, whatever the array's class.
std::vector<double> stored_values(const MatlabArray& array, std::size_t count, const BrainSource& source) {
  std::vector<double> values;
  if (count == 0) {
    return values;
  }
  const Element data = Elements(array.content, array.swapped, source).next();
  const std::optional<NumberType> type = number_type(data.type);
  if (!type || data.data.size() / bytes_of(*type) < count) {
    refuse_broken(source);
  }
  append_numbers(data.data.first(count * bytes_of(*type)), *type, array.swapped, values);
  return values;
}

/// A char array of one row that is stored as UTF-8; scipy stores every char array so. Several rows are read
/// byte by byte, which is right while each character is one byte.
std::optional<std::string> stored_utf8(const MatlabArray& array, std::size_t count,
                                       const BrainSource& source) {
  const Element data = Elements(array.content, array.swapped, source).next();
  if (data.type != kUtf8) {
    return std::nullopt;
  }
  if (array.dims[0] == 1) {
    return std::string(as_text(data.data));
  }
  if (data.data.size() != count) {
    refuse(source, "has rows of text beyond ASCII; expected a cell array of texts");
  }
  return std::nullopt;
}

}  // namespace

void visit_variables(std::span<const std::byte> file, const BrainSource& source,
                     const std::function<bool(const MatlabArray&)>& visit) {
  if (file.size() < kHeaderBytes) {
    refuse_broken(source);
  }
  // The last two bytes of the header are 'MI' as a 16-bit number.
  const bool swapped = load_number<std::uint16_t>(file.data() + kHeaderBytes - 2, false) != 0x4D49U;
  Elements elements(file.subspan(kHeaderBytes), swapped, source);
  while (!elements.empty()) {
    const Element element = elements.next();
    bool more = true;
    if (element.type == kCompressed) {
      const std::vector<std::byte> bytes = inflated(element.data, swapped, source);
      more = visit(parse_array(std::span(bytes).subspan(8), swapped, source));
    } else if (element.type == kMatrix) {
      more = visit(parse_array(element.data, swapped, source));
    }
    if (!more) {
      return;
    }
  }
}

std::vector<MatlabArray> elements_of(const MatlabArray& array, const BrainSource& source) {
  if (array.kind != MatlabClass::cell && array.kind != MatlabClass::structure) {
    refuse(source, "'" + array.name + "' is no cell or struct array");
  }
  const std::size_t fields = array.kind == MatlabClass::structure ? array.fields.size() : 1;
  const std::size_t count = checked_values(array.dims, source);
  if (fields != 0 && count > array.content.size() / 8 / fields) {  // each has at least its tag
    refuse_broken(source);
  }
  if (count > kMostElements / std::max<std::size_t>(fields, 1)) {
    refuse(source,
           "'" + array.name + "' has too many elements; expected at most " + std::to_string(kMostElements));
  }
  std::vector<MatlabArray> parts;
  Elements elements(array.content, array.swapped, source);
  for (std::size_t i = 0; i < count * fields; ++i) {
    parts.push_back(parse_array(elements.next(kMatrix).data, array.swapped, source));
  }
  return parts;
}

DataArray numbers_of(const MatlabArray& array, const BrainSource& source) {
  if (array.kind == MatlabClass::sparse) {
    refuse(source, "is sparse; expected a full array, as full(x) gives");
  }
  if (!array.is_number()) {
    refuse(source, "does not hold numbers");
  }
  if (array.complex) {
    refuse(source, "is complex; expected real numbers");
  }
  DataArray numbers{.dims = array.dims, .matlab = true};
  numbers.values = row_major(array.dims, stored_values(array, checked_values(array.dims, source), source));
  return numbers;
}

std::vector<std::string> texts_of(const MatlabArray& array, const BrainSource& source) {
  if (array.kind != MatlabClass::text || array.dims.size() != 2) {
    refuse(source, "does not hold texts");
  }
  const std::size_t count = checked_values(array.dims, source);
  const std::size_t rows = array.dims[0];
  if (count == 0) {
    return std::vector<std::string>(1);  // ''
  }
  if (const std::optional<std::string> text = stored_utf8(array, count, source)) {
    return {*text};
  }
  const std::vector<double> codes = stored_values(array, count, source);
  const std::vector<double> by_row = row_major(array.dims, codes);
  const std::size_t columns = count / rows;
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < rows; ++row) {
    texts.push_back(matlab_text(std::span(by_row).subspan(row * columns, columns), source));
  }
  return texts;
}

}  // namespace homolog::experiments
