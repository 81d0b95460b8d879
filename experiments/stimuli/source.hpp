#pragma once

// What the sources of images share. Private to experiments/stimuli.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "experiments/stimuli/stimuli.hpp"

namespace homolog::experiments {

/// Largest height or width of an image, in pixels.
inline constexpr std::int64_t kMaxExtent = 16384;
/// Largest height * width of an image: bounds the memory that one file can claim.
inline constexpr std::int64_t kMaxArea = std::int64_t{1} << 25U;

/// The part of a source that was asked for: images first .. first + count - 1.
struct Selection {
  std::int64_t first = 0;
  std::int64_t count = 0;  ///< >= 1
};

/// Resolves `first` and `count` of the specification in a source of `total` images. Throws Error(data)
/// at the mapping if the source has fewer; `source` names it in the message.
[[nodiscard]] Selection select(const StimuliSpec& spec, std::int64_t total, const std::string& source);

/// The system's words for an errno, as strerror() but safe with threads.
[[nodiscard]] std::string system_message(int code);

/// Throws Error(data) unless `path` is an existing regular file (not a folder, pipe or device).
/// Returns its size in bytes.
std::int64_t require_file(const std::string& path);

/// Throws Error(data) unless 1 <= height, width <= kMaxExtent and height * width <= kMaxArea. After it,
/// channels * height * width with a few channels cannot overflow.
void require_image_size(std::int64_t height, std::int64_t width, const Where& where);

/// The first bytes of a file, at most `limit`. Throws Error(data) if it cannot be read.
[[nodiscard]] std::vector<unsigned char> read_start(const std::string& path, std::int64_t limit);

/// A whole file as bytes. Throws Error(data) if it cannot be read or is larger than `limit`.
[[nodiscard]] std::vector<unsigned char> read_bytes(const std::string& path, std::int64_t limit);

/// One function for each source; open_stimuli() calls the one that the specification names.
[[nodiscard]] std::unique_ptr<Stimuli> open_folder(const StimuliSpec& spec);
[[nodiscard]] std::unique_ptr<Stimuli> open_idx(const StimuliSpec& spec);
[[nodiscard]] std::unique_ptr<Stimuli> open_cifar10(const StimuliSpec& spec);
[[nodiscard]] std::unique_ptr<Stimuli> open_hdf5(const StimuliSpec& spec);

}  // namespace homolog::experiments
