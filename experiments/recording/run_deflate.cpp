#include "experiments/recording/run_deflate.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>

namespace homolog::experiments {
namespace {

static_assert(std::endian::native == std::endian::little, "bits are written as bytes of a word");

constexpr std::size_t kLongestMatch = 258;
constexpr std::size_t kLongestStored = 65'535;
constexpr std::size_t kBytesOfNumber = 8;

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

/// Appends bits to a buffer that is large enough: 8 bytes more than what is written.
class BitWriter {
 public:
  explicit BitWriter(std::byte* out) : out_(out) {}

  /// At most 56 bits.
  void put(Code code) {
    held_ |= std::uint64_t{code.bits} << count_;
    count_ += code.count;
    std::memcpy(out_, &held_, 8);
    out_ += count_ / 8;
    held_ >>= count_ & ~7U;
    count_ %= 8;
  }
  /// Fills the last byte with zeros.
  void align() { put({0, (8 - count_) % 8}); }
  /// After align().
  void bytes(std::span<const std::uint8_t> bytes) {
    std::memcpy(out_, bytes.data(), bytes.size());
    out_ += bytes.size();
  }
  [[nodiscard]] std::byte* end() const { return out_; }

 private:
  std::byte* out_;
  std::uint64_t held_ = 0;
  std::uint32_t count_ = 0;  ///< bits held, less than 8 between calls
};

/// Adler-32 (RFC 1950, 8.2) of bytes that come in runs: the sum of a run has a closed form.
class Adler32 {
 public:
  void run(std::uint64_t byte, std::uint64_t count) {
    b_ += count * a_ + byte * (count * (count + 1) / 2);
    a_ += count * byte;
  }
  void bytes(std::span<const std::uint8_t> bytes) {
    reduce();
    const std::uint32_t sum = libdeflate_adler32(value(), bytes.data(), bytes.size());
    a_ = sum & 0xFFFFU;
    b_ = sum >> 16U;
  }
  /// Needed at least every 2^27 bytes, lest the sums overflow.
  void reduce() {
    a_ %= 65'521;
    b_ %= 65'521;
  }
  /// After reduce().
  [[nodiscard]] std::uint32_t value() const { return static_cast<std::uint32_t>((b_ << 16U) | a_); }

 private:
  std::uint64_t a_ = 1;
  std::uint64_t b_ = 0;
};

/// Calls `use(byte, count)` for the runs of equal lowest bytes of the numbers.
template <class Use>
void for_each_byte_run(std::span<const NumberRun> runs, Use use) {
  for (std::size_t i = 0; i < runs.size();) {
    const std::uint64_t byte = runs[i].value & 0xFFU;
    std::uint64_t count = 0;
    for (; i < runs.size() && (runs[i].value & 0xFFU) == byte; ++i) {
      count += runs[i].count;
    }
    use(byte, count);
  }
}

/// One byte, `count` >= 1 times.
void put_run(std::uint64_t byte, std::uint64_t count, BitWriter& out) {
  const Code literal = kLiterals[byte];
  out.put(literal);
  --count;
  while (count >= 3) {
    const std::uint64_t length = std::min<std::uint64_t>(count, kLongestMatch);
    out.put(kRepetitions[length]);
    count -= length;
  }
  for (; count > 0; --count) {
    out.put(literal);
  }
}

void put_stored(std::span<const std::uint8_t> plane, BitWriter& out) {
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

/// The lowest bytes of the numbers: as runs, or as they are if that is shorter.
void put_plane(std::span<const NumberRun> runs, std::size_t size, BitWriter& out, Adler32& sum) {
  const BitWriter before = out;
  out.put({0b010, 3});  // not the last block; fixed codes
  for_each_byte_run(runs, [&](std::uint64_t byte, std::uint64_t count) {
    put_run(byte, count, out);
    sum.run(byte, count);
  });
  sum.reduce();
  out.put(symbol(kEndOfBlock));
  if (out.end() <= before.end() + size) {
    return;
  }
  out = before;
  std::vector<std::uint8_t> plane;
  plane.reserve(size);
  for (const NumberRun& run : runs) {
    plane.insert(plane.end(), run.count, static_cast<std::uint8_t>(run.value & 0xFFU));
  }
  put_stored(plane, out);
}

/// Takes the lowest byte away, and joins runs that then are equal.
void drop_lowest_byte(std::vector<NumberRun>& runs) {
  std::size_t kept = 0;
  for (const NumberRun run : runs) {
    const std::uint64_t value = run.value >> 8U;
    if (kept > 0 && runs[kept - 1].value == value) {
      runs[kept - 1].count += run.count;
    } else {
      runs[kept++] = {.value = value, .count = run.count};
    }
  }
  runs.resize(kept);
}

}  // namespace

std::vector<std::byte> deflate_runs(std::vector<NumberRun> runs, std::span<const std::uint8_t> lowest) {
  std::size_t size = 0;
  for (const NumberRun& run : runs) {
    size += run.count;
  }
  // The longest code is 9 bits a byte; a block of its own takes less than 8 bytes more.
  const std::size_t most = kBytesOfNumber * (size + size / 8 + 8 * (size / kLongestStored + 2)) + 64;
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(most);
  BitWriter out(buffer.get());
  Adler32 sum;
  out.put({0x78, 8});  // deflate with a window of 32 KiB
  out.put({0x01, 8});  // fastest level; makes the header a multiple of 31
  for (std::size_t plane = 0; plane < kBytesOfNumber; ++plane) {
    if (plane == 0 && !lowest.empty()) {
      put_stored(lowest, out);
      sum.bytes(lowest);
    } else {
      put_plane(runs, size, out, sum);
    }
    drop_lowest_byte(runs);
  }
  out.put({0b011, 3});  // the last block, with fixed codes and nothing in it
  out.put(symbol(kEndOfBlock));
  out.align();
  for (const std::uint32_t shift : {24U, 16U, 8U, 0U}) {
    out.put({(sum.value() >> shift) & 0xFFU, 8});
  }
  return {buffer.get(), out.end()};
}

}  // namespace homolog::experiments
