// IDX, the format of MNIST (http://yann.lecun.com/exdb/mnist, "THE IDX FILE FORMAT"), gzipped or not.
// Big-endian: two zero bytes, the type (8: unsigned byte), the number of dimensions, one 32-bit extent for
// each, samples.

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "experiments/stimuli/source.hpp"

namespace homolog::experiments {
namespace {

constexpr std::uint32_t kImagesMagic = 0x803;
constexpr std::uint32_t kLabelsMagic = 0x801;
/// Images that are kept, in bytes: 2.7 million of MNIST's size.
constexpr std::int64_t kMaxBytes = std::int64_t{1} << 31U;

std::string hex(std::uint32_t value) {
  std::array<char, 11> text{};
  std::snprintf(text.data(), text.size(), "0x%08x", value);
  return text.data();
}

/// Bytes of a file, inflated when they are gzipped. Memory is bounded by what the caller asks for.
class Reader {
 public:
  explicit Reader(std::string path) : path_(std::move(path)) {
    require_file(path_);
    errno = 0;
    file_ = gzopen(path_.c_str(), "rb");
    if (file_ == nullptr) {
      fail(std::string("cannot be opened: ") + (errno != 0 ? system_message(errno) : "out of memory"));
    }
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { gzclose_r(file_); }

  [[noreturn]] void fail(const std::string& message) const {
    throw Error(ErrorKind::data, message, {.file = path_});
  }

  /// Up to `wanted` bytes; fewer at the end of the file or of an incomplete gzip stream.
  std::size_t read(unsigned char* to, std::size_t wanted) {
    std::size_t got = 0;
    while (got < wanted) {
      const auto piece = static_cast<unsigned>(std::min(wanted - got, std::size_t{1} << 20U));
      const int n = gzread(file_, to + got, piece);
      if (n < 0) {
        int code = Z_OK;
        const char* reason = gzerror(file_, &code);
        if (code != Z_BUF_ERROR) {  // that one only means: cut off
          fail(std::string("cannot be read: ") + (code == Z_ERRNO ? system_message(errno) : reason));
        }
        return got;
      }
      if (n == 0) {
        return got;
      }
      got += static_cast<std::size_t>(n);
    }
    return got;
  }

  std::uint32_t read_header_word() {
    std::array<unsigned char, 4> bytes{};
    if (read(bytes.data(), bytes.size()) < bytes.size()) {
      fail("ends within its header");
    }
    std::uint32_t word = 0;
    for (const unsigned char byte : bytes) {
      word = word << 8U | byte;
    }
    return word;
  }

  void require_magic(std::uint32_t wanted, const std::string& what) {
    const std::uint32_t magic = read_header_word();
    if (magic != wanted) {
      fail("starts with " + hex(magic) + "; an IDX file of " + what + " starts with " + hex(wanted) +
           (magic == kLabelsMagic   ? " (this one has labels)"
            : magic == kImagesMagic ? " (this one has images)"
                                    : ""));
    }
  }

  /// Reads `count` items of `item_bytes` to the end of the file and keeps those selected. The buffer grows
  /// as bytes arrive, so that a header cannot claim memory that the file does not fill.
  std::vector<unsigned char> read_items(std::int64_t count, std::int64_t item_bytes, Selection selection,
                                        const std::string& what) {
    constexpr std::int64_t kPiece = std::int64_t{1} << 20U;
    const std::int64_t keep_from = selection.first * item_bytes;
    const std::int64_t keep_to = keep_from + selection.count * item_bytes;
    const std::int64_t bytes = count * item_bytes;
    std::vector<unsigned char> kept;
    std::vector<unsigned char> piece(static_cast<std::size_t>(std::min(kPiece, bytes)));
    for (std::int64_t at = 0; at < bytes;) {
      const std::int64_t wanted = std::min(kPiece, bytes - at);
      const auto got = static_cast<std::int64_t>(read(piece.data(), static_cast<std::size_t>(wanted)));
      const std::int64_t from = std::clamp(keep_from - at, std::int64_t{0}, got);
      const std::int64_t to = std::clamp(keep_to - at, std::int64_t{0}, got);
      kept.insert(kept.end(), piece.begin() + from, piece.begin() + to);
      at += got;
      if (got < wanted) {
        fail("is cut off: its header says " + std::to_string(count) + " " + what + " (" +
             std::to_string(bytes) + " bytes), but " + std::to_string(at) + " bytes follow");
      }
    }
    unsigned char more = 0;
    if (read(&more, 1) != 0) {
      fail("goes on after the " + std::to_string(count) + " " + what + " that its header says");
    }
    int code = Z_OK;
    gzerror(file_, &code);
    if (code == Z_BUF_ERROR) {
      fail("is cut off: the end of the gzip stream is missing");
    }
    return kept;
  }

 private:
  std::string path_;
  gzFile file_ = nullptr;
};

class Idx final : public Stimuli {
 public:
  explicit Idx(const StimuliSpec& spec) {
    Reader images(spec.files.at(0));
    images.require_magic(kImagesMagic, "images (unsigned bytes, 3 dimensions)");
    const std::int64_t total = images.read_header_word();
    height_ = images.read_header_word();
    width_ = images.read_header_word();
    require_image_size(height_, width_, {.file = spec.files[0]});
    selection_ = select(spec, total, spec.files[0]);
    const std::int64_t area = height_ * width_;
    if (selection_.count > kMaxBytes / area) {
      throw Error(ErrorKind::data,
                  "count: " + std::to_string(selection_.count) + " images of " + spec.files[0] +
                      " do not fit in memory; at most " + std::to_string(kMaxBytes / area) +
                      " of their size can be taken at once",
                  spec.where);
    }
    samples_ = images.read_items(total, area, selection_, "images");
    if (!spec.labels.empty()) {
      read_labels(spec.labels, total);
    }
  }

  [[nodiscard]] std::int64_t size() const override { return selection_.count; }
  [[nodiscard]] std::string id(std::int64_t i) const override { return std::to_string(selection_.first + i); }
  [[nodiscard]] std::optional<std::int64_t> label(std::int64_t i) const override {
    return labels_.empty() ? std::nullopt
                           : std::optional<std::int64_t>(labels_.at(static_cast<std::size_t>(i)));
  }
  [[nodiscard]] Image at(std::int64_t i) const override {
    Image image{.channels = 1, .height = height_, .width = width_, .label = label(i), .id = id(i)};
    const std::int64_t area = height_ * width_;
    image.pixels.reserve(static_cast<std::size_t>(area));
    for (std::int64_t p = i * area; p < (i + 1) * area; ++p) {
      image.pixels.push_back(static_cast<float>(samples_.at(static_cast<std::size_t>(p))) / 255.0F);
    }
    return image;
  }

 private:
  void read_labels(const std::string& path, std::int64_t images) {
    Reader labels(path);
    labels.require_magic(kLabelsMagic, "labels (unsigned bytes, 1 dimension)");
    const std::int64_t total = labels.read_header_word();
    if (total != images) {
      labels.fail("has " + std::to_string(total) + " labels for " + std::to_string(images) + " images");
    }
    labels_ = labels.read_items(total, 1, selection_, "labels");
  }

  std::int64_t height_ = 0, width_ = 0;
  Selection selection_{};
  std::vector<unsigned char> samples_;  ///< [image, H, W], the selected images only
  std::vector<unsigned char> labels_;   ///< empty without a file of labels
};

}  // namespace

std::unique_ptr<Stimuli> open_idx(const StimuliSpec& spec) {
  return std::make_unique<Idx>(spec);
}

}  // namespace homolog::experiments
