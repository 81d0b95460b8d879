#include "experiments/stimuli/image_file.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>

#include "experiments/stimuli/source.hpp"

namespace {

// stb_image inflates a PNG without regard to its header's size: this bounds what a small file can claim.
// 16-bit RGBA of the largest image that we accept needs a quarter of it.
constexpr std::size_t kMaxAllocation = std::size_t{1} << 30U;

void* limited_malloc(std::size_t size) {
  return size > kMaxAllocation ? nullptr : std::malloc(size);
}
void* limited_realloc(void* old, std::size_t size) {
  return size > kMaxAllocation ? nullptr : std::realloc(old, size);
}

}  // namespace

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS 16384
#define STBI_MALLOC(size) limited_malloc(size)
#define STBI_REALLOC(old, size) limited_realloc(old, size)
#define STBI_FREE(pointer) std::free(pointer)
#include <stb/stb_image.h>

namespace homolog::experiments {
namespace {

static_assert(STBI_MAX_DIMENSIONS == kMaxExtent);
constexpr std::int64_t kMaxFile = std::int64_t{1} << 28U;

using Bytes = std::vector<unsigned char>;

[[noreturn]] void fail(const std::string& message, const std::string& path) {
  throw Error(ErrorKind::data, message, {.file = path});
}

/// Nothing if the header is damaged or longer than `bytes`.
std::optional<ImageSize> parse_header(const Bytes& bytes) {
  int width = 0;
  int height = 0;
  int channels = 0;
  if (stbi_info_from_memory(bytes.data(), static_cast<int>(bytes.size()), &width, &height, &channels) == 0) {
    return std::nullopt;
  }
  return ImageSize{.height = height, .width = width, .colour = channels >= 3};
}

ImageSize size_of(const Bytes& bytes, const std::string& path) {
  const std::optional<ImageSize> size = parse_header(bytes);
  if (!size) {
    fail(std::string("cannot be read as PNG, JPEG or BMP (") + stbi_failure_reason() + ")", path);
  }
  require_image_size(size->height, size->width, {.file = path});
  return *size;
}

std::uint32_t little_endian(const Bytes& bytes, std::size_t offset, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = count; i > 0; --i) {
    value = value << 8U | bytes[offset + i - 1];
  }
  return value;
}

/// stb_image fills what is missing of a JPEG or BMP file with grey or black and reports no error.
bool is_cut_off(const Bytes& bytes, const ImageSize& size) {
  if (bytes[0] == 0xFF) {  // JPEG: the scan (FF DA) must be followed by the end of the image (FF D9)
    const std::array<unsigned char, 2> scan{0xFF, 0xDA};
    const std::array<unsigned char, 2> end{0xFF, 0xD9};
    const auto last_scan = std::find_end(bytes.begin(), bytes.end(), scan.begin(), scan.end());
    return std::search(last_scan, bytes.end(), end.begin(), end.end()) == bytes.end();
  }
  if (bytes[0] == 'B') {  // BMP: rows of whole 32-bit words after an offset
    constexpr std::size_t kHeader = 30;
    if (bytes.size() < kHeader) {
      return true;
    }
    const bool old = little_endian(bytes, 14, 4) == 12;  // OS/2: 16-bit width and height
    const std::int64_t pixels = little_endian(bytes, 10, 4);
    const std::int64_t bits = little_endian(bytes, old ? 24 : 28, 2);
    const std::int64_t row = (size.width * bits + 31) / 32 * 4;
    return pixels + size.height * row > static_cast<std::int64_t>(bytes.size());
  }
  return false;  // PNG: stb_image notices
}

}  // namespace

ImageSize read_image_size(const std::string& path) {
  constexpr std::int64_t kEnough = 65536;  // a header is longer only with large metadata before it
  if (const Bytes start = read_start(path, kEnough); parse_header(start)) {
    return size_of(start, path);
  }
  return size_of(read_bytes(path, kMaxFile), path);
}

DecodedImage read_image_file(const std::string& path, int channels) {
  const Bytes bytes = read_bytes(path, kMaxFile);
  const ImageSize size = size_of(bytes, path);
  if (is_cut_off(bytes, size)) {
    fail("is cut off: its pixels end too early", path);
  }
  int width = 0;
  int height = 0;
  int in_file = 0;
  const std::unique_ptr<stbi_uc, decltype(&std::free)> pixels(
      stbi_load_from_memory(bytes.data(), static_cast<int>(bytes.size()), &width, &height, &in_file,
                            channels),
      &std::free);
  if (pixels == nullptr) {
    fail(std::string("is damaged (") + stbi_failure_reason() + ")", path);
  }
  const std::span<const stbi_uc> samples(
      pixels.get(), static_cast<std::size_t>(size.height * size.width) * static_cast<std::size_t>(channels));
  return {.size = size, .samples = {samples.begin(), samples.end()}};
}

}  // namespace homolog::experiments
