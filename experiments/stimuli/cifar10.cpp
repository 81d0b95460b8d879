// CIFAR-10, binary version (https://www.cs.toronto.edu/~kriz/cifar.html): records of 3073 bytes without a
// header, one byte of label (0..9) and 32 x 32 red, green and blue samples, which is [C, H, W] already.

#include <array>
#include <cerrno>
#include <fstream>

#include "experiments/stimuli/source.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kExtent = 32;
constexpr std::int64_t kPixels = 3 * kExtent * kExtent;
constexpr std::int64_t kRecord = 1 + kPixels;
constexpr std::int64_t kClasses = 10;

struct Batch {
  std::string path{};
  std::int64_t first = 0;  ///< number of its first record in the whole source
  std::int64_t records = 0;
};

class Cifar10 final : public Stimuli {
 public:
  Cifar10(std::vector<Batch> batches, Selection selection)
      : batches_(std::move(batches)), selection_(selection) {
    labels_.reserve(static_cast<std::size_t>(selection.count));
    for (std::int64_t i = 0; i < selection.count; ++i) {
      labels_.push_back(read_label(selection.first + i));
    }
  }

  [[nodiscard]] std::int64_t size() const override { return selection_.count; }
  [[nodiscard]] std::string id(std::int64_t i) const override { return std::to_string(selection_.first + i); }
  [[nodiscard]] std::optional<std::int64_t> label(std::int64_t i) const override {
    return labels_.at(static_cast<std::size_t>(i));
  }
  [[nodiscard]] Image at(std::int64_t i) const override {
    std::array<unsigned char, kPixels> bytes{};
    read(selection_.first + i, 1, reinterpret_cast<char*>(bytes.data()), kPixels);
    Image image{.channels = 3, .height = kExtent, .width = kExtent, .label = label(i), .id = id(i)};
    image.pixels.reserve(bytes.size());
    for (const unsigned char byte : bytes) {
      image.pixels.push_back(static_cast<float>(byte) / 255.0F);
    }
    return image;
  }

 private:
  /// Bytes of one record. Opens the file anew: no state is shared between threads.
  void read(std::int64_t record, std::int64_t offset, char* to, std::int64_t bytes) const {
    const Batch& batch = batch_of(record);
    std::ifstream in(batch.path, std::ios::binary);
    in.seekg((record - batch.first) * kRecord + offset);
    in.read(to, bytes);
    if (!in) {
      throw Error(ErrorKind::data, "record " + std::to_string(record - batch.first) + " cannot be read",
                  {.file = batch.path});
    }
  }

  [[nodiscard]] std::int64_t read_label(std::int64_t record) const {
    char byte = 0;
    read(record, 0, &byte, 1);
    const std::int64_t label = static_cast<unsigned char>(byte);
    if (label >= kClasses) {
      const Batch& batch = batch_of(record);
      throw Error(ErrorKind::data,
                  "record " + std::to_string(record - batch.first) + " has the label " +
                      std::to_string(label) + "; CIFAR-10 has labels 0 to 9",
                  {.file = batch.path});
    }
    return label;
  }

  [[nodiscard]] const Batch& batch_of(std::int64_t record) const {
    std::size_t batch = 0;
    while (record >= batches_[batch].first + batches_[batch].records) {
      ++batch;
    }
    return batches_[batch];
  }

  std::vector<Batch> batches_;
  Selection selection_;
  std::vector<std::int64_t> labels_;
};

}  // namespace

std::unique_ptr<Stimuli> open_cifar10(const StimuliSpec& spec) {
  std::vector<Batch> batches;
  std::int64_t total = 0;
  for (const std::string& path : spec.files) {
    const std::int64_t bytes = require_file(path);
    if (bytes == 0 || bytes % kRecord != 0) {
      throw Error(ErrorKind::data,
                  "has " + std::to_string(bytes) +
                      " bytes, which is no whole number of records of 3073 bytes; the binary version of "
                      "CIFAR-10 is needed (test_batch.bin, data_batch_1.bin, ...)",
                  {.file = path});
    }
    if (std::ifstream in(path, std::ios::binary); !in) {
      throw Error(ErrorKind::data, "cannot be opened: " + system_message(errno), {.file = path});
    }
    batches.push_back({.path = path, .first = total, .records = bytes / kRecord});
    total += bytes / kRecord;
  }
  const std::string source = spec.files.size() == 1
                                 ? spec.files.front()
                                 : "the list of " + std::to_string(spec.files.size()) + " files";
  const Selection selection = select(spec, total, source);
  return std::make_unique<Cifar10>(std::move(batches), selection);
}

}  // namespace homolog::experiments
