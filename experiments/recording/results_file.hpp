#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "experiments/recording/packed_spikes.hpp"
#include "sim/core/nan.hpp"
#include "sim/core/shape.hpp"

namespace homolog::experiments {

/// What identifies a run; a resumed run must agree in all but `created` and `provenance`.
struct RunHeader {
  std::string created{};  ///< ISO 8601, UTC
  std::uint64_t seed = 0;
  std::string model_sha256{};
  std::string config_sha256{};  ///< of `config`
  std::string config{};         ///< the resolved YAML
  std::string name{};
  std::int64_t steps = 0;  ///< per stimulus; windows if `windowed`
  double step_ms = 1.0;    ///< length of a step or window
  /// Spikes have times within windows, and there is one readout, at the end; else spikes belong to steps, and
  /// there is a readout after each.
  bool windowed = false;
  std::int64_t classes = 0;  ///< units of the readout
  /// How often each stimulus is presented: presentation r n + i is repetition r of stimulus i of n. Not read
  /// again: /config and /stimuli tell.
  std::int64_t repetitions = 1;

  /// Readouts per stimulus.
  [[nodiscard]] std::int64_t readouts() const noexcept { return windowed ? 1 : steps; }
  /// Further root attributes as text: homolog_version, compiler, library versions, host, threads, ...
  std::vector<std::pair<std::string, std::string>> provenance{};
};

/// Attributes of /layers/<name>.
struct LayerRecord {
  std::string name{};
  std::string onnx_output{};
  std::string operation{};
  sim::Shape shape{};
  std::uint64_t neurons = 0;  ///< 0 for a layer without population
  std::uint64_t synapses = 0;
  bool spikes = false;             ///< /spikes/<name> is written
  bool counts = false;             ///< /counts/<name> is written
  std::vector<float> scale{};      ///< per channel; empty without population
  std::vector<float> threshold{};  ///< membrane units; one value; empty without population
  /// Where spikes have signs, /spikes/<name> has the positive ones, and a further record, `name`.negative,
  /// names its layer here and has the negative ones, under the same ids. Such records come behind all layers.
  std::string negative_of{};
  std::int64_t rf_size[2] = {0, 0};  ///< [height, width] in pixels
  std::int64_t rf_stride[2] = {0, 0};
};

/// Spikes of one layer during one stimulus as they are read, sorted by (step, id); ids in C,H,W order.
struct SpikeTrain {
  std::vector<std::uint32_t> steps{};
  std::vector<std::uint32_t> ids{};
};

/// Spikes of one layer during one stimulus whose times are not those of steps; sorted by (time, id).
struct TimedSpikes {
  std::vector<double> times{};       ///< ms since the onset of the stimulus
  std::vector<std::uint64_t> ids{};  ///< in C,H,W order
};

/// Everything that one presentation leaves in the file.
struct PresentationRecord {
  std::vector<PackedSpikes> spikes{};  ///< one per layer with `spikes`, in the order of the layers
  std::vector<TimedSpikes> timed{};    ///< the same in place of `spikes` if the run is windowed
  /// If the run is windowed, one per layer: length of its window in units of its activation (0: none), and
  /// units whose activation was beyond what the window can express.
  std::vector<float> window_length{};
  std::vector<std::uint64_t> clipped{};
  /// One per layer with `counts`, [C,H,W]; where spikes have signs, positive less negative ones.
  std::vector<std::vector<std::uint16_t>> counts{};
  std::vector<float> readout{};  ///< [readouts, classes]
  /// Number of spikes, one per layer (0 without population): of both signs, or of the negative ones for a
  /// record of these.
  std::vector<std::uint64_t> layer_spikes{};
  std::uint64_t synaptic_operations = 0;
};

inline constexpr double kNotComputed = kNaN;

/// One row of /rsa and of summary.json's "rsa". NaN stands for "not computed".
struct RsaRow {
  std::int64_t entry = 1;  ///< which analysis of the kind it is of, from 1
  std::string layer{}, code{}, reference{}, compare{}, dissimilarity{};
  double value = kNotComputed;
  double standard_error = kNotComputed, ci_low = kNotComputed, ci_high = kNotComputed;
  double p = kNotComputed;              ///< value > 0, one-sided
  double p_fdr = kNotComputed;          ///< corrected over the rows with this code, reference and comparison
  double p_bonferroni = kNotComputed;   ///< the same
  double p_permutation = kNotComputed;  ///< of stimulus labels
  double p_ceiling = kNotComputed;      ///< value < lower noise ceiling, one-sided
  double random_mean = kNotComputed, random_sd = kNotComputed;  ///< over networks with random weights
  double p_random = kNotComputed;  ///< (1 + of them, those that reach the value) / (1 + their number)
  double noise_ceiling_low = kNotComputed, noise_ceiling_high = kNotComputed;
};

/// A dataset of an analysis: texts [n], or numbers of any extents.
struct ResultDataset {
  std::string name{};
  std::variant<std::vector<std::string>, std::vector<double>, std::vector<std::int64_t>> values{};
  std::vector<std::size_t> extents{};  ///< of numbers; empty: [number of values]
  std::string units{};                 ///< attribute; empty: none
  std::string axes{};                  ///< attribute, e.g. "variant,layer"; empty: none
  std::vector<std::pair<std::string, std::string>> attributes{};  ///< further texts: name, value
};

/// One line of the conversion report, written to /conversion.
struct ConversionRecord {
  std::string node{}, operation{}, layer{}, shape{}, fate{};
  std::uint64_t neurons = 0, synapses = 0;
  double threshold_low = 0.0, threshold_high = 0.0;
  /// Of 8-bit weights: signal-to-quantisation-noise ratio in dB (infinite where nothing is lost), smallest
  /// and largest scale. NaN where all weights are float32.
  double weight_snr_db = kNaN;
  double weight_scale_low = kNaN;
  double weight_scale_high = kNaN;
};

/// Writes results.h5 (layout: docs/output-format.md). The file grows as "<path>.part" and gets its name by
/// commit(): a file that bears its final name is complete. Destroying the object without commit()
/// keeps the part for a later resume(). Spikes are written in chunks that several threads
/// compress. Not thread-safe: one thread owns the object. All functions throw Error(output) when
/// the disk is full or the folder not writable.
class ResultsFile {
 public:
  /// Starts a new file (an existing part is replaced).
  static ResultsFile create(const std::string& path, const RunHeader& header,
                            const std::vector<LayerRecord>& layers,
                            const std::vector<ConversionRecord>& conversion,
                            const std::vector<std::string>& stimulus_ids,
                            const std::vector<std::optional<std::int64_t>>& labels, int threads);
  /// Opens the part of an interrupted run and drops what was not finished. Throws Error(output) if
  /// there is none, if it is damaged, or if header or layers differ from it (saying in what).
  static ResultsFile resume(const std::string& path, const RunHeader& header,
                            const std::vector<LayerRecord>& layers,
                            const std::vector<std::string>& stimulus_ids, int threads);
  ResultsFile(ResultsFile&&) noexcept;
  ResultsFile& operator=(ResultsFile&&) noexcept;
  ~ResultsFile();

  /// Presentations that are completely in the file; the next append() is this number.
  [[nodiscard]] std::int64_t finished() const noexcept;
  /// Appends the next stimulus.
  void append(PresentationRecord record);
  /// Makes everything appended so far survive an interruption.
  void checkpoint();

  /// Readout of a presentation already in the file, [readouts, classes]; used when resuming.
  [[nodiscard]] std::vector<float> readout(std::int64_t stimulus) const;
  /// Spikes per layer summed over finished presentations, and their synaptic operations.
  [[nodiscard]] std::vector<std::uint64_t> layer_spikes() const;
  [[nodiscard]] std::uint64_t synaptic_operations() const;
  /// Clipped units per layer summed over finished presentations; empty unless windowed.
  [[nodiscard]] std::vector<std::uint64_t> clipped() const;
  /// Spike counts [C,H,W] of one finished presentation and layer, from /counts or from /spikes (then of the
  /// positive spikes alone, where they have signs).
  [[nodiscard]] std::vector<std::uint32_t> counts(std::size_t layer, std::int64_t stimulus) const;

  /// /stimuli/thumbnail, [count, height, width, 3]: of the first stimuli, at most as many as there are.
  void write_thumbnails(std::size_t count, std::size_t height, std::size_t width,
                        std::span<const std::uint8_t> pixels);
  void write_float_readout(std::span<const float> values);  ///< [stimulus, class]
  /// /accuracy; only when there are labels is `spiking`/`float` meaningful (else pass NaN / empty).
  void write_accuracy(double float_accuracy, std::span<const double> spiking,
                      std::span<const double> agreement);
  /// /rdms/<layer>/<code>, [n, n]; of the second and later analyses of the kind /rdms_2/<layer>/<code>, ...
  void write_rdm(const std::string& layer, const std::string& code, std::size_t n,
                 std::span<const double> matrix, std::size_t place = 0);
  /// /rdms_reference/<name>, [n, n]; /rdms_reference_2/<name>, ...
  void write_reference_rdm(const std::string& reference, std::size_t n, std::span<const double> matrix,
                           std::size_t place = 0);
  /// Writes or replaces /<group> with these datasets. `group`: a name that is not one of the file's own.
  void write_group(const std::string& group, const std::vector<ResultDataset>& datasets);
  /// Adds rows to /rsa (one dataset per column); may be called once per analysis.
  void write_rsa(const std::vector<RsaRow>& rows);
  /// All rows added so far, in order.
  [[nodiscard]] const std::vector<RsaRow>& rsa_rows() const noexcept;
  void write_summary(const std::string& json);  ///< /summary, as text (for the report)

  /// Closes, syncs and renames to the final name. Call once, last.
  void commit();

 private:
  struct Impl;
  explicit ResultsFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace homolog::experiments
