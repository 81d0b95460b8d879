#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiments/recording/results_file.hpp"

namespace homolog::experiments {

/// A dissimilarity matrix as it is in the file: [n, n], row-major. NaN: not computed.
struct RdmMatrix {
  std::size_t n = 0;
  std::vector<double> values{};
};

/// Small pictures of the first stimuli: [count, height, width, 3], red, green, blue.
struct StimulusPictures {
  std::size_t count = 0, height = 0, width = 0;
  std::vector<std::uint8_t> pixels{};
};

/// Names one matrix under /rdms.
struct RdmName {
  std::string layer{};
  std::string code{};
  friend auto operator<=>(const RdmName&, const RdmName&) = default;
};

/// Reads a finished results.h5 (layout: docs/output-format.md). The file is not trusted: types, shapes and
/// sizes are checked before anything is allocated, and whatever is missing or does not fit throws
/// Error(data) with the file and the HDF5 path. Read-only; not thread-safe.
///
/// The header, the stimuli's names and the layers are read by the constructor, everything else when asked.
class ResultsReader {
 public:
  /// Throws Error(data) if the file is missing, is not HDF5, is not ours or has another format_version.
  explicit ResultsReader(const std::string& path);
  ResultsReader(ResultsReader&&) noexcept;
  ResultsReader& operator=(ResultsReader&&) noexcept;
  ~ResultsReader();

  [[nodiscard]] const std::string& path() const noexcept;
  [[nodiscard]] const RunHeader& header() const noexcept;

  /// Number of stimuli.
  [[nodiscard]] std::int64_t stimuli() const noexcept;
  [[nodiscard]] const std::vector<std::string>& stimulus_ids() const noexcept;
  /// One per stimulus; nullopt: no label.
  [[nodiscard]] const std::vector<std::optional<std::int64_t>>& labels() const noexcept;

  /// Stimuli of which each was presented once or several times; stimuli() counts presentations. The first
  /// distinct_stimuli() presentations are those of the first repetition.
  [[nodiscard]] std::int64_t distinct_stimuli() const;
  /// Of the first stimuli; empty if the file has none. Throws Error(data) if they are too many or too large.
  [[nodiscard]] StimulusPictures thumbnails() const;

  /// In graph order. `layer` below is an index in this vector.
  [[nodiscard]] const std::vector<LayerRecord>& layers() const noexcept;
  /// Spikes of each layer summed over all stimuli (0 without population).
  [[nodiscard]] std::vector<std::uint64_t> layer_spikes() const;
  /// Spikes of each layer during each stimulus, [stimulus, layer] (0 without population).
  [[nodiscard]] std::vector<std::uint64_t> stimulus_spikes() const;
  /// Synaptic operations of each stimulus.
  [[nodiscard]] std::vector<std::uint64_t> synaptic_operations() const;

  /// Steps in which spikes() counts, per step of the run: 1, or in a windowed run so many per window.
  [[nodiscard]] std::uint32_t ticks_per_step() const noexcept;
  /// Spikes of one stimulus, sorted by (step, id); empty without /spikes/<layer>. In a windowed run their
  /// steps are ticks, rounded down.
  [[nodiscard]] SpikeTrain spikes(std::size_t layer, std::int64_t stimulus) const;
  /// Spikes per neuron [C,H,W] of one stimulus, from /counts or else from /spikes; where spikes have signs,
  /// positive less negative ones, but not below 0 (layers that are not rectified have no /counts; take their
  /// spikes). Empty if the file has neither for this layer.
  [[nodiscard]] std::vector<std::uint32_t> counts(std::size_t layer, std::int64_t stimulus) const;

  /// [stimulus, class]; empty if it was not written.
  [[nodiscard]] std::vector<float> float_readout() const;
  /// [readouts, classes] of one stimulus.
  [[nodiscard]] std::vector<float> spiking_readout(std::int64_t stimulus) const;

  /// Share of stimuli classified as labelled; nullopt without labels.
  [[nodiscard]] std::optional<double> float_accuracy() const;
  /// [readouts]; empty without labels.
  [[nodiscard]] std::vector<double> spiking_accuracy() const;
  /// [readouts]: share of stimuli on which both networks choose the same class; empty if not written.
  [[nodiscard]] std::vector<double> agreement() const;

  /// How many analyses of the kind left matrices, or may have: `place` is below it.
  [[nodiscard]] std::size_t rdm_places() const;
  /// All matrices of layers under /rdms (of analysis `place`: /rdms_2, ...): layers in graph order, codes by
  /// name.
  [[nodiscard]] std::vector<RdmName> rdms(std::size_t place = 0) const;
  /// All matrices there that are no layer's, as those of models: by name and code.
  [[nodiscard]] std::vector<RdmName> model_rdms(std::size_t place = 0) const;
  [[nodiscard]] RdmMatrix rdm(const RdmName& name, std::size_t place = 0) const;
  /// Names of all matrices under /rdms_reference (/rdms_reference_2, ...), by name.
  [[nodiscard]] std::vector<std::string> reference_rdms(std::size_t place = 0) const;
  [[nodiscard]] RdmMatrix reference_rdm(const std::string& name, std::size_t place = 0) const;

  /// Empty if there was no RSA.
  [[nodiscard]] std::vector<RsaRow> rsa() const;
  /// `name`, `name`_2, ... as far as the file has them, and what ResultsFile::write_group() wrote to one of
  /// them: texts [n] and numbers (as double, extents filled in), by name.
  [[nodiscard]] std::vector<std::string> groups(const std::string& name) const;
  [[nodiscard]] std::vector<ResultDataset> group(const std::string& name) const;
  [[nodiscard]] std::vector<ConversionRecord> conversion() const;
  /// The text of summary.json; empty if not written.
  [[nodiscard]] std::string summary() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace homolog::experiments
