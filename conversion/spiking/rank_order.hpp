#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "conversion/graph/float_graph.hpp"
#include "conversion/spiking/convert.hpp"

namespace homolog::conversion {

/// The tensors whose spikes may be read by rank: outputs of Relu, Clip and MaxPool.
[[nodiscard]] std::vector<TensorId> ranked_tensors(const FloatGraph& graph);

/// What the r-th spike of a layer is worth when only the order of spikes counts: the mean, over calibration
/// images, of the r-th largest activation.
///
/// Source: VanRullen and Thorpe 2001, "Rate coding versus temporal order coding: what the retinal ganglion
/// cells tell the visual cortex", doi:10.1162/08997660152002852.
class RankTables {
 public:
  /// Activations of one image; every tensor must come equally often, always with the same size. The sums
  /// depend on the order of images in their last bits.
  void add(TensorId tensor, std::span<const float> values);

  /// Of a tensor that was added, one worth per unit, not increasing, rounded to 6 significant digits (so that
  /// the last bits of the float library do not decide spikes).
  [[nodiscard]] std::vector<float> table(TensorId tensor) const;
  [[nodiscard]] bool has(TensorId tensor) const { return sums_.count(tensor) > 0; }

 private:
  struct Sum {
    std::vector<double> worth{};
    std::int64_t images = 0;
  };
  std::map<TensorId, Sum> sums_{};
  std::vector<float> sorted_{};
};

/// The table's best approximation a m^r, 0 < m < 1, in the sense of least squares: every spike makes the
/// target less sensitive by the same factor m (shunting desensitisation).
///
/// Source: Thorpe and Gautrais 1998, "Rank order coding", doi:10.1007/978-1-4615-4831-7_19.
struct Desensitisation {
  double first = 0.0;   ///< a, worth of the first spike
  double factor = 1.0;  ///< m
  /// Share of the table's sum of squares that is not explained.
  double residual = 0.0;
};
[[nodiscard]] Desensitisation fit_desensitisation(std::span<const float> table);

/// Makes the populations of all layers in `tables` be read by rank. `geometric`: by the desensitisation that
/// fits the table, else by the table itself. The twin must be one of times to a first spike.
void read_by_rank(Twin& twin, const RankTables& tables, bool geometric);

}  // namespace homolog::conversion
