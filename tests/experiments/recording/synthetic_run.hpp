#pragma once

// A small run with random spikes, and plain HDF5 calls for looking at what became of it, which use none of
// our own reading code.

#include <hdf5.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "experiments/recording/results_file.hpp"
#include "tests/support/pack.hpp"

namespace homolog::test {

using experiments::ConversionRecord;
using experiments::LayerRecord;
using experiments::PresentationRecord;
using experiments::ResultsFile;
using experiments::RunHeader;
using experiments::SpikeTrain;

/// What a run would hand to the ResultsFile. `activity`: spikes per neuron and step.
struct SyntheticRun {
  explicit SyntheticRun(std::size_t stimuli, double activity = 0.05, std::int64_t steps = 16)
      : probability(activity) {
    header.created = "2024-05-01T12:00:00Z";
    header.seed = 18'446'744'073'709'551'615U;  // needs all 64 bits
    header.model_sha256 = std::string(64, 'a');
    header.config_sha256 = std::string(64, 'b');
    header.config = "name: synthetic\nseed: 1\n";
    header.name = "synthetic \xC3\xBC";  // UTF-8
    header.steps = steps;
    header.step_ms = 0.1;  // not exact in binary: sums would drift
    header.classes = 10;
    header.provenance = {{"homolog_version", "0.1.0"}, {"host", "test"}};
    layers = {
        {.name = "input",
         .onnx_output = "input",
         .operation = "Input",
         .shape = {3, 8, 8},
         .neurons = 192,
         .spikes = true,
         .scale = {1.0F, 1.0F, 1.0F},
         .threshold = {1.0F},
         .rf_size = {1, 1},
         .rf_stride = {1, 1}},
        {.name = "features.relu1",
         .onnx_output = "/features/relu1",
         .operation = "Relu",
         .shape = {16, 6, 6},
         .neurons = 576,
         .synapses = 12'345,
         .spikes = true,
         .counts = true,
         .scale = std::vector<float>(16, 0.25F),
         .threshold = {2.0F},
         .rf_size = {3, 3},
         .rf_stride = {1, 1}},
        {.name = "cat",
         .onnx_output = "cat",
         .operation = "Concat",
         .shape = {32, 6, 6},
         .neurons = 0,
         .rf_size = {5, 5},
         .rf_stride = {2, 2}},
        {.name = "alone",
         .onnx_output = "alone",
         .operation = "Relu",
         .shape = {5, 1, 1},
         .neurons = 5,
         .synapses = 7,
         .counts = true,
         .scale = std::vector<float>(5, 0.5F),
         .threshold = {1.5F},
         .rf_size = {9, 9},
         .rf_stride = {2, 2}},
    };
    conversion = {{.node = "Conv_0",
                   .operation = "Conv",
                   .layer = "features.relu1",
                   .shape = "16x6x6",
                   .fate = "weights of a population",
                   .neurons = 576,
                   .synapses = 12'345,
                   .threshold_low = 0.5,
                   .threshold_high = 2.0,
                   .weight_snr_db = 42.5,
                   .weight_scale_low = 0.001,
                   .weight_scale_high = 0.01}};
    for (std::size_t k = 0; k < stimuli; ++k) {
      ids.push_back("image \xE2\x82\xAC " + std::to_string(k));
      labels.push_back(k % 3 == 0 ? std::nullopt
                                  : std::optional<std::int64_t>(static_cast<std::int64_t>(k % 10)));
    }
  }

  /// Spikes of stimulus k and a layer: a function of both alone.
  [[nodiscard]] SpikeTrain train(std::size_t k, std::size_t layer) const {
    std::mt19937_64 random(1000 * k + layer);
    std::bernoulli_distribution fires(probability);
    SpikeTrain train;
    for (std::uint32_t step = 0; step < header.steps; ++step) {
      for (std::uint32_t id = 0; id < layers[layer].neurons; ++id) {
        if (fires(random)) {
          train.steps.push_back(step);
          train.ids.push_back(id);
        }
      }
    }
    return train;
  }

  /// What is appended for stimulus k.
  [[nodiscard]] PresentationRecord record(std::size_t k) const {
    std::mt19937_64 random(k);
    PresentationRecord record;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const LayerRecord& layer = layers[i];
      const SpikeTrain spikes = train(k, i);
      std::vector<std::uint16_t> counts(static_cast<std::size_t>(layer.shape.size()), 0);
      for (const std::uint32_t id : spikes.ids) {
        ++counts[id];
      }
      record.layer_spikes.push_back(spikes.ids.size());
      if (layer.spikes) {
        record.spikes.push_back(pack(spikes, layer.neurons, header.steps));
      }
      if (layer.counts) {
        record.counts.push_back(std::move(counts));
      }
    }
    for (std::int64_t i = 0; i < header.steps * header.classes; ++i) {
      record.readout.push_back(std::uniform_real_distribution<float>(-1.0F, 1.0F)(random));
    }
    record.synaptic_operations = 1000 + k;
    return record;
  }

  [[nodiscard]] ResultsFile create(const std::string& path, int threads = 1) const {
    return ResultsFile::create(path, header, layers, conversion, ids, labels, threads);
  }
  [[nodiscard]] ResultsFile resume(const std::string& path, int threads = 1) const {
    return ResultsFile::resume(path, header, layers, ids, threads);
  }
  /// Appends what is missing, and what a run writes at its end.
  void finish(ResultsFile& file) const {
    for (auto k = static_cast<std::size_t>(file.finished()); k < ids.size(); ++k) {
      file.append(record(k));
    }
    const std::size_t n = ids.size();
    std::vector<double> matrix(n * n);
    for (std::size_t i = 0; i < matrix.size(); ++i) {
      matrix[i] = static_cast<double>(i) / 7.0;
    }
    const std::vector<double> course(static_cast<std::size_t>(header.steps), 0.5);
    file.write_float_readout(std::vector<float>(n * 10, 0.5F));
    file.write_accuracy(0.75, course, course);
    file.write_rdm("features.relu1", "count", n, matrix);
    file.write_reference_rdm("monkey/IT", n, matrix);
    file.write_rsa({{.layer = "features.relu1",
                     .code = "count",
                     .reference = "monkey/IT",
                     .compare = "spearman",
                     .dissimilarity = "correlation",
                     .value = 0.25,
                     .ci_low = 0.1,
                     .ci_high = 0.4,
                     .p = 0.01,
                     .noise_ceiling_low = 0.5,
                     .noise_ceiling_high = 0.6}});
    file.write_summary("{\"name\": \"synthetic\"}");
    file.commit();
  }

  double probability;
  RunHeader header{};
  std::vector<LayerRecord> layers{};
  std::vector<ConversionRecord> conversion{};
  std::vector<std::string> ids{};
  std::vector<std::optional<std::int64_t>> labels{};
};

/// One dataset, read with HDF5's C functions as raw bytes of its own type.
struct RawDataset {
  std::string path{};
  std::vector<hsize_t> dims{};
  std::size_t element_size = 0;
  std::vector<unsigned char> bytes{};
  friend bool operator==(const RawDataset&, const RawDataset&) = default;
};

inline RawDataset raw_dataset(hid_t file, const std::string& path) {
  RawDataset raw{.path = path};
  const hid_t data = H5Dopen2(file, path.c_str(), H5P_DEFAULT);
  if (data < 0) {
    return raw;
  }
  const hid_t type = H5Dget_type(data);
  const hid_t space = H5Dget_space(data);
  raw.dims.resize(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)));
  H5Sget_simple_extent_dims(space, raw.dims.data(), nullptr);
  raw.element_size = H5Tget_size(type);
  raw.bytes.resize(raw.element_size * static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  H5Dread(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.bytes.data());
  H5Sclose(space);
  H5Tclose(type);
  H5Dclose(data);
  return raw;
}

/// All datasets of a file, by path.
inline std::vector<RawDataset> raw_datasets(const std::string& path) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  std::vector<std::string> names;
  // Not H5Ovisit, which takes other arguments in every version of HDF5.
  const auto visit = [](hid_t root, const char* name, const H5L_info_t*, void* found) -> herr_t {
    const hid_t object = H5Oopen(root, name, H5P_DEFAULT);
    if (H5Iget_type(object) == H5I_DATASET) {
      static_cast<std::vector<std::string>*>(found)->push_back("/" + std::string(name));
    }
    return H5Oclose(object);
  };
  H5Lvisit(file, H5_INDEX_NAME, H5_ITER_INC, visit, &names);
  std::vector<RawDataset> all;
  for (const std::string& name : names) {
    all.push_back(raw_dataset(file, name));
  }
  H5Fclose(file);
  return all;
}

/// A dataset's elements as T, which must have its element size.
template <class T>
std::vector<T> values_of(const RawDataset& raw) {
  std::vector<T> values(raw.bytes.size() / sizeof(T));
  std::copy(raw.bytes.begin(), raw.bytes.end(), reinterpret_cast<unsigned char*>(values.data()));
  return values;
}

}  // namespace homolog::test
