// Images in an HDF5 dataset: [n, C, H, W], [n, H, W, C] or [n, H, W]; bytes, or floats in [0, 1].

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <mutex>

#include "experiments/recording/h5.hpp"
#include "experiments/stimuli/source.hpp"

namespace homolog::experiments {
namespace {

using Extents = std::vector<std::size_t>;

std::string text_of(const Extents& dims) {
  std::string text;
  for (const std::size_t dim : dims) {
    text += (text.empty() ? "" : " x ") + std::to_string(dim);
  }
  return text.empty() ? "a single value" : text;
}

/// Which axis is which.
struct Layout {
  std::int64_t images = 0, channels = 1, height = 0, width = 0;
  bool channels_last = false;
};

Layout layout_of(const Extents& dims, const Where& where) {
  const auto is_channels = [&](std::size_t axis) { return dims[axis] == 1 || dims[axis] == 3; };
  const auto extent = [&](std::size_t axis) {  // clamped: the checks below refuse it anyway
    return static_cast<std::int64_t>(
        std::min<std::size_t>(dims[axis], std::numeric_limits<std::int32_t>::max()));
  };
  Layout layout;
  if (dims.size() == 3) {
    layout = {.images = extent(0), .height = extent(1), .width = extent(2)};
  } else if (dims.size() == 4 && is_channels(1) != is_channels(3)) {
    const bool last = is_channels(3);
    layout = {.images = extent(0),
              .channels = extent(last ? 3 : 1),
              .height = extent(last ? 1 : 2),
              .width = extent(last ? 2 : 3),
              .channels_last = last};
  } else {
    const bool ambiguous = dims.size() == 4 && is_channels(1);
    throw Error(ErrorKind::data,
                "has the extents " + text_of(dims) +
                    (ambiguous ? ", of which the second and the last could both be channels"
                               : "; images are n x H x W, n x C x H x W or n x H x W x C with C = 1 or 3"),
                where);
  }
  require_image_size(layout.height, layout.width, where);
  return layout;
}

/// Throws unless the values are unsigned bytes or floats. Returns true for bytes.
bool are_bytes(const h5::Dataset& dataset, const Where& where) {
  const h5::Type type(H5Dget_type(dataset.get()));
  const H5T_class_t kind = H5Tget_class(type.get());
  const bool bytes =
      kind == H5T_INTEGER && H5Tget_size(type.get()) == 1 && H5Tget_sign(type.get()) == H5T_SGN_NONE;
  if (!bytes && kind != H5T_FLOAT) {
    throw Error(ErrorKind::data, "holds neither unsigned bytes (0 to 255) nor floats (0 to 1)", where);
  }
  return bytes;
}

/// HDF5 reads whole chunks: their size is a claim of the file too.
void check_chunks(const h5::Dataset& dataset, const Where& where) {
  constexpr std::size_t kMaxChunk = std::size_t{1} << 30U;
  const h5::Properties creation(H5Dget_create_plist(dataset.get()));
  if (!creation.valid()) {
    h5::fail(ErrorKind::data, "cannot read the storage of " + where.key, where.file);
  }
  if (H5Pget_layout(creation.get()) != H5D_CHUNKED) {
    return;
  }
  std::array<hsize_t, H5S_MAX_RANK> chunk{};
  const int rank = H5Pget_chunk(creation.get(), H5S_MAX_RANK, chunk.data());
  const h5::Type type(H5Dget_type(dataset.get()));
  std::size_t bytes = H5Tget_size(type.get());
  for (int axis = 0; axis < rank; ++axis) {
    const hsize_t extent = chunk[static_cast<std::size_t>(axis)];
    if (extent > 0 && bytes > kMaxChunk / extent) {
      throw Error(ErrorKind::data, "is stored in chunks of more than 1 GiB; store it with one image a chunk",
                  where);
    }
    bytes *= extent;
  }
}

/// Opened with a chunk cache that holds several images, also when a chunk holds many.
h5::Dataset reopen_with_cache(const h5::File& file, const std::string& dataset, const std::string& path) {
  constexpr std::size_t kSlots = 521;  // a prime, as HDF5's manual advises
  constexpr std::size_t kCacheBytes = std::size_t{64} << 20U;
  const h5::Properties access(H5Pcreate(H5P_DATASET_ACCESS));
  H5Pset_chunk_cache(access.get(), kSlots, kCacheBytes, H5D_CHUNK_CACHE_W0_DEFAULT);
  h5::Dataset opened(H5Dopen2(file.get(), dataset.c_str(), access.get()));
  if (!opened.valid()) {
    h5::fail(ErrorKind::data, "cannot open " + dataset, path);
  }
  return opened;
}

class Hdf5 final : public Stimuli {
 public:
  explicit Hdf5(const StimuliSpec& spec) : where_{.file = spec.files.at(0), .key = spec.dataset} {
    file_ = h5::open_for_reading(where_.file);
    {
      const h5::Dataset found = h5::open_dataset(file_.get(), where_.file, spec.dataset);
      layout_ = layout_of(h5::extents(found, where_), where_);
      bytes_ = are_bytes(found, where_);
      check_chunks(found, where_);
    }
    selection_ = select(spec, layout_.images, where_.file + ":" + spec.dataset);
    dataset_ = reopen_with_cache(file_, spec.dataset, where_.file);
    if (!spec.labels.empty()) {
      read_labels(spec.labels);
    }
  }

  [[nodiscard]] std::int64_t size() const override { return selection_.count; }
  [[nodiscard]] std::string id(std::int64_t i) const override { return std::to_string(selection_.first + i); }
  [[nodiscard]] std::optional<std::int64_t> label(std::int64_t i) const override {
    return labels_.empty() ? std::nullopt
                           : std::optional<std::int64_t>(labels_.at(static_cast<std::size_t>(i)));
  }

  [[nodiscard]] Image at(std::int64_t i) const override {
    const std::vector<float> stored = read(selection_.first + i);
    Image image{.channels = layout_.channels,
                .height = layout_.height,
                .width = layout_.width,
                .label = label(i),
                .id = id(i)};
    image.pixels.reserve(stored.size());
    const std::int64_t area = layout_.height * layout_.width;
    for (std::int64_t c = 0; c < layout_.channels; ++c) {
      for (std::int64_t p = 0; p < area; ++p) {
        const std::int64_t place = layout_.channels_last ? p * layout_.channels + c : c * area + p;
        image.pixels.push_back(pixel(stored[static_cast<std::size_t>(place)], i));
      }
    }
    return image;
  }

 private:
  [[nodiscard]] float pixel(float stored, std::int64_t i) const {
    if (bytes_) {
      return stored / 255.0F;
    }
    if (!(stored >= 0.0F && stored <= 1.0F)) {  // refuses NaN too
      throw Error(ErrorKind::data,
                  "image " + id(i) + " has the pixel " + std::to_string(stored) +
                      "; floats must be in [0, 1]; store 0 to 255 as unsigned bytes",
                  where_);
    }
    return stored;
  }

  /// One image as it is stored. HDF5's library is not parallel, and may not be thread-safe: one at a time.
  [[nodiscard]] std::vector<float> read(std::int64_t image) const {
    const auto u = [](std::int64_t n) { return static_cast<hsize_t>(n); };
    std::vector<hsize_t> start{u(image), 0, 0};
    std::vector<hsize_t> extents{1, u(layout_.height), u(layout_.width)};
    std::vector<float> values(static_cast<std::size_t>(layout_.channels * layout_.height * layout_.width));

    const std::lock_guard lock(mutex_);
    h5::quiet();  // HDF5's choice of printing its errors is one for each thread
    const h5::Dataspace in_file(H5Dget_space(dataset_.get()));
    if (H5Sget_simple_extent_ndims(in_file.get()) == 4) {
      start.push_back(0);
      extents.insert(extents.begin() + (layout_.channels_last ? 3 : 1), u(layout_.channels));
    }
    const h5::Dataspace in_memory(
        H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr));
    if (H5Sselect_hyperslab(in_file.get(), H5S_SELECT_SET, start.data(), nullptr, extents.data(), nullptr) <
            0 ||
        H5Dread(dataset_.get(), H5T_NATIVE_FLOAT, in_memory.get(), in_file.get(), H5P_DEFAULT,
                values.data()) < 0) {
      h5::fail(ErrorKind::data, "cannot read image " + std::to_string(image) + " of " + where_.key,
               where_.file);
    }
    return values;
  }

  void read_labels(const std::string& dataset) {
    const Where where{.file = where_.file, .key = dataset};
    const Extents dims = h5::dataset_dims(file_, where_.file, dataset);
    if (dims.size() != 1 || dims[0] != static_cast<std::size_t>(layout_.images)) {
      throw Error(ErrorKind::data,
                  "has the extents " + text_of(dims) + "; " + where_.key + " has " +
                      std::to_string(layout_.images) + " images, each needs one label",
                  where);
    }
    constexpr std::size_t kMaxLabels = std::size_t{1} << 26U;
    const h5::Array labels = h5::read_array(file_, where_.file, dataset, kMaxLabels);
    for (std::int64_t i = 0; i < selection_.count; ++i) {
      const double value = labels.values[static_cast<std::size_t>(selection_.first + i)];
      if (!(value >= 0 && value <= std::numeric_limits<std::int32_t>::max()) || std::floor(value) != value) {
        throw Error(ErrorKind::data,
                    "the label of image " + id(i) + " is " + std::to_string(value) +
                        "; labels are whole numbers >= 0",
                    where);
      }
      labels_.push_back(static_cast<std::int64_t>(value));
    }
  }

  Where where_;
  h5::File file_;
  h5::Dataset dataset_;
  Layout layout_{};
  bool bytes_ = false;  ///< 0 to 255, else floats
  Selection selection_{};
  std::vector<std::int64_t> labels_;  ///< empty without a dataset of labels
  mutable std::mutex mutex_;
};

}  // namespace

std::unique_ptr<Stimuli> open_hdf5(const StimuliSpec& spec) {
  return std::make_unique<Hdf5>(spec);
}

}  // namespace homolog::experiments
