#include <limits>

#include "experiments/stimuli/stimuli.hpp"
#include "sim/core/suggest.hpp"

namespace homolog::experiments {
namespace {

/// Largest height and width that `resize` and `crop` accept, in pixels.
constexpr std::int64_t kMaxTarget = 4096;

constexpr std::int64_t kMostRepetitions = 10000;

/// [height, width], or nothing when the key is missing.
std::optional<std::array<std::int64_t, 2>> read_extent(Parameters& parameters, const std::string& key) {
  if (!parameters.has(key)) {
    return std::nullopt;
  }
  const std::vector<double> values = parameters.numbers(key);
  std::array<std::int64_t, 2> extent{};
  bool good = values.size() == extent.size();
  for (std::size_t i = 0; good && i < extent.size(); ++i) {
    good = values[i] >= 1 && values[i] <= static_cast<double>(kMaxTarget);
    extent[i] = good ? static_cast<std::int64_t>(values[i]) : 0;
    good = good && static_cast<double>(extent[i]) == values[i];
  }
  if (!good) {
    parameters.fail(key,
                    "must be [height, width], two whole numbers in [1, " + std::to_string(kMaxTarget) + "]");
  }
  return extent;
}

std::string optional_path(Parameters& parameters, const std::string& key) {
  return parameters.has(key) ? parameters.file_path(key) : "";
}

void read_folder(Parameters& parameters, StimuliSpec& spec) {
  Parameters folder = parameters.map("folder");
  spec.kind = StimuliSpec::Kind::folder;
  spec.files = {folder.file_path("path")};
  spec.resize = read_extent(folder, "resize");
  spec.crop = read_extent(folder, "crop");
  if (spec.resize && spec.crop &&
      ((*spec.crop)[0] > (*spec.resize)[0] || (*spec.crop)[1] > (*spec.resize)[1])) {
    folder.fail("crop", "must not be larger than resize");
  }
  spec.labels = optional_path(folder, "labels");
  folder.finish();
}

void read_idx(Parameters& parameters, StimuliSpec& spec) {
  Parameters idx = parameters.map("idx");
  spec.kind = StimuliSpec::Kind::idx;
  spec.files = {idx.file_path("images")};
  spec.labels = optional_path(idx, "labels");
  idx.finish();
}

void read_cifar10(Parameters& parameters, StimuliSpec& spec) {
  spec.kind = StimuliSpec::Kind::cifar10;
  spec.files = parameters.file_paths("cifar10");
  if (spec.files.empty()) {
    parameters.fail("cifar10", "must list at least one file");
  }
}

void read_hdf5(Parameters& parameters, StimuliSpec& spec) {
  Parameters hdf5 = parameters.map("hdf5");
  spec.kind = StimuliSpec::Kind::hdf5;
  spec.files = {hdf5.file_path("file")};
  spec.dataset = hdf5.text("images");
  spec.labels = hdf5.has("labels") ? hdf5.text("labels") : "";
  hdf5.finish();
}

StimuliSpec read(Parameters& parameters, bool repeated) {
  struct Source {
    std::string key;
    void (*read)(Parameters&, StimuliSpec&);
  };
  const std::vector<Source> sources{
      {"folder", read_folder}, {"idx", read_idx}, {"cifar10", read_cifar10}, {"hdf5", read_hdf5}};

  StimuliSpec spec;
  spec.where = parameters.where("");
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  spec.first = parameters.integer("first", 0, kMost, 0);
  if (parameters.has("count")) {
    spec.count = parameters.integer("count", 1, kMost);
  }
  if (repeated) {
    spec.repetitions = parameters.integer("repetitions", 1, kMostRepetitions, 1);
  }
  std::vector<std::string> given;
  for (const Source& source : sources) {
    if (parameters.has(source.key)) {
      given.push_back(source.key);
      source.read(parameters, spec);
    }
  }
  parameters.finish();  // first: a misspelt source is better reported as such
  if (given.size() != 1) {
    parameters.fail("", "needs exactly one source of images: folder, idx, cifar10 or hdf5; it has " +
                            (given.empty() ? "none" : joined(given)));
  }
  return spec;
}

}  // namespace

StimuliSpec read_stimuli(Parameters& parameters) {
  return read(parameters, true);
}

StimuliSpec read_calibration_stimuli(Parameters& parameters) {
  return read(parameters, false);
}

}  // namespace homolog::experiments
