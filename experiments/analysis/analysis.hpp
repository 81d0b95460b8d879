#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiments/analysis/spike_trains.hpp"
#include "experiments/analysis/variant.hpp"
#include "experiments/recording/results_file.hpp"
#include "experiments/stimuli/stimuli.hpp"
#include "sim/core/parameters.hpp"
#include "sim/core/registry.hpp"
#include "sim/core/shape.hpp"

namespace homolog::experiments {

/// One layer's representation in one code, e.g. {"relu1", "count"}.
///   float     activations of the float network
///   count     spikes per neuron (a layer without population: its decoded value * steps)
///   decoded   the float activation that the spikes stand for: scale * count / steps
/// of layers whose units spike (AnalysisPlan::why_not):
///   first_spike  when a unit fires first, in steps or shares of its window; when it does not, the end
///   rank         mid-rank of that time among the layer's units, 1 is the first
///   membrane     membrane potential at the end of the presentation, in units of the threshold
///   spikes       every spike, for Representations::trains()
struct RepresentationKey {
  std::string layer{};
  std::string code{};
  friend auto operator<=>(const RepresentationKey&, const RepresentationKey&) = default;
};

/// Units of a layer that an analysis has in memory at a time. A constant of the methods: it fixes the order
/// of their sums.
inline constexpr std::int64_t kBlockUnits = 512;

/// Representations of all presentations, kept outside memory; a block of units at a time is read. With
/// repetitions of n stimuli, presentation r n + i is repetition r of stimulus i.
class Representations {
 public:
  virtual ~Representations() = default;
  /// How many there are: stimuli * repetitions.
  [[nodiscard]] virtual std::int64_t presentations() const = 0;
  /// Units of a layer, in C,H,W order.
  [[nodiscard]] virtual std::int64_t units(const std::string& layer) const = 0;
  /// [presentations, last - first] row-major: units [first, last) of every presentation. Thread-safe.
  [[nodiscard]] virtual std::vector<float> read(const RepresentationKey& key, std::int64_t first,
                                                std::int64_t last) const = 0;
  /// Trains of units [first, last) of a layer that was asked for with code spikes. Thread-safe.
  /// Throws Error(internal) if it was not.
  [[nodiscard]] virtual SpikeTrains trains(const std::string& layer, std::int64_t first,
                                           std::int64_t last) const;
};

/// What an analysis may know before anything has run.
struct AnalysisPlan {
  std::vector<std::string> layers{};  ///< all layers of the twin, in graph order
  std::vector<sim::Shape> shapes{};   ///< of the layers
  const Stimuli* stimuli = nullptr;   ///< each once
  std::int64_t repetitions = 1;       ///< how often each is presented
  std::int64_t classes = 0;           ///< of both networks' outputs
  std::uint64_t seed = 0;
  std::int64_t steps = 0;  ///< of a presentation whose spikes are the answer; 0 in runs in windows
  double step_ms = 1.0;
  /// Why a representation cannot be had, for people; empty if it can. May be empty: all can.
  std::function<std::string(const RepresentationKey&)> why_not{};
  std::size_t place = 0;  ///< entries of the same kind that come before this one
  /// Throws Error(config) if the experiment cannot be run with these settings of `spiking:`. May be empty.
  std::function<void(const Variant&)> check_variant{};
};

/// Activations (code float) of the named layers of a network with this architecture and random weights, to
/// the stimuli, each once. Progress is reported through `progress`. Throws Error.
using RandomNetwork = std::function<std::unique_ptr<Representations>(
    std::uint64_t seed, const std::vector<std::string>& layers, const std::function<void(double)>& progress)>;

/// What an analysis works on.
struct AnalysisInputs {
  const Representations* representations = nullptr;
  const Stimuli* stimuli = nullptr;  ///< each once
  std::int64_t repetitions = 1;      ///< how often each was presented
  std::uint64_t seed = 0;
  std::int64_t steps = 0;  ///< of a presentation whose spikes are the answer; 0 in runs in windows
  double step_ms = 1.0;
  /// Outputs of the two networks, [presentation, class], class fastest; of the spiking network at the end of
  /// the presentation, in the units of the float network's.
  std::span<const float> float_readout{};
  std::span<const float> spiking_readout{};
  int threads = 1;
  RunVariant run_variant{};
  RandomNetwork random_network{};
  /// Called with the share done in [0, 1]; throws Error(interrupted) when the user wants to stop.
  std::function<void(double)> progress{};
  std::string folder{};  ///< of the results, for further files
  /// Called at most once with what belongs into summary.json: a key, its value as JSON text, and a table for
  /// people that ends the run.
  std::function<void(const std::string& key, const std::string& json, const std::string& table)> summarise{};
  /// Called with one line about something that the user should know but that is no error. May be empty.
  std::function<void(const std::string&)> warn{};
};

/// One entry of `analyses:`. A value after construction; one folder per kind of analysis.
class Analysis {
 public:
  virtual ~Analysis() = default;
  /// Checks layers, references and sizes before the run. Throws Error(config) or Error(data).
  /// Returns what it will read.
  [[nodiscard]] virtual std::vector<RepresentationKey> prepare(const AnalysisPlan& plan) = 0;
  /// Estimate of the bytes that run() needs at most with so many threads, after prepare(), if each of
  /// `stimuli` is presented once.
  /// Only what grows with stimuli or layers counts. The caller adds the blocks of kBlockUnits units that are
  /// read of further repetitions.
  [[nodiscard]] virtual std::uint64_t bytes(const Stimuli& /*stimuli*/, int /*threads*/) const { return 0; }
  /// Whether it reads when neurons fire, which takes spikes that are all alike (AnalysisPlan::why_not). Known
  /// before prepare().
  [[nodiscard]] virtual bool reads_spike_times() const { return false; }
  /// Layers that run() asks AnalysisInputs::random_network for, after prepare(); empty if it does not ask.
  [[nodiscard]] virtual std::vector<std::string> random_network_layers() const { return {}; }
  /// Computes and writes to the results file.
  virtual void run(const AnalysisInputs& inputs, ResultsFile& results) = 0;
};

/// Reads the mapping of one entry and returns the analysis. Throws Error(config).
using AnalysisReader = std::function<std::shared_ptr<Analysis>(Parameters&)>;
using AnalysisRegistry = Registry<AnalysisReader>;

/// Layers that `patterns` name, in graph order: names, patterns with * and ?, or "all".
/// Throws Error(config) at `where` for one that matches nothing, naming the nearest layer.
[[nodiscard]] std::vector<std::string> select_layers(const std::vector<std::string>& patterns,
                                                     const std::vector<std::string>& layers,
                                                     const Where& where);

}  // namespace homolog::experiments
