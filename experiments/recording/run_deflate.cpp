#include "experiments/recording/run_deflate.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace homolog::experiments {
namespace {

static_assert(std::endian::native == std::endian::little, "bytes of a word are compared by their place");

constexpr std::size_t kLongestMatch = 258;
constexpr std::size_t kLongestStored = 65'535;
/// A plane with more changes than one in so many bytes is stored.
constexpr std::size_t kBytesPerChange = 8;

/// Bits as they go into the stream, least significant first.
struct Code {
  std::uint32_t bits = 0;
  std::uint32_t count = 0;
};

/// A Huffman code goes into the stream from its most significant bit (RFC 1951, 3.1.1).
constexpr Code huffman(std::uint32_t code, std::uint32_t count) {
  std::uint32_t reversed = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    reversed |= ((code >> i) & 1U) << (count - 1 - i);
  }
  return {reversed, count};
}

/// Fixed code of a literal or length symbol (RFC 1951, 3.2.6).
constexpr Code symbol(std::uint32_t value) {
  if (value < 144) {
    return huffman(0x30U + value, 8);
  }
  if (value < 256) {
    return huffman(0x190U + value - 144, 9);
  }
  return value < 280 ? huffman(value - 256, 7) : huffman(0xC0U + value - 280, 8);
}

constexpr std::uint32_t kEndOfBlock = 256;

/// "Repeat the last byte `length` times", 3 to 258: length symbol, its extra bits (RFC 1951, 3.2.5), and
/// distance 1, whose fixed code is five zeros.
constexpr Code repetition(std::uint32_t length) {
  std::uint32_t value = 285;
  std::uint32_t extra_bits = 0;
  std::uint32_t extra = 0;
  if (length < 11) {
    value = 254 + length;
  } else if (length < kLongestMatch) {
    extra_bits = static_cast<std::uint32_t>(std::bit_width(length - 3)) - 3;
    value = 257 + 4 * extra_bits + ((length - 3) >> extra_bits);
    extra = (length - 3) & ((1U << extra_bits) - 1);
  }
  const Code code = symbol(value);
  return {code.bits | (extra << code.count), code.count + extra_bits + 5};
}

constexpr std::array<Code, 256> literals() {
  std::array<Code, 256> codes{};
  for (std::uint32_t i = 0; i < codes.size(); ++i) {
    codes[i] = symbol(i);
  }
  return codes;
}

constexpr std::array<Code, kLongestMatch + 1> repetitions() {
  std::array<Code, kLongestMatch + 1> codes{};
  for (std::uint32_t length = 3; length < codes.size(); ++length) {
    codes[length] = repetition(length);
  }
  return codes;
}

constexpr auto kLiterals = literals();
constexpr auto kRepetitions = repetitions();

/// Appends bits to a buffer that is large enough.
class BitWriter {
 public:
  explicit BitWriter(std::byte* out) : out_(out) {}

  void put(Code code) {
    held_ |= std::uint64_t{code.bits} << count_;
    count_ += code.count;
    if (count_ >= 32) {
      std::memcpy(out_, &held_, 4);
      out_ += 4;
      held_ >>= 32U;
      count_ -= 32;
    }
  }
  /// Fills the last byte with zeros.
  void align() {
    for (; count_ > 0; count_ -= std::min(count_, 8U)) {
      *out_++ = static_cast<std::byte>(held_ & 0xFFU);
      held_ >>= 8U;
    }
  }
  /// After align().
  void bytes(std::span<const std::byte> bytes) {
    std::memcpy(out_, bytes.data(), bytes.size());
    out_ += bytes.size();
  }
  [[nodiscard]] std::byte* end() const { return out_; }

 private:
  std::byte* out_;
  std::uint64_t held_ = 0;
  std::uint32_t count_ = 0;
};

/// Whether a plane is better written as runs than stored.
bool is_runs(std::span<const std::byte> plane) {
  std::size_t changes = 0;
  for (std::size_t i = 1; i < plane.size(); ++i) {
    changes += plane[i] != plane[i - 1] ? 1U : 0U;
  }
  return changes <= plane.size() / kBytesPerChange;
}

/// First index >= `first` at which the byte is not `value`.
std::size_t end_of_run(std::span<const std::byte> plane, std::size_t first, std::byte value) {
  const std::uint64_t pattern = std::to_integer<std::uint64_t>(value) * 0x0101010101010101U;
  for (; first + 8 <= plane.size(); first += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, plane.data() + first, 8);
    if (word != pattern) {
      return first + static_cast<std::size_t>(std::countr_zero(word ^ pattern)) / 8;
    }
  }
  while (first < plane.size() && plane[first] == value) {
    ++first;
  }
  return first;
}

void put_runs(std::span<const std::byte> plane, BitWriter& out) {
  out.put({0b010, 3});  // not the last block; fixed codes
  for (std::size_t i = 0; i < plane.size();) {
    const std::byte value = plane[i];
    const Code literal = kLiterals[std::to_integer<std::size_t>(value)];
    const std::size_t end = end_of_run(plane, i + 1, value);
    std::size_t repeated = end - i - 1;
    out.put(literal);
    while (repeated >= 3) {
      const std::size_t length = std::min(repeated, kLongestMatch);
      out.put(kRepetitions[length]);
      repeated -= length;
    }
    for (; repeated > 0; --repeated) {
      out.put(literal);
    }
    i = end;
  }
  out.put(symbol(kEndOfBlock));
}

void put_stored(std::span<const std::byte> plane, BitWriter& out) {
  while (!plane.empty()) {
    const auto block = plane.first(std::min(plane.size(), kLongestStored));
    const auto length = static_cast<std::uint32_t>(block.size());
    out.put({0b000, 3});  // not the last block; stored
    out.align();
    out.put({length, 16});
    out.put({~length & 0xFFFFU, 16});
    out.bytes(block);
    plane = plane.subspan(block.size());
  }
}

}  // namespace

bool made_of_runs(std::span<const std::byte> planes, std::size_t plane) {
  int stored = 0;
  for (std::size_t first = 0; first < planes.size(); first += plane) {
    stored += is_runs(planes.subspan(first, std::min(plane, planes.size() - first))) ? 0 : 1;
  }
  return stored <= 1;
}

std::vector<std::byte> deflate_runs(std::span<const std::byte> planes, std::size_t plane) {
  // A run takes at most 40 bits but for its repetitions of 258, and there is at most one in eight bytes.
  std::vector<std::byte> packed(planes.size() + planes.size() / 8 + 1024);
  BitWriter out(packed.data());
  out.put({0x78, 8});  // deflate with a window of 32 KiB
  out.put({0x01, 8});  // fastest level; makes the header a multiple of 31
  for (std::size_t first = 0; first < planes.size(); first += plane) {
    const auto part = planes.subspan(first, std::min(plane, planes.size() - first));
    if (is_runs(part)) {
      put_runs(part, out);
    } else {
      put_stored(part, out);
    }
  }
  out.put({0b011, 3});  // the last block, with fixed codes and nothing in it
  out.put(symbol(kEndOfBlock));
  out.align();
  const std::uint32_t sum = libdeflate_adler32(1, planes.data(), planes.size());
  for (const std::uint32_t shift : {24U, 16U, 8U, 0U}) {
    out.put({(sum >> shift) & 0xFFU, 8});
  }
  out.align();
  packed.resize(static_cast<std::size_t>(out.end() - packed.data()));
  packed.shrink_to_fit();
  return packed;
}

}  // namespace homolog::experiments
