#include "experiments/recording/run_columns.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "experiments/recording/layout.hpp"

namespace homolog::experiments {
namespace {

/// SONATA's type of the attribute `sorting`.
h5::Type sorting_type(const std::string& path) {
  h5::Type type(h5::checked(H5Tenum_create(H5T_STD_U8LE), "cannot make a type", path));
  const char* const names[] = {"none", "by_id", "by_time"};
  for (std::uint8_t value = 0; value < 3; ++value) {
    h5::checked(H5Tenum_insert(type.get(), names[value], &value), "cannot make a type", path);
  }
  return type;
}

void write_sorting(hid_t population, const std::string& path) {
  const h5::Type type = sorting_type(path);
  const h5::Dataspace space(H5Screate(H5S_SCALAR));
  const std::uint8_t by_time = 2;
  h5::write_attribute(population, "sorting", type.get(), type.get(), space.get(), &by_time, path);
}

template <class T>
std::span<const std::byte> raw(const std::vector<T>& values) {
  return std::as_bytes(std::span<const T>(values));
}

template <class T>
std::vector<T> read_values(const Column& column, std::uint64_t first, std::uint64_t rows,
                           std::size_t values_per_row) {
  std::vector<T> values(rows * values_per_row);
  column.read(first, rows, std::as_writable_bytes(std::span<T>(values)));
  return values;
}

[[noreturn]] void misfit(const std::string& what) {
  throw Error(ErrorKind::internal, "presentation record: " + what);
}

/// Creates or opens datasets under their groups.
class Maker {
 public:
  Maker(hid_t file, bool create, const std::string& path, ChunkQueue& queue, std::deque<Column>& columns)
      : file_(file), create_(create), path_(path), queue_(queue), columns_(columns) {}

  h5::Group group(const std::string& name, hid_t parent = H5I_INVALID_HID) const {
    const hid_t from = parent < 0 ? file_ : parent;
    return create_ ? h5::open_or_create_group(from, name, path_)
                   : h5::Group(h5::checked(H5Gopen2(from, name.c_str(), H5P_DEFAULT), "cannot open " + name,
                                           path_));
  }

  template <class T>
  ChunkedDataset dataset(const h5::Group& parent, const std::string& name, ColumnShape shape,
                         const char* units, const char* axes) const {
    shape.element_size = sizeof(T);
    h5::Dataset data;
    if (create_) {
      data = ChunkedDataset::create(parent.get(), name, h5::file_type<T>(), shape, path_);
      if (units != nullptr) {
        h5::write_text_attribute(data.get(), "units", units, path_);
      }
      if (axes != nullptr) {
        h5::write_text_attribute(data.get(), "axes", axes, path_);
      }
    } else {
      data = h5::Dataset(
          h5::checked(H5Dopen2(parent.get(), name.c_str(), H5P_DEFAULT), "cannot open " + name, path_));
    }
    return {std::move(data), h5::memory_type<T>(), std::move(shape), path_};
  }

  template <class T>
  Column* column(const h5::Group& parent, const std::string& name, ColumnShape shape, const char* units,
                 const char* axes) {
    return &columns_.emplace_back(dataset<T>(parent, name, std::move(shape), units, axes), queue_);
  }

 private:
  hid_t file_;
  bool create_;
  const std::string& path_;
  ChunkQueue& queue_;
  std::deque<Column>& columns_;
};

}  // namespace

RunColumns::RunColumns(hid_t file, const RunHeader& header, const std::vector<LayerRecord>& layers,
                       std::int64_t stimuli, bool create, const std::string& path, ChunkQueue& queue)
    : header_(header) {
  if (stimuli < 1 || layers.empty() || header.steps < 1 || header.classes < 1) {
    throw Error(ErrorKind::internal, "a results file needs stimuli, layers, steps and classes");
  }
  Maker maker(file, create, path, queue, columns_);
  const auto n = static_cast<hsize_t>(stimuli);
  const auto spikes = maker.group("spikes");
  const auto counts = maker.group("counts");
  for (const LayerRecord& record : layers) {
    Layer layer;
    layer.units = static_cast<std::size_t>(sim::checked_size(record.shape));
    if (record.spikes) {
      const auto group = maker.group(record.name, spikes.get());
      if (create) {
        write_sorting(group.get(), path);
      }
      const std::string under = "/spikes/" + record.name + "/";
      const ColumnShape times{.dataset = under + "timestamps", .unlimited = true};
      const ColumnShape ids{.dataset = under + "node_ids", .unlimited = true};
      if (header.windowed) {
        layer.timestamps = maker.column<double>(group, "timestamps", times, "ms", nullptr);
        layer.node_ids = maker.column<std::uint64_t>(group, "node_ids", ids, nullptr, nullptr);
      } else {
        auto timestamps = maker.dataset<double>(group, "timestamps", times, "ms", nullptr);
        auto node_ids = maker.dataset<std::uint64_t>(group, "node_ids", ids, nullptr, nullptr);
        layer.spikes =
            &spike_columns_.emplace_back(std::move(timestamps), std::move(node_ids), layer.units, queue);
      }
      layer.stimulus_offsets = maker.column<std::uint64_t>(
          group, "stimulus_offsets", {.dataset = under + "stimulus_offsets", .rows = n + 1}, nullptr,
          nullptr);
      if (create) {
        layer.stimulus_offsets->append(raw(std::vector<std::uint64_t>{0}));
      }
    }
    if (record.counts) {
      layer.counts = maker.column<std::uint16_t>(
          counts, record.name, {.dataset = "/counts/" + record.name, .row = {layer.units}, .rows = n},
          "spikes", "stimulus,neuron");
    }
    layers_.push_back(layer);
  }
  readout_ = maker.column<float>(
      maker.group("readout"), "spiking",
      {.dataset = "/readout/spiking",
       .row = {static_cast<hsize_t>(header.readouts()), static_cast<hsize_t>(header.classes)},
       .rows = n},
      nullptr, "stimulus,step,class");
  const auto activity = maker.group("activity");
  spikes_ = maker.column<std::uint64_t>(activity, "spikes",
                                        {.dataset = "/activity/spikes", .row = {layers.size()}, .rows = n},
                                        "spikes", "stimulus,layer");
  synaptic_operations_ = maker.column<std::uint64_t>(activity, "synaptic_operations",
                                                     {.dataset = "/activity/synaptic_operations", .rows = n},
                                                     "operations", "stimulus");
  if (header.windowed) {
    window_length_ = maker.column<float>(
        activity, "window_length", {.dataset = "/activity/window_length", .row = {layers.size()}, .rows = n},
        "activation", "stimulus,layer");
    clipped_ = maker.column<std::uint64_t>(
        activity, "clipped", {.dataset = "/activity/clipped", .row = {layers.size()}, .rows = n}, "units",
        "stimulus,layer");
  }
}

std::int64_t RunColumns::finished() const noexcept {
  return static_cast<std::int64_t>(synaptic_operations_->rows());
}

void RunColumns::check(const PresentationRecord& record) const {
  if (record.layer_spikes.size() != layers_.size()) {
    misfit("one number of spikes per layer is needed");
  }
  if (record.readout.size() != static_cast<std::size_t>(header_.readouts() * header_.classes)) {
    misfit("the readout must be [readouts, classes]");
  }
  const std::size_t windows = header_.windowed ? layers_.size() : 0;
  if (record.window_length.size() != windows || record.clipped.size() != windows) {
    misfit("window lengths and clipped units are needed for every layer of a windowed run, and no other");
  }
  std::size_t trains = 0;
  std::size_t counts = 0;
  for (const Layer& layer : layers_) {
    if (layer.counts != nullptr) {
      if (counts >= record.counts.size() || record.counts[counts].size() != layer.units) {
        misfit("the counts must be [C,H,W] of each layer with counts");
      }
      ++counts;
    }
    if (layer.timestamps != nullptr) {
      if (trains >= record.timed.size()) {
        misfit("there must be one spike train per layer with spikes");
      }
      const TimedSpikes& train = record.timed[trains++];
      if (train.times.size() != train.ids.size()) {
        misfit("a spike train must have a time and a neuron for every spike");
      }
    }
    if (layer.spikes != nullptr) {
      if (trains >= record.spikes.size()) {
        misfit("there must be one spike train per layer with spikes");
      }
      const PackedSpikes& train = record.spikes[trains++];
      if (train.neurons != layer.units || train.steps != header_.steps) {
        misfit("a spike train must have the neurons of its layer and the steps of the run");
      }
    }
  }
  if (trains != record.spikes.size() + record.timed.size() || counts != record.counts.size()) {
    misfit("it has more layers than are recorded");
  }
}

void RunColumns::append_spikes(Layer& layer, const PresentationRecord& record, std::size_t train,
                               double onset) {
  std::vector<double> times;
  if (header_.windowed) {
    times.reserve(record.timed[train].times.size());
    for (const double time : record.timed[train].times) {
      times.push_back(onset + time);
    }
    layer.timestamps->append(raw(times));
    layer.node_ids->append(raw(record.timed[train].ids));
  } else {
    times.reserve(static_cast<std::size_t>(header_.steps));
    for (std::int64_t step = 0; step < header_.steps; ++step) {
      times.push_back(spike_ms(onset, step, header_.step_ms));
    }
    layer.spikes->append(record.spikes[train], times);
  }
  const std::uint64_t rows = header_.windowed ? layer.node_ids->rows() : layer.spikes->rows();
  layer.stimulus_offsets->append(raw(std::vector<std::uint64_t>{rows}));
}

void RunColumns::append(const PresentationRecord& record) {
  check(record);
  const double onset = onset_ms(finished(), header_.steps, header_.step_ms);
  std::size_t trains = 0;
  std::size_t counts = 0;
  for (Layer& layer : layers_) {
    if (layer.stimulus_offsets != nullptr) {
      append_spikes(layer, record, trains++, onset);
    }
    if (layer.counts != nullptr) {
      layer.counts->append(raw(record.counts[counts++]));
    }
  }
  readout_->append(raw(record.readout));
  spikes_->append(raw(record.layer_spikes));
  if (header_.windowed) {
    window_length_->append(raw(record.window_length));
    clipped_->append(raw(record.clipped));
  }
  synaptic_operations_->append(raw(std::vector<std::uint64_t>{record.synaptic_operations}));
}

void RunColumns::finish() {
  for (Column& column : columns_) {
    column.finish();
  }
  for (SpikeColumns& columns : spike_columns_) {
    columns.finish();
  }
}

void RunColumns::save(ByteWriter& out) const {
  for (const Column& column : columns_) {
    column.save(out);
  }
  for (const SpikeColumns& columns : spike_columns_) {
    columns.save(out);
  }
}

bool RunColumns::load(ByteReader& in) {
  const auto loads = [&in](auto& columns) { return columns.load(in); };
  return std::all_of(columns_.begin(), columns_.end(), loads) &&
         std::all_of(spike_columns_.begin(), spike_columns_.end(), loads);
}

std::vector<float> RunColumns::readout(std::int64_t stimulus) const {
  if (stimulus < 0 || stimulus >= finished()) {
    throw Error(ErrorKind::internal, "readout of a stimulus that is not in the file");
  }
  return read_values<float>(*readout_, static_cast<std::uint64_t>(stimulus), 1,
                            static_cast<std::size_t>(header_.readouts() * header_.classes));
}

namespace {

/// Sums over the rows of a column [stimulus, layer].
std::vector<std::uint64_t> layer_sums(const Column& column, std::size_t layers) {
  std::vector<std::uint64_t> sums(layers, 0);
  const auto all = read_values<std::uint64_t>(column, 0, column.rows(), layers);
  for (std::size_t i = 0; i < all.size(); ++i) {
    sums[i % layers] += all[i];
  }
  return sums;
}

}  // namespace

std::vector<std::uint64_t> RunColumns::layer_spikes() const {
  return layer_sums(*spikes_, layers_.size());
}

std::vector<std::uint64_t> RunColumns::clipped() const {
  return clipped_ == nullptr ? std::vector<std::uint64_t>{} : layer_sums(*clipped_, layers_.size());
}

std::uint64_t RunColumns::synaptic_operations() const {
  const auto all = read_values<std::uint64_t>(*synaptic_operations_, 0, synaptic_operations_->rows(), 1);
  return std::accumulate(all.begin(), all.end(), std::uint64_t{0});
}

std::vector<std::uint32_t> RunColumns::counts(std::size_t layer, std::int64_t stimulus) const {
  if (layer >= layers_.size() || stimulus < 0 || stimulus >= finished()) {
    throw Error(ErrorKind::internal, "counts of a layer or stimulus that is not in the file");
  }
  const Layer& columns = layers_[layer];
  const auto k = static_cast<std::uint64_t>(stimulus);
  if (columns.counts != nullptr) {
    const auto row = read_values<std::uint16_t>(*columns.counts, k, 1, columns.units);
    return {row.begin(), row.end()};
  }
  if (columns.stimulus_offsets == nullptr) {
    throw Error(ErrorKind::internal, "neither counts nor spikes of this layer were recorded");
  }
  std::vector<std::uint32_t> sums(columns.units, 0);
  const auto range = read_values<std::uint64_t>(*columns.stimulus_offsets, k, 2, 1);
  const std::vector<std::uint64_t> ids =
      columns.spikes == nullptr
          ? read_values<std::uint64_t>(*columns.node_ids, range[0], range[1] - range[0], 1)
          : columns.spikes->node_ids(range[0], range[1]);
  for (const std::uint64_t id : ids) {
    ++sums[id];
  }
  return sums;
}

}  // namespace homolog::experiments
