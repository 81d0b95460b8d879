#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "experiments/analysis/variant.hpp"
#include "experiments/recording/results_file.hpp"

namespace homolog::experiments {

/// One code under one setting, run on the experiment's network and stimuli.
struct CodeRow {
  std::string label{};  ///< the settings, e.g. "code=rate steps=16"
  VariantOutcome outcome{};
};

/// First step from which on the accuracy stays within one point of the float network's (without labels: the
/// agreement above 99 %); all windows for a code with one decision; nothing if it never is.
[[nodiscard]] std::optional<std::int64_t> steps_needed(const VariantOutcome& outcome);

/// Energy of additions and multiplications alone, 45 nm, Horowitz 2014 (doi:10.1109/ISSCC.2014.6757323),
/// float32: addition 0.9 pJ, multiplication 3.7 pJ. Memory traffic, which is most of the energy of a real
/// chip, is left out, on both sides.
struct Energy {
  double spiking_pj = 0.0;   ///< synaptic operations as additions, and the image's currents as multiply-adds
  double rival_bits = 32.0;  ///< of a quantised float network with as many values: ceil(log2(steps + 1))
  /// Multiply-adds of that network: multiplication 0.2 pJ (bits / 8)^2, addition 0.03 pJ bits / 8 (8-bit
  /// integers of the same source, scaled); 4.6 pJ for float32.
  double rival_pj = 0.0;
};
[[nodiscard]] Energy energy_of(const VariantOutcome& outcome);

/// Datasets of /codes, see docs/output-format.md.
[[nodiscard]] std::vector<ResultDataset> code_datasets(const std::vector<CodeRow>& rows, bool energy);
/// The value of "codes" in summary.json.
[[nodiscard]] std::string code_json(const std::vector<CodeRow>& rows, bool energy);
/// A table for people.
[[nodiscard]] std::string code_text(const std::vector<CodeRow>& rows, bool energy);

}  // namespace homolog::experiments
