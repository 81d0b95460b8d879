#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/parameters.hpp"

namespace homolog::experiments {

/// One picture as pixels in [0, 1], [C, H, W] row-major, before the model's normalisation.
struct Image {
  std::int64_t channels = 0, height = 0, width = 0;
  std::vector<float> pixels{};
  std::optional<std::int64_t> label{};
  std::string id{};  ///< file name without extension, or the number in the source
};

/// Where images come from, as the `stimuli:` mapping says; exactly one source.
struct StimuliSpec {
  enum class Kind { folder, idx, cifar10, hdf5 };
  Kind kind = Kind::folder;
  std::vector<std::string> files{};  ///< folder: its path; idx: images; cifar10: all files; hdf5: the file
  std::string labels{};   ///< idx: label file; folder: CSV (file,class,...); hdf5: dataset; may be ""
  std::string dataset{};  ///< hdf5: dataset of images
  std::optional<std::array<std::int64_t, 2>>
      resize{};                                       ///< folder: [height, width], bilinear as Pillow does it
  std::optional<std::array<std::int64_t, 2>> crop{};  ///< folder: central [height, width] after resize
  std::int64_t first = 0;
  std::optional<std::int64_t> count{};  ///< all that follow `first` when absent
  std::int64_t repetitions = 1;         ///< how often each is presented
  Where where{};                        ///< of the mapping, for messages about it
};

/// Reads the experiment's `stimuli:` mapping; paths are made absolute against the folder of the
/// configuration. Throws Error(config).
[[nodiscard]] StimuliSpec read_stimuli(Parameters& parameters);

/// The same for `stimuli:` of a calibration, which sees each image once: it has no key `repetitions`.
[[nodiscard]] StimuliSpec read_calibration_stimuli(Parameters& parameters);

/// A set of images, read lazily; at() may be called from several threads at once.
class Stimuli {
 public:
  virtual ~Stimuli() = default;
  [[nodiscard]] virtual std::int64_t size() const = 0;
  /// Image i of `count`, i < size(). Throws Error(data) with file and place.
  [[nodiscard]] virtual Image at(std::int64_t i) const = 0;
  /// Id and label without the pixels.
  [[nodiscard]] virtual std::string id(std::int64_t i) const = 0;
  [[nodiscard]] virtual std::optional<std::int64_t> label(std::int64_t i) const = 0;
};

/// The stimuli `repetitions` times, one repetition after the other: image r n + i is stimulus i of n.
/// `stimuli` must outlive the result.
[[nodiscard]] std::unique_ptr<Stimuli> repeated(const Stimuli& stimuli, std::int64_t repetitions);

/// Opens the source, checks what can be checked without reading every pixel (files exist, magic numbers,
/// sizes, counts, first + count within the source). Throws Error(data).
///
///   folder   PNG, JPEG and BMP (stb_image), sorted by name; 3 channels if one of the files taken is colour
///            (grey ones are then repeated), else 1; all must have one size after resize and crop; an image
///            without a row in the table of labels is an error
///   idx      MNIST's format, gzipped or not; images [n, h, w], labels [n]
///   cifar10  the binary version: 3073 bytes a record
///   hdf5     images [n, C, H, W] or [n, H, W, C] (C = 1 or 3) or [n, H, W]; uint8 (divided by 255) or float
///   in [0, 1]
[[nodiscard]] std::unique_ptr<Stimuli> open_stimuli(const StimuliSpec& spec);

}  // namespace homolog::experiments
