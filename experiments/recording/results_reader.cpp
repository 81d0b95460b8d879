#include "experiments/recording/results_reader.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "experiments/recording/layout.hpp"
#include "experiments/recording/result_groups.hpp"
#include "experiments/recording/run_metadata.hpp"

namespace homolog::experiments {
namespace {

constexpr std::uint32_t kTicksPerWindow = 64;
/// Rounding of a time, in windows: after a million of them 2e-10 in double.
constexpr double kTimeRounding = 1e-9;
/// No run is so long that it is more.
constexpr double kMostRounding = 1e-3;
constexpr std::size_t kLargestThumbnail = 256;  // pixels; ours are smaller
constexpr std::size_t kMostThumbnails = 10'000;

}  // namespace

struct ResultsReader::Impl {
  h5::Source source{};
  RunHeader header{};
  std::size_t stimuli = 0;
  std::vector<std::string> ids{};
  std::vector<std::optional<std::int64_t>> labels{};
  std::vector<LayerRecord> layers{};

  [[nodiscard]] Where at(const std::string& object) const { return {.file = source.path, .key = object}; }
  [[nodiscard]] std::size_t steps() const { return static_cast<std::size_t>(header.steps); }
  [[nodiscard]] std::size_t classes() const { return static_cast<std::size_t>(header.classes); }

  [[nodiscard]] const LayerRecord& layer(std::size_t index) const {
    if (index >= layers.size()) {
      throw Error(ErrorKind::internal, "no layer " + std::to_string(index), at("/layers"));
    }
    return layers[index];
  }
  [[nodiscard]] std::size_t row(std::int64_t stimulus) const {
    if (stimulus < 0 || static_cast<std::size_t>(stimulus) >= stimuli) {
      throw Error(ErrorKind::internal, "no stimulus " + std::to_string(stimulus), at("/stimuli"));
    }
    return static_cast<std::size_t>(stimulus);
  }

  /// First spike and number of spikes of a stimulus.
  [[nodiscard]] std::pair<std::size_t, std::size_t> range(const LayerRecord& record,
                                                          std::size_t stimulus) const {
    const std::string dataset = "/spikes/" + record.name + "/stimulus_offsets";
    const auto offsets = h5::read_rows<std::uint64_t>(source, dataset, {stimuli + 1}, stimulus, 2);
    // No neuron fires more than once in a step, or more than 16 times in its window: more cannot be.
    constexpr std::size_t kMostInWindow = 16;
    const std::uint64_t most =
        static_cast<std::uint64_t>(record.shape.size()) * (header.windowed ? kMostInWindow : steps());
    if (offsets[0] > offsets[1] || offsets[1] - offsets[0] > most) {
      throw Error(ErrorKind::data, "offsets must grow, by at most neurons x steps", at(dataset));
    }
    return {offsets[0], offsets[1] - offsets[0]};
  }

  [[nodiscard]] std::vector<std::uint32_t> node_ids(const LayerRecord& record, std::size_t first,
                                                    std::size_t count) const {
    const std::string dataset = "/spikes/" + record.name + "/node_ids";
    const auto wide = h5::read_rows<std::uint64_t>(source, dataset, {std::nullopt}, first, count);
    std::vector<std::uint32_t> units;
    units.reserve(wide.size());
    for (const std::uint64_t id : wide) {
      if (id >= static_cast<std::uint64_t>(record.shape.size())) {
        throw Error(ErrorKind::data,
                    "has node " + std::to_string(id) + "; the layer has " +
                        std::to_string(record.shape.size()) + " units",
                    at(dataset));
      }
      units.push_back(static_cast<std::uint32_t>(id));
    }
    return units;
  }

  [[nodiscard]] std::vector<std::uint32_t> step_numbers(const LayerRecord& record, std::size_t stimulus,
                                                        std::size_t first, std::size_t count) const {
    const std::string dataset = "/spikes/" + record.name + "/timestamps";
    const double onset = onset_ms(static_cast<std::int64_t>(stimulus), header.steps, header.step_ms);
    std::vector<std::uint32_t> numbers;
    numbers.reserve(count);
    for (const double time : h5::read_rows<double>(source, dataset, {std::nullopt}, first, count)) {
      const double at_step = (time - onset) / header.step_ms;
      const double step = header.windowed ? tick_at(at_step) : std::round(at_step);
      const double last = static_cast<double>(header.steps) * (header.windowed ? kTicksPerWindow : 1);
      if (!(at_step > -1.0) || !(step >= 0.0) || step >= last || step > 4294967295.0) {
        throw Error(ErrorKind::data, "has a spike outside its stimulus", at(dataset));
      }
      numbers.push_back(static_cast<std::uint32_t>(step));
    }
    return numbers;
  }

  /// Number of the tick at so many windows after the onset. Onsets and times are rounded: a spike may seem to
  /// come a little before its tick, or at the end of the last one.
  [[nodiscard]] double tick_at(double windows) const {
    const auto all = static_cast<double>(header.steps);
    const double tick = std::floor((windows + kTimeRounding) * kTicksPerWindow);
    const bool inside = windows > -kMostRounding && windows < all + kMostRounding;
    return inside ? std::clamp(tick, 0.0, std::max(0.0, all * kTicksPerWindow - 1.0)) : tick;
  }

  [[nodiscard]] std::vector<double> course(const std::string& dataset) const {
    return h5::exists(source, dataset) ? h5::read_numbers<double>(source, dataset, {std::nullopt})
                                       : std::vector<double>{};
  }

  [[nodiscard]] RdmMatrix matrix(const std::string& dataset) const {
    const auto dims = h5::dataset_dims(source.file, source.path, dataset);
    if (dims.size() != 2 || dims[0] != dims[1]) {
      throw Error(ErrorKind::data, "is not a square matrix", at(dataset));
    }
    return {.n = dims[0], .values = h5::read_numbers<double>(source, dataset, {dims[0], dims[0]})};
  }

  /// The name that a matrix was given; its link may differ.
  [[nodiscard]] std::string matrix_name(const std::string& dataset) const {
    return h5::text_attribute(source, dataset, "name");
  }

  [[nodiscard]] std::string link_of(const std::string& group, const std::string& name) const {
    for (const std::string& link :
         h5::exists(source, group) ? h5::members(source, group) : std::vector<std::string>{}) {
      if (matrix_name(group + "/" + link) == name) {
        return group + "/" + link;
      }
    }
    throw Error(ErrorKind::data, "has no matrix '" + name + "'", at(group));
  }
};

ResultsReader::ResultsReader(const std::string& path) : impl_(std::make_unique<Impl>()) {
  impl_->source.path = path;
  impl_->source.file = h5::open_for_reading(path);
  impl_->header = read_header(impl_->source);
  impl_->ids = h5::read_texts(impl_->source, "/stimuli/id", std::nullopt);
  impl_->stimuli = impl_->ids.size();
  for (const auto label : h5::read_numbers<std::int64_t>(impl_->source, "/stimuli/label", {impl_->stimuli})) {
    impl_->labels.push_back(label == kNoLabel ? std::nullopt : std::optional<std::int64_t>(label));
  }
  impl_->layers = read_layers(impl_->source);
}

ResultsReader::ResultsReader(ResultsReader&&) noexcept = default;
ResultsReader& ResultsReader::operator=(ResultsReader&&) noexcept = default;
ResultsReader::~ResultsReader() = default;

const std::string& ResultsReader::path() const noexcept {
  return impl_->source.path;
}
const RunHeader& ResultsReader::header() const noexcept {
  return impl_->header;
}
std::int64_t ResultsReader::stimuli() const noexcept {
  return static_cast<std::int64_t>(impl_->stimuli);
}
const std::vector<std::string>& ResultsReader::stimulus_ids() const noexcept {
  return impl_->ids;
}
const std::vector<std::optional<std::int64_t>>& ResultsReader::labels() const noexcept {
  return impl_->labels;
}

std::int64_t ResultsReader::distinct_stimuli() const {
  const std::string dataset = "/stimuli/repetition";
  if (!h5::exists(impl_->source, dataset)) {
    return stimuli();
  }
  const auto repetition = h5::read_numbers<std::int64_t>(impl_->source, dataset, {impl_->stimuli});
  const auto second = std::find_if(repetition.begin(), repetition.end(), [](auto r) { return r != 0; });
  return second - repetition.begin();
}

StimulusPictures ResultsReader::thumbnails() const {
  const std::string dataset = "/stimuli/thumbnail";
  if (!h5::exists(impl_->source, dataset)) {
    return {};
  }
  const auto dims = h5::dataset_dims(impl_->source.file, impl_->source.path, dataset);
  if (dims.size() != 4 || dims[0] > std::min(kMostThumbnails, impl_->stimuli) || dims[1] == 0 ||
      dims[2] == 0 || dims[1] > kLargestThumbnail || dims[2] > kLargestThumbnail || dims[3] != 3) {
    throw Error(ErrorKind::data,
                "must be [count, height, width, 3] with at most as many as there are stimuli, and at most " +
                    std::to_string(kLargestThumbnail) + " pixels high and wide",
                impl_->at(dataset));
  }
  return {.count = dims[0],
          .height = dims[1],
          .width = dims[2],
          .pixels = h5::read_numbers<std::uint8_t>(impl_->source, dataset,
                                                   {dims[0], dims[1], dims[2], std::size_t{3}})};
}
const std::vector<LayerRecord>& ResultsReader::layers() const noexcept {
  return impl_->layers;
}

std::vector<std::uint64_t> ResultsReader::layer_spikes() const {
  std::vector<std::uint64_t> sums(impl_->layers.size(), 0);
  const auto all = stimulus_spikes();
  for (std::size_t i = 0; i < all.size(); ++i) {
    sums[i % sums.size()] += all[i];
  }
  return sums;
}

std::vector<std::uint64_t> ResultsReader::stimulus_spikes() const {
  return h5::read_numbers<std::uint64_t>(impl_->source, "/activity/spikes",
                                         {impl_->stimuli, impl_->layers.size()});
}

std::vector<std::uint64_t> ResultsReader::synaptic_operations() const {
  return h5::read_numbers<std::uint64_t>(impl_->source, "/activity/synaptic_operations", {impl_->stimuli});
}

std::uint32_t ResultsReader::ticks_per_step() const noexcept {
  return impl_->header.windowed ? kTicksPerWindow : 1;
}

SpikeTrain ResultsReader::spikes(std::size_t layer, std::int64_t stimulus) const {
  const LayerRecord& record = impl_->layer(layer);
  const std::size_t k = impl_->row(stimulus);
  if (!record.spikes) {
    return {};
  }
  const auto range = impl_->range(record, k);
  return {.steps = impl_->step_numbers(record, k, range.first, range.second),
          .ids = impl_->node_ids(record, range.first, range.second)};
}

std::vector<std::uint32_t> ResultsReader::counts(std::size_t layer, std::int64_t stimulus) const {
  const LayerRecord& record = impl_->layer(layer);
  const std::size_t k = impl_->row(stimulus);
  const auto units = static_cast<std::size_t>(record.shape.size());
  if (record.counts) {
    const auto row =
        h5::read_rows<std::uint16_t>(impl_->source, "/counts/" + record.name, {impl_->stimuli, units}, k, 1);
    return {row.begin(), row.end()};
  }
  if (!record.spikes) {
    return {};
  }
  const auto range = impl_->range(record, k);
  const auto ids = impl_->node_ids(record, range.first, range.second);
  std::vector<std::uint32_t> sums(units, 0);
  for (const std::uint32_t id : ids) {
    ++sums[id];
  }
  for (const LayerRecord& other : impl_->layers) {
    if (other.negative_of == record.name && other.spikes) {
      const auto negative = impl_->range(other, k);
      for (const std::uint32_t id : impl_->node_ids(other, negative.first, negative.second)) {
        sums.at(id) -= sums.at(id) > 0 ? 1U : 0U;  // a file that is not damaged has no more of them
      }
    }
  }
  return sums;
}

std::vector<float> ResultsReader::float_readout() const {
  const std::string dataset = "/readout/float";
  return h5::exists(impl_->source, dataset)
             ? h5::read_numbers<float>(impl_->source, dataset, {impl_->stimuli, impl_->classes()})
             : std::vector<float>{};
}

std::vector<float> ResultsReader::spiking_readout(std::int64_t stimulus) const {
  return h5::read_rows<float>(
      impl_->source, "/readout/spiking",
      {impl_->stimuli, static_cast<std::size_t>(impl_->header.readouts()), impl_->classes()},
      impl_->row(stimulus), 1);
}

std::optional<double> ResultsReader::float_accuracy() const {
  if (!h5::exists(impl_->source, "/accuracy/float")) {
    return std::nullopt;
  }
  return h5::read_numbers<double>(impl_->source, "/accuracy/float", {}).front();
}

std::vector<double> ResultsReader::spiking_accuracy() const {
  return impl_->course("/accuracy/spiking");
}
std::vector<double> ResultsReader::agreement() const {
  return impl_->course("/accuracy/agreement");
}

std::size_t ResultsReader::rdm_places() const {
  std::size_t places = 0;
  for (std::size_t place = 0; place < kMostResultGroups; ++place) {
    if (h5::exists(impl_->source, "/" + numbered("rdms", place)) ||
        h5::exists(impl_->source, "/" + numbered("rdms_reference", place))) {
      places = place + 1;
    }
  }
  return places;
}

std::vector<RdmName> ResultsReader::rdms(std::size_t place) const {
  std::vector<RdmName> names;
  for (const LayerRecord& layer : impl_->layers) {
    const std::string group = "/" + numbered("rdms", place) + "/" + layer.name;
    if (h5::exists(impl_->source, group)) {
      for (const std::string& link : h5::members(impl_->source, group)) {
        names.push_back({.layer = layer.name, .code = impl_->matrix_name(group + "/" + link)});
      }
    }
  }
  return names;
}

std::vector<RdmName> ResultsReader::model_rdms(std::size_t place) const {
  std::vector<RdmName> names;
  const std::string group = "/" + numbered("rdms", place);
  for (const std::string& model :
       h5::exists(impl_->source, group) ? h5::members(impl_->source, group) : std::vector<std::string>{}) {
    const bool is_layer = std::any_of(impl_->layers.begin(), impl_->layers.end(),
                                      [&](const LayerRecord& layer) { return layer.name == model; });
    if (!is_layer) {
      for (const std::string& link : h5::members(impl_->source, group + "/" + model)) {
        names.push_back({.layer = model, .code = impl_->matrix_name(group + "/" + model + "/" + link)});
      }
    }
  }
  return names;
}

RdmMatrix ResultsReader::rdm(const RdmName& name, std::size_t place) const {
  return impl_->matrix(impl_->link_of("/" + numbered("rdms", place) + "/" + name.layer, name.code));
}

std::vector<std::string> ResultsReader::reference_rdms(std::size_t place) const {
  const std::string group = "/" + numbered("rdms_reference", place);
  std::vector<std::string> names;
  for (const std::string& link :
       h5::exists(impl_->source, group) ? h5::members(impl_->source, group) : std::vector<std::string>{}) {
    names.push_back(impl_->matrix_name(group + "/" + link));
  }
  return names;
}

RdmMatrix ResultsReader::reference_rdm(const std::string& name, std::size_t place) const {
  return impl_->matrix(impl_->link_of("/" + numbered("rdms_reference", place), name));
}

std::vector<RsaRow> ResultsReader::rsa() const {
  return read_rsa_rows(impl_->source);
}
std::vector<std::string> ResultsReader::groups(const std::string& name) const {
  return result_groups(impl_->source, name);
}
std::vector<ResultDataset> ResultsReader::group(const std::string& name) const {
  return read_result_group(impl_->source, name);
}
std::vector<ConversionRecord> ResultsReader::conversion() const {
  return read_conversion(impl_->source);
}

std::string ResultsReader::summary() const {
  return h5::exists(impl_->source, "/summary") ? h5::read_text(impl_->source, "/summary") : std::string();
}

}  // namespace homolog::experiments
