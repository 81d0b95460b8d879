#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conversion/spiking/convert.hpp"
#include "experiments/recording/results_file.hpp"
#include "experiments/run/profile.hpp"

namespace homolog::experiments {

/// What summary.json says; keys as in docs/output-format.md.
struct Summary {
  std::string name{};
  std::int64_t images = 0;
  std::int64_t steps = 0;              ///< windows if `windowed`
  std::int64_t preparatory_steps = 0;  ///< of `steps`, before the presentation that is the answer
  bool windowed = false;
  double float_accuracy = 0.0;      ///< NaN without labels
  std::vector<double> spiking{};    ///< per step; empty without labels
  std::vector<double> agreement{};  ///< per step
  double spikes_per_image = 0.0;
  double spikes_per_neuron = 0.0;                                  ///< and image
  std::vector<std::pair<std::string, double>> spikes_per_layer{};  ///< per image
  double clipped_per_image = 0.0;  ///< activations beyond their window; windowed runs
  std::uint64_t neurons = 0;
  std::string neuron{};  ///< their model, e.g. "integrate-and-fire"
  double synaptic_operations_per_image = 0.0;
  std::uint64_t macs_per_image = 0;
  struct Seconds {
    double load = 0.0, calibrate = 0.0, float_pass = 0.0, activations = 0.0, simulate = 0.0, record = 0.0,
           analyse = 0.0;
  } seconds{};
  std::vector<RsaRow> rsa{};
  std::optional<std::vector<ProfileRow>> profile{};  ///< with --profile
  struct Section {
    std::string key{};
    std::string json{};
    std::string table{};  ///< for people; may be empty
  };
  std::vector<Section> sections{};  ///< of analyses
};

/// Spikes, clipped activations and synaptic operations of `images` presentations to `twin`, means per image.
void count_activity(const conversion::Twin& twin, const ResultsFile& results, std::int64_t images,
                    Summary& summary);

/// Stable JSON, two spaces of indentation; NaN becomes null.
[[nodiscard]] std::string to_json(const Summary& summary);

/// The short tables that end a run.
void print_table(const Summary& summary, std::ostream& out);

}  // namespace homolog::experiments
