#include "experiments/recording/run_metadata.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>

#include "experiments/recording/h5_write.hpp"
#include "experiments/recording/layout.hpp"

namespace homolog::experiments {
namespace {

/// Root attributes that are not provenance.
constexpr std::array<std::string_view, 12> kOwnAttributes{
    "format_version", "magic",   "version", "created",      "name",          "seed",
    "steps",          "step_ms", "time",    "model_sha256", "config_sha256", "classes",
};

/// Of the attribute `time`: what `steps` counts.
constexpr const char* kSteps = "steps";
constexpr const char* kWindows = "windows";

bool is_own(const std::string& name) {
  return std::find(kOwnAttributes.begin(), kOwnAttributes.end(), name) != kOwnAttributes.end();
}

template <class T>
void require_positive(T value, const h5::Source& source, const char* attribute) {
  if (!(value > 0) || !std::isfinite(static_cast<double>(value))) {
    throw Error(ErrorKind::data, "its attribute '" + std::string(attribute) + "' must be > 0",
                {.file = source.path, .key = "/"});
  }
}

std::string differ(const std::string& what, const std::string& in_file, const std::string& now) {
  return "it has " + what + " " + in_file + ", this run has " + now;
}

}  // namespace

void write_header(hid_t file, const RunHeader& header, const std::string& path) {
  h5::write_number_attribute<std::int64_t>(file, "format_version", kFormatVersion, path);
  h5::write_number_attribute<std::uint32_t>(file, "magic", kSonataMagic, path);
  h5::write_numbers_attribute<std::uint32_t>(file, "version", kSonataVersion, path);
  h5::write_text_attribute(file, "created", header.created, path);
  h5::write_text_attribute(file, "name", header.name, path);
  h5::write_number_attribute(file, "seed", header.seed, path);
  h5::write_number_attribute(file, "steps", header.steps, path);
  h5::write_number_attribute(file, "step_ms", header.step_ms, path);
  h5::write_text_attribute(file, "time", header.windowed ? kWindows : kSteps, path);
  h5::write_number_attribute(file, "classes", header.classes, path);
  h5::write_text_attribute(file, "model_sha256", header.model_sha256, path);
  h5::write_text_attribute(file, "config_sha256", header.config_sha256, path);
  std::set<std::string> used;
  for (const auto& [name, text] : header.provenance) {
    if (name.empty() || is_own(name) || !used.insert(name).second) {
      throw Error(ErrorKind::internal, "provenance '" + name + "': the name is taken");
    }
    h5::write_text_attribute(file, name, text, path);
  }
  h5::write_text(file, "config", header.config, path);
}

RunHeader read_header(const h5::Source& source) {
  if (!h5::has_attribute(source, "/", "format_version")) {
    throw Error(ErrorKind::data, "is not a results file of homolog: it has no attribute 'format_version'",
                {.file = source.path, .key = "/"});
  }
  if (const auto version = h5::number_attribute<std::int64_t>(source, "/", "format_version");
      version != kFormatVersion) {
    throw Error(ErrorKind::data,
                "has format_version " + std::to_string(version) + "; this homolog reads format_version " +
                    std::to_string(kFormatVersion),
                {.file = source.path, .key = "/"});
  }
  RunHeader header;
  header.created = h5::text_attribute(source, "/", "created");
  header.name = h5::text_attribute(source, "/", "name");
  header.seed = h5::number_attribute<std::uint64_t>(source, "/", "seed");
  header.steps = h5::number_attribute<std::int64_t>(source, "/", "steps");
  header.step_ms = h5::number_attribute<double>(source, "/", "step_ms");
  if (h5::has_attribute(source, "/", "time")) {  // files from before window neurons have none
    const std::string time = h5::text_attribute(source, "/", "time");
    if (time != kSteps && time != kWindows) {
      throw Error(ErrorKind::data, "its attribute 'time' is '" + time + "'; must be steps or windows",
                  {.file = source.path, .key = "/"});
    }
    header.windowed = time == kWindows;
  }
  header.classes = h5::number_attribute<std::int64_t>(source, "/", "classes");
  header.model_sha256 = h5::text_attribute(source, "/", "model_sha256");
  header.config_sha256 = h5::text_attribute(source, "/", "config_sha256");
  require_positive(header.steps, source, "steps");
  require_positive(header.step_ms, source, "step_ms");
  require_positive(header.classes, source, "classes");
  for (const std::string& name : h5::attribute_names(source, "/")) {
    if (!is_own(name)) {
      if (auto text = h5::text_attribute_if(source, "/", name)) {
        header.provenance.emplace_back(name, std::move(*text));
      }
    }
  }
  header.config = h5::read_text(source, "/config");
  return header;
}

void write_stimuli(hid_t file, const RunHeader& header, const std::vector<std::string>& ids,
                   const std::vector<std::optional<std::int64_t>>& labels, const std::string& path) {
  if (labels.size() != ids.size()) {
    throw Error(ErrorKind::internal, "one label (or none) per stimulus is needed");
  }
  const h5::Group group = h5::create_group(file, "stimuli", path);
  std::vector<std::int64_t> numbers;
  std::vector<double> onset;
  std::vector<double> offset;
  std::vector<std::int64_t> repetition;
  const std::int64_t stimuli = static_cast<std::int64_t>(ids.size()) / header.repetitions;
  for (std::size_t k = 0; k < ids.size(); ++k) {
    const auto index = static_cast<std::int64_t>(k);
    numbers.push_back(labels[k].value_or(kNoLabel));
    repetition.push_back(index / stimuli);
    onset.push_back(onset_ms(index, header.steps, header.step_ms));
    offset.push_back(onset_ms(index + 1, header.steps, header.step_ms));
  }
  const std::vector<hsize_t> dims{ids.size()};
  h5::write_texts(group.get(), "id", ids, path);
  h5::write_dataset<std::int64_t>(group.get(), "label", dims, numbers, path);
  if (header.repetitions > 1) {
    h5::write_dataset<std::int64_t>(group.get(), "repetition", dims, repetition, path);
  }
  h5::write_dataset<double>(group.get(), "onset_ms", dims, onset, path);
  h5::write_dataset<double>(group.get(), "offset_ms", dims, offset, path);
}

void write_layers(hid_t file, const std::vector<LayerRecord>& layers, const std::string& path) {
  const h5::Group group = h5::create_group(file, "layers", path);
  std::int64_t index = 0;
  for (const LayerRecord& layer : layers) {
    if (layer.name != link_name(layer.name)) {
      throw Error(ErrorKind::internal, "layer '" + layer.name + "': no name for an HDF5 group");
    }
    if (H5Lexists(group.get(), layer.name.c_str(), H5P_DEFAULT) > 0) {
      throw Error(ErrorKind::internal, "layer '" + layer.name + "' occurs twice");
    }
    const h5::Group entry = h5::create_group(group.get(), layer.name, path);
    const hid_t id = entry.get();
    const std::int64_t shape[3] = {layer.shape.channels, layer.shape.height, layer.shape.width};
    h5::write_number_attribute(id, "index", index++, path);
    h5::write_text_attribute(id, "onnx_output", layer.onnx_output, path);
    h5::write_text_attribute(id, "operator", layer.operation, path);
    h5::write_numbers_attribute<std::int64_t>(id, "shape", shape, path);
    h5::write_text_attribute(id, "axes", "C,H,W", path);
    h5::write_number_attribute(id, "neurons", layer.neurons, path);
    h5::write_number_attribute(id, "synapses", layer.synapses, path);
    h5::write_numbers_attribute<std::int64_t>(id, "rf_size", layer.rf_size, path);
    h5::write_numbers_attribute<std::int64_t>(id, "rf_stride", layer.rf_stride, path);
    if (!layer.negative_of.empty()) {
      h5::write_text_attribute(id, "negative_of", layer.negative_of, path);
    }
    if (!layer.scale.empty()) {
      h5::write_numbers_attribute<float>(id, "scale", layer.scale, path);
    }
    if (!layer.threshold.empty()) {
      h5::write_numbers_attribute<float>(id, "threshold", layer.threshold, path);
    }
  }
}

std::vector<LayerRecord> read_layers(const h5::Source& source) {
  const auto names = h5::members(source, "/layers");
  std::vector<LayerRecord> layers(names.size());
  for (const std::string& name : names) {
    const std::string object = "/layers/" + name;
    const Where where{.file = source.path, .key = object};
    const auto index = h5::number_attribute<std::int64_t>(source, object, "index");
    if (index < 0 || static_cast<std::size_t>(index) >= layers.size() ||
        !layers[static_cast<std::size_t>(index)].name.empty()) {
      throw Error(ErrorKind::data, "its attribute 'index' must count the layers 0, 1, 2, ...", where);
    }
    LayerRecord& layer = layers[static_cast<std::size_t>(index)];
    layer.name = name;
    layer.onnx_output = h5::text_attribute(source, object, "onnx_output");
    layer.operation = h5::text_attribute(source, object, "operator");
    if (h5::has_attribute(source, object, "negative_of")) {
      layer.negative_of = h5::text_attribute(source, object, "negative_of");
    }
    std::int64_t shape[3] = {};
    h5::read_attribute(source, object, "shape", H5T_NATIVE_INT64, 3, shape);
    layer.shape = {shape[0], shape[1], shape[2]};
    for (const std::int64_t extent : shape) {
      require_positive(extent, source, "shape");
    }
    (void)h5::checked_count({static_cast<std::size_t>(shape[0]), static_cast<std::size_t>(shape[1]),
                             static_cast<std::size_t>(shape[2])},
                            std::size_t{1} << 32U, where);
    layer.neurons = h5::number_attribute<std::uint64_t>(source, object, "neurons");
    if (layer.neurons > static_cast<std::uint64_t>(layer.shape.size())) {
      throw Error(ErrorKind::data, "has more neurons than its shape", where);
    }
    layer.synapses = h5::number_attribute<std::uint64_t>(source, object, "synapses");
    h5::read_attribute(source, object, "rf_size", H5T_NATIVE_INT64, 2, layer.rf_size);
    h5::read_attribute(source, object, "rf_stride", H5T_NATIVE_INT64, 2, layer.rf_stride);
    if (h5::has_attribute(source, object, "scale")) {
      layer.scale = h5::numbers_attribute<float>(source, object, "scale");
    }
    if (h5::has_attribute(source, object, "threshold")) {
      layer.threshold = h5::numbers_attribute<float>(source, object, "threshold");
    }
    layer.spikes = h5::exists(source, "/spikes/" + name);
    layer.counts = h5::exists(source, "/counts/" + name);
  }
  for (const LayerRecord& layer : layers) {
    const bool known =
        layer.negative_of.empty() || std::any_of(layers.begin(), layers.end(), [&](const LayerRecord& other) {
          return other.name == layer.negative_of && other.shape == layer.shape;
        });
    if (!known) {
      throw Error(ErrorKind::data, "its attribute 'negative_of' must name a layer of the same shape",
                  {.file = source.path, .key = "/layers/" + layer.name});
    }
  }
  return layers;
}

std::string difference(const RunHeader& in_file, const RunHeader& now) {
  if (in_file.model_sha256 != now.model_sha256) {
    return differ("a model with SHA-256", in_file.model_sha256, now.model_sha256);
  }
  if (in_file.seed != now.seed) {
    return differ("seed", std::to_string(in_file.seed), std::to_string(now.seed));
  }
  if (in_file.name != now.name) {
    return differ("name", in_file.name, now.name);
  }
  if (in_file.windowed != now.windowed) {
    return differ("time in", in_file.windowed ? kWindows : kSteps, now.windowed ? kWindows : kSteps);
  }
  if (in_file.steps != now.steps) {
    return differ("steps", std::to_string(in_file.steps), std::to_string(now.steps));
  }
  if (in_file.step_ms != now.step_ms) {
    return differ("step_ms", std::to_string(in_file.step_ms), std::to_string(now.step_ms));
  }
  if (in_file.classes != now.classes) {
    return differ("classes", std::to_string(in_file.classes), std::to_string(now.classes));
  }
  if (in_file.config_sha256 != now.config_sha256 || in_file.config != now.config) {
    return differ("a configuration with SHA-256", in_file.config_sha256, now.config_sha256);
  }
  return {};
}

std::string difference(const std::vector<LayerRecord>& in_file, const std::vector<LayerRecord>& now) {
  if (in_file.size() != now.size()) {
    return differ("layers:", std::to_string(in_file.size()), std::to_string(now.size()));
  }
  for (std::size_t i = 0; i < now.size(); ++i) {
    const LayerRecord& a = in_file[i];
    const LayerRecord& b = now[i];
    if (a.name != b.name) {
      return differ("a layer", a.name, b.name);
    }
    if (a.shape != b.shape) {
      return differ("a layer " + a.name + " of", sim::to_string(a.shape), sim::to_string(b.shape));
    }
    if (a.spikes != b.spikes || a.counts != b.counts) {
      return "layer " + a.name + " records other things in this run";
    }
    if (a.neurons != b.neurons || a.synapses != b.synapses || a.scale != b.scale ||
        a.threshold != b.threshold) {
      return "layer " + a.name + " was converted differently (neurons, synapses, scale or threshold)";
    }
  }
  return {};
}

std::string difference(const std::vector<std::string>& ids_in_file, const std::vector<std::string>& ids_now) {
  if (ids_in_file.size() != ids_now.size()) {
    return differ("stimuli:", std::to_string(ids_in_file.size()), std::to_string(ids_now.size()));
  }
  const auto [a, b] = std::mismatch(ids_in_file.begin(), ids_in_file.end(), ids_now.begin());
  return a == ids_in_file.end() ? std::string() : differ("a stimulus", *a, *b);
}

}  // namespace homolog::experiments
