#pragma once

// A small results file that looks like a run: for tests of what reads results.

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "experiments/recording/results_file.hpp"
#include "sim/core/nan.hpp"
#include "sim/core/random.hpp"
#include "tests/support/pack.hpp"
#include "tests/support/sample_analyses.hpp"

namespace homolog::test {

/// What the file holds. The defaults give a whole run; the degenerate cases switch parts off.
struct SampleResults {
  std::string name = "sample";
  std::size_t layers = 4;
  std::size_t stimuli = 20;
  std::int64_t steps = 32;
  std::string layer_prefix = "relu";  ///< layer i is called <prefix><i>
  bool labels = true;
  bool spikes = true;
  bool counts = false;
  bool conversion = true;
  bool rdms = true;
  bool rsa = true;
  /// Inference, two models and their differences, ten codes, pictures of stimuli, each presented twice.
  bool everything = false;
  bool nan = false;       ///< every third number of RDMs and RSA is NaN
  bool analyses = false;  ///< variance, fusion, predictivity, behaviour and two entries of codes
  Spoilt spoilt = Spoilt::no;
  std::size_t further_rsa_rows = 0;                        ///< of as many models
  std::vector<std::pair<std::string, Datasets>> groups{};  ///< further ones, by name
};

inline constexpr std::int64_t kSampleClasses = 10;
inline constexpr double kNotANumber = kNaN;

/// A number in [0, 1) that depends on the arguments alone.
inline float sample_uniform(std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0) {
  return sim::uniform(sim::philox(
      {static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b), static_cast<std::uint32_t>(c), 0},
      7)[0]);
}

/// Layer i of the sample: 4 x 6 x 6 maps, and 10 x 1 x 1 for the last of several.
inline std::vector<experiments::LayerRecord> sample_layers(const SampleResults& sample) {
  std::vector<experiments::LayerRecord> layers;
  for (std::size_t i = 0; i < sample.layers; ++i) {
    const bool last = i > 0 && i + 1 == sample.layers;
    experiments::LayerRecord layer;
    layer.name = sample.layer_prefix + std::to_string(i);
    layer.onnx_output = "/" + layer.name;
    layer.operation = "Relu";
    layer.shape = last ? sim::Shape{10, 1, 1} : sim::Shape{4, 6, 6};
    layer.neurons = static_cast<std::uint64_t>(layer.shape.size());
    layer.synapses = layer.neurons * 25;
    layer.spikes = sample.spikes;
    layer.counts = sample.counts;
    for (std::int64_t c = 0; c < layer.shape.channels; ++c) {
      layer.scale.push_back(1.0F + 0.25F * static_cast<float>(c));
    }
    layer.threshold = {1.0F};
    layer.rf_size[0] = layer.rf_size[1] = 5 + 4 * static_cast<std::int64_t>(i);
    layer.rf_stride[0] = layer.rf_stride[1] = 1;
    layers.push_back(std::move(layer));
  }
  return layers;
}

/// Regular firing, each neuron at a rate of its own that depends on the stimulus's class.
inline experiments::SpikeTrain sample_train(std::size_t layer, std::uint64_t neurons, std::size_t stimulus,
                                            std::int64_t steps) {
  experiments::SpikeTrain train;
  for (std::int64_t step = static_cast<std::int64_t>(layer); step < steps; ++step) {
    for (std::uint64_t id = 0; id < neurons; ++id) {
      const double rate = 0.4 * std::pow(sample_uniform(id, layer, stimulus % 5), 3.0);
      const auto t = static_cast<double>(step);
      if (std::floor(rate * (t + 1.0) + 0.5) > std::floor(rate * t + 0.5)) {
        train.steps.push_back(static_cast<std::uint32_t>(step));
        train.ids.push_back(static_cast<std::uint32_t>(id));
      }
    }
  }
  return train;
}

/// Symmetric, zero diagonal, smaller within the five classes of stimuli.
inline std::vector<double> sample_rdm(std::size_t n, std::uint64_t key, bool with_nan) {
  std::vector<double> matrix(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      double value = (i % 5 == j % 5 ? 0.3 : 0.8) + 0.3 * sample_uniform(i, j, key);
      if (with_nan && (i + j) % 3 == 0) {
        value = kNaN;
      }
      matrix[i * n + j] = matrix[j * n + i] = value;
    }
  }
  return matrix;
}

inline void write_sample_rdms(const SampleResults& sample,
                              const std::vector<experiments::LayerRecord>& layers,
                              experiments::ResultsFile& file) {
  const std::size_t n = sample.stimuli;
  if (sample.everything) {
    file.write_rdm("animacy", "model", n, sample_rdm(n, 2000, false));
    file.write_rdm("a model", "model", n, sample_rdm(n, 2001, false));
    for (const char* code : {"window_0_16", "victor_purpura"}) {
      file.write_rdm(layers[0].name, code, n, sample_rdm(n, 2002, false));
    }
  }
  for (std::size_t i = 0; i < layers.size(); ++i) {
    file.write_rdm(layers[i].name, "float", n, sample_rdm(n, 2 * i, sample.nan));
    file.write_rdm(layers[i].name, "count", n, sample_rdm(n, 2 * i + 1, sample.nan));
  }
  file.write_reference_rdm("IT", n, sample_rdm(n, 1000, false));
  file.write_reference_rdm("V1 model", n, sample_rdm(n, 1001, false));
}

inline std::vector<experiments::RsaRow> sample_rsa(const SampleResults& sample,
                                                   const std::vector<experiments::LayerRecord>& layers) {
  const double none = kNaN;
  std::vector<experiments::RsaRow> rows;
  for (const char* reference : {"IT", "V1 model"}) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      for (const char* code : {"float", "count"}) {
        experiments::RsaRow row;
        row.layer = layers[i].name;
        row.code = code;
        row.reference = reference;
        row.compare = "spearman";
        row.dissimilarity = "correlation";
        row.value = 0.1 + 0.3 * sample_uniform(rows.size(), 5);
        if (sample.nan && rows.size() % 3 == 0) {
          row.value = none;
        }
        row.ci_low = row.value - 0.05;
        row.ci_high = row.value + 0.05;
        row.p = 0.004;
        const bool ceiling = row.reference == "IT";
        row.noise_ceiling_low = ceiling ? 0.45 : none;
        row.noise_ceiling_high = ceiling ? 0.55 : none;
        rows.push_back(row);
      }
    }
  }
  return rows;
}

/// Rows of further codes and of two models, with tests.
inline std::vector<experiments::RsaRow> sample_inference(
    const std::vector<experiments::LayerRecord>& layers) {
  std::vector<experiments::RsaRow> rows;
  const auto add = [&rows](const std::string& layer, const std::string& code, double value) {
    rows.push_back({.layer = layer,
                    .code = code,
                    .reference = "IT",
                    .compare = "spearman",
                    .dissimilarity = "correlation",
                    .value = value,
                    .standard_error = 0.05,
                    .ci_low = value - 0.1,
                    .ci_high = value + 0.1,
                    .p = 0.03,
                    .p_fdr = value > 0.2 ? 0.01 : 0.2,
                    .p_bonferroni = 0.3,
                    .p_ceiling = 0.02,
                    .noise_ceiling_low = 0.45,
                    .noise_ceiling_high = 0.55});
  };
  for (const auto& layer : layers) {
    for (const char* code : {"decoded", "first_spike", "membrane", "rank", "window_0_16", "window_16_32",
                             "victor_purpura", "van_rossum"}) {
      add(layer.name, code, 0.4 * sample_uniform(rows.size(), 6));
    }
  }
  add("animacy", "model", 0.35);
  add("a model", "model", -0.05);
  return rows;
}

inline void write_sample_differences(experiments::ResultsFile& file) {
  file.write_group("rsa_differences", {{.name = "reference", .values = Texts{"IT"}},
                                       {.name = "compare", .values = Texts{"spearman"}},
                                       {.name = "layer_a", .values = Texts{"a model"}},
                                       {.name = "code_a", .values = Texts{"model"}},
                                       {.name = "layer_b", .values = Texts{"animacy"}},
                                       {.name = "code_b", .values = Texts{"model"}},
                                       {.name = "difference", .values = Numbers{-0.4}},
                                       {.name = "standard_error", .values = Numbers{0.07}},
                                       {.name = "p", .values = Numbers{0.001}},
                                       {.name = "p_fdr", .values = Numbers{0.004}},
                                       {.name = "p_bonferroni", .values = Numbers{kNotANumber}}});
}

/// Courses of every layer over three windows against one reference, and over the reference's two times.
inline void write_sample_courses(const std::vector<experiments::LayerRecord>& layers,
                                 experiments::ResultsFile& file) {
  Texts names;
  Numbers values, low, high, p, peaks, over_times, matrices, matrix_p;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    names.push_back(layers[i].name);
    peaks.push_back(8.0);
    for (const double value : {0.1, 0.3, 0.2}) {
      values.push_back(value + 0.01 * static_cast<double>(i));
      low.push_back(values.back() - 0.05);
      high.push_back(values.back() + 0.05);
      p.push_back(value > 0.1 ? 0.01 : kNotANumber);
    }
    over_times.insert(over_times.end(), {0.1, 0.2});
    matrices.insert(matrices.end(), {0.0, 0.5, 0.25, 1.0, kNotANumber, 0.0});
    matrix_p.insert(matrix_p.end(), {0.05, 0.04, 0.009, 0.0005, kNotANumber, 0.9});
  }
  const std::size_t n = layers.size();
  const std::vector<std::size_t> course{1, 1, n, 3};
  file.write_group("rsa_time",
                   {{.name = "layers", .values = names},
                    {.name = "compare", .values = Texts{"spearman"}},
                    {.name = "ms", .values = Numbers{4.0, 8.0, 12.0}, .units = "ms", .axes = "window"},
                    {.name = "course_reference", .values = Texts{"MEG"}},
                    {.name = "course_kind", .values = Texts{"at_time"}},
                    {.name = "course_reference_ms", .values = Numbers{100.0}},
                    {.name = "value", .values = values, .extents = course},
                    {.name = "ci_low", .values = low, .extents = course},
                    {.name = "ci_high", .values = high, .extents = course},
                    {.name = "p_fdr", .values = p, .extents = course},
                    {.name = "peak", .values = peaks, .extents = {1, 1, n}},
                    {.name = "times_MEG", .values = Numbers{100.0, 200.0}, .units = "ms"},
                    {.name = "whole_value_MEG", .values = over_times, .extents = {1, n, 2}},
                    {.name = "generalisation_MEG", .values = matrices, .extents = {1, n, 3, 2}},
                    {.name = "generalisation_MEG_ci_low",
                     .values = Numbers(matrices.size(), -0.25),
                     .extents = {1, n, 3, 2}},
                    {.name = "generalisation_MEG_ci_high",
                     .values = Numbers(matrices.size(), 0.75),
                     .extents = {1, n, 3, 2}},
                    {.name = "generalisation_MEG_p_fdr", .values = matrix_p, .extents = {1, n, 3, 2}}});
}

/// Peaks of all pairs of layers: layer a is 4 ms (a - b) later than layer b; p_fdr is below 0.05 from 8 ms
/// on.
inline void write_sample_latency_differences(const std::vector<experiments::LayerRecord>& layers,
                                             experiments::ResultsFile& file) {
  Texts of_a, of_b;
  Numbers difference, low, high, p;
  for (std::size_t a = 0; a < layers.size(); ++a) {
    for (std::size_t b = a + 1; b < layers.size(); ++b) {
      of_a.push_back(layers[a].name);
      of_b.push_back(layers[b].name);
      difference.push_back(-4.0 * static_cast<double>(b - a));
      low.push_back(difference.back() - 3.0);
      high.push_back(difference.back() + 3.0);
      p.push_back(b - a > 1 ? 0.01 : 0.2);
    }
  }
  const std::size_t pairs = of_a.size();
  file.write_group("rsa_time_differences",
                   {{.name = "reference", .values = Texts(pairs, "MEG")},
                    {.name = "kind", .values = Texts(pairs, "at_time")},
                    {.name = "reference_ms", .values = Numbers(pairs, 100.0)},
                    {.name = "compare", .values = Texts(pairs, "spearman")},
                    {.name = "latency", .values = Texts(pairs, "peak")},
                    {.name = "unit", .values = Texts(pairs, "ms")},
                    {.name = "layer_a", .values = of_a},
                    {.name = "layer_b", .values = of_b},
                    {.name = "difference", .values = difference},
                    {.name = "standard_error", .values = Numbers(pairs, 1.5)},
                    {.name = "ci_low", .values = low},
                    {.name = "ci_high", .values = high},
                    {.name = "p", .values = p},
                    {.name = "p_fdr", .values = p},
                    {.name = "undefined_draws", .values = std::vector<std::int64_t>(pairs, 3)}});
}

/// Writes the file under its final name.
inline void write_sample_results(const std::string& path, const SampleResults& sample = {}) {
  const std::vector<experiments::LayerRecord> layers = sample_layers(sample);
  experiments::RunHeader header;
  header.created = "2025-01-31T12:00:00Z";
  header.seed = 18446744073709551615ULL;
  header.model_sha256 = std::string(64, 'a');
  header.config_sha256 = std::string(64, 'b');
  header.config = "name: sample\nseed: 1\n";
  header.name = sample.name;
  header.steps = sample.steps;
  header.classes = kSampleClasses;
  header.provenance = {{"homolog_version", "0.1.0"}, {"host", "laboratory"}, {"threads", "2"}};

  std::vector<experiments::ConversionRecord> conversion;
  for (std::size_t i = 0; sample.conversion && i < layers.size(); ++i) {
    conversion.push_back({.node = "conv" + std::to_string(i),
                          .operation = "Conv",
                          .layer = "conv" + std::to_string(i),
                          .shape = sim::to_string(layers[i].shape),
                          .fate = "synapses of " + layers[i].name});
    conversion.push_back({.node = layers[i].onnx_output,
                          .operation = "Relu",
                          .layer = layers[i].name,
                          .shape = sim::to_string(layers[i].shape),
                          .fate = "population of if neurons",
                          .neurons = layers[i].neurons,
                          .synapses = layers[i].synapses,
                          .threshold_low = 1.0,
                          .threshold_high = 2.0});
    if (i > 0) {  // as with current input, whose synapses have float32 weights
      conversion.back().weight_snr_db = 40.0 + static_cast<double>(i % 8);
    }
  }
  std::vector<std::string> ids;
  std::vector<std::optional<std::int64_t>> labels;
  const std::size_t presentations = sample.stimuli * (sample.everything ? 2 : 1);
  header.repetitions = sample.everything ? 2 : 1;
  for (std::size_t r = 0; r < presentations; ++r) {
    const std::size_t k = r % sample.stimuli;
    ids.push_back("image" + std::to_string(k));
    labels.push_back(sample.labels ? std::optional<std::int64_t>(static_cast<std::int64_t>(k % 5))
                                   : std::nullopt);
  }

  auto file = experiments::ResultsFile::create(path, header, layers, conversion, ids, labels, 1);
  for (std::size_t k = 0; k < presentations; ++k) {
    experiments::PresentationRecord record;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const experiments::SpikeTrain train = sample_train(i, layers[i].neurons, k, sample.steps);
      record.layer_spikes.push_back(train.ids.size());
      if (layers[i].counts) {
        std::vector<std::uint16_t> counts(layers[i].neurons, 0);
        for (const std::uint32_t id : train.ids) {
          ++counts[id];
        }
        record.counts.push_back(std::move(counts));
      }
      if (layers[i].spikes) {
        record.spikes.push_back(pack(train, layers[i].neurons, sample.steps));
      }
    }
    for (std::int64_t v = 0; v < sample.steps * kSampleClasses; ++v) {
      record.readout.push_back(sample_uniform(static_cast<std::uint64_t>(v), k));
    }
    record.synaptic_operations = 100'000 + k;
    file.append(std::move(record));
  }
  file.write_float_readout(
      std::vector<float>(presentations * static_cast<std::size_t>(kSampleClasses), 0.5F));

  std::vector<double> spiking, agreement;
  for (std::int64_t t = 0; t < sample.steps; ++t) {
    agreement.push_back(1.0 - 0.9 * std::exp(-static_cast<double>(t) / 4.0));
    if (sample.labels) {
      spiking.push_back(0.95 * agreement.back());
    }
  }
  file.write_accuracy(sample.labels ? 0.95 : kNaN, spiking, agreement);
  if (sample.rdms) {
    write_sample_rdms(sample, layers, file);
  }
  if (sample.rsa) {
    file.write_rsa(sample_rsa(sample, layers));
  }
  if (sample.further_rsa_rows > 0) {
    std::vector<experiments::RsaRow> rows;
    for (std::size_t k = 0; k < sample.further_rsa_rows; ++k) {
      rows.push_back({.layer = "model" + std::to_string(k),
                      .code = "model",
                      .reference = "IT",
                      .compare = "spearman",
                      .dissimilarity = "correlation",
                      .value = 0.1});
    }
    file.write_rsa(rows);
  }
  if (sample.everything) {
    file.write_rsa(sample_inference(layers));
    write_sample_differences(file);
    write_sample_courses(layers, file);
    if (layers.size() > 1) {
      write_sample_latency_differences(layers, file);
    }
    std::vector<std::uint8_t> pixels;
    for (std::size_t k = 0; k < sample.stimuli * 4 * 6 * 3; ++k) {
      pixels.push_back(static_cast<std::uint8_t>(k % 251));
    }
    file.write_thumbnails(sample.stimuli, 4, 6, pixels);
  }
  if (sample.analyses) {
    std::vector<std::string> names;
    for (const experiments::LayerRecord& layer : layers) {
      names.push_back(layer.name);
    }
    write_sample_analyses(names, sample.spoilt, file);
  }
  for (const auto& [name, datasets] : sample.groups) {
    file.write_group(name, datasets);
  }
  file.write_summary(sample.analyses ? sample_analyses_summary()
                                     : R"({"macs_per_image": 2000000, "seconds": {"simulate": 1.5}})");
  file.commit();
}

}  // namespace homolog::test
