// A folder of image files, in the order of their names.

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <span>
#include <system_error>

#include "experiments/stimuli/image_file.hpp"
#include "experiments/stimuli/labels_csv.hpp"
#include "experiments/stimuli/resize.hpp"
#include "experiments/stimuli/source.hpp"

namespace homolog::experiments {
namespace {

namespace fs = std::filesystem;

using Extent = std::array<std::int64_t, 2>;  // height, width

/// Image formats that are not read: skipping their files silently would shift every index.
bool is_other_image(const std::string& extension) {
  static const std::vector<std::string> kOthers{".gif",  ".tif", ".tiff", ".webp", ".heic",
                                                ".avif", ".jp2", ".ppm",  ".pgm",  ".tga"};
  return std::find(kOthers.begin(), kOthers.end(), extension) != kOthers.end();
}

bool is_image(const std::string& extension) {
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg" || extension == ".bmp";
}

std::string lower_extension(const fs::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

bool is_folder(const fs::directory_entry& entry) {
  std::error_code unreadable;  // a broken link is reported when it is opened
  return entry.is_directory(unreadable);
}

/// Names of the image files in the folder, sorted byte by byte. Hidden files are not stimuli.
std::vector<std::string> image_names(const std::string& folder) {
  std::error_code failure;
  const auto status = fs::status(folder, failure);
  if (!fs::exists(status)) {
    throw Error(ErrorKind::data, "no such folder", {.file = folder});
  }
  if (!fs::is_directory(status)) {
    throw Error(ErrorKind::data, "is not a folder", {.file = folder});
  }
  std::vector<std::string> names;
  fs::directory_iterator entry(folder, failure);
  for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
    const std::string name = entry->path().filename().string();
    const std::string extension = lower_extension(name);
    if (name.front() == '.' || is_folder(*entry)) {
      continue;
    }
    if (is_other_image(extension)) {
      throw Error(ErrorKind::data, "images of type '" + extension + "' are not read; convert to PNG",
                  {.file = entry->path().string()});
    }
    if (is_image(extension)) {
      names.push_back(name);
    }
  }
  if (failure) {
    throw Error(ErrorKind::data, "cannot be listed: " + failure.message(), {.file = folder});
  }
  if (names.empty()) {
    throw Error(ErrorKind::data,
                "has no images (.png, .jpg, .jpeg, .bmp); folders inside it are not searched",
                {.file = folder});
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string text_of(const Extent& extent) {
  return std::to_string(extent[0]) + " x " + std::to_string(extent[1]);
}

class Folder final : public Stimuli {
 public:
  explicit Folder(const StimuliSpec& spec)
      : folder_(spec.files.at(0)), resize_(spec.resize), crop_(spec.crop), names_(image_names(folder_)) {
    const Selection selection = select(spec, static_cast<std::int64_t>(names_.size()), folder_);
    names_.erase(names_.begin(), names_.begin() + selection.first);
    names_.resize(static_cast<std::size_t>(selection.count));
    check_sizes();
    if (!spec.labels.empty()) {
      find_labels(spec.labels);
    }
  }

  [[nodiscard]] std::int64_t size() const override { return static_cast<std::int64_t>(names_.size()); }
  [[nodiscard]] std::string id(std::int64_t i) const override { return fs::path(name(i)).stem().string(); }
  [[nodiscard]] std::optional<std::int64_t> label(std::int64_t i) const override {
    return labels_.empty() ? std::nullopt : std::optional(labels_.at(static_cast<std::size_t>(i)));
  }

  [[nodiscard]] Image at(std::int64_t i) const override {
    const std::string path = path_of(name(i));
    DecodedImage file = read_image_file(path, channels_);
    check_size(name(i), file.size);  // the file may have changed since the folder was opened
    Extent extent{file.size.height, file.size.width};
    if (resize_) {
      file.samples =
          resize_bilinear(file.samples, extent[0], extent[1], channels_, (*resize_)[0], (*resize_)[1]);
      extent = *resize_;
    }
    return {.channels = channels_,
            .height = extent_[0],
            .width = extent_[1],
            .pixels = central_part(file.samples, extent),
            .label = label(i),
            .id = id(i)};
  }

 private:
  [[nodiscard]] const std::string& name(std::int64_t i) const {
    return names_.at(static_cast<std::size_t>(i));
  }
  [[nodiscard]] std::string path_of(const std::string& name) const {
    return (fs::path(folder_) / name).string();
  }

  /// Size after resize and crop.
  [[nodiscard]] Extent final_extent(const std::string& name, const ImageSize& file) const {
    const Extent extent = resize_.value_or(Extent{file.height, file.width});
    if (crop_ && ((*crop_)[0] > extent[0] || (*crop_)[1] > extent[1])) {
      throw Error(ErrorKind::data,
                  "is " + text_of(extent) + " pixels" + (resize_ ? " after resize" : "") +
                      ", smaller than the crop of " + text_of(*crop_),
                  {.file = path_of(name)});
    }
    return crop_.value_or(extent);
  }

  /// Throws unless this image has the size that all have.
  void check_size(const std::string& name, const ImageSize& file) const {
    const Extent extent = final_extent(name, file);
    if (extent != extent_) {
      throw Error(ErrorKind::data,
                  "is " + text_of(extent) + " pixels, but " + names_.front() + " is " + text_of(extent_) +
                      "; all must have one size: set resize or crop of the folder",
                  {.file = path_of(name)});
    }
  }

  void check_sizes() {
    extent_ = final_extent(names_.front(), read_image_size(path_of(names_.front())));
    for (const std::string& name : names_) {
      const ImageSize file = read_image_size(path_of(name));
      check_size(name, file);
      channels_ = file.colour ? 3 : channels_;
    }
  }

  void find_labels(const std::string& csv) {
    const auto table = read_labels_csv(csv);
    for (const std::string& name : names_) {
      const auto row = table.find(name);
      if (row == table.end()) {
        throw Error(ErrorKind::data, "has no row for '" + name + "' of " + folder_, {.file = csv});
      }
      labels_.push_back(row->second);
    }
  }

  /// The central part, [H, W, C] bytes to [C, H, W] in [0, 1]; an odd margin is smaller at the top and left.
  [[nodiscard]] std::vector<float> central_part(std::span<const std::uint8_t> samples,
                                                const Extent& extent) const {
    const std::int64_t top = (extent[0] - extent_[0]) / 2;
    const std::int64_t left = (extent[1] - extent_[1]) / 2;
    std::vector<float> pixels;
    pixels.reserve(static_cast<std::size_t>(channels_ * extent_[0] * extent_[1]));
    for (std::int64_t c = 0; c < channels_; ++c) {
      for (std::int64_t y = 0; y < extent_[0]; ++y) {
        for (std::int64_t x = 0; x < extent_[1]; ++x) {
          const std::int64_t position = (top + y) * extent[1] + left + x;
          pixels.push_back(static_cast<float>(samples[static_cast<std::size_t>(position * channels_ + c)]) /
                           255.0F);
        }
      }
    }
    return pixels;
  }

  std::string folder_;
  std::optional<Extent> resize_;
  std::optional<Extent> crop_;
  std::vector<std::string> names_;
  std::vector<std::int64_t> labels_;  ///< empty without a table of labels
  Extent extent_{};                   ///< of every image, after resize and crop
  int channels_ = 1;                  ///< 3 as soon as one file is colour
};

}  // namespace

std::unique_ptr<Stimuli> open_folder(const StimuliSpec& spec) {
  return std::make_unique<Folder>(spec);
}

}  // namespace homolog::experiments
