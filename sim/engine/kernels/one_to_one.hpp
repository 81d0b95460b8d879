#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/kernels/source_rows.hpp"
#include "sim/engine/tile.hpp"
#include "sim/network/kernels.hpp"

namespace homolog::sim {

/// A one-to-one kernel seen from its targets: at every target position runs of neighbouring channels that
/// receive from neighbouring units of a source row. A target with several sources has as many runs over
/// it, in the order of summation.
class OneToOneKernel {
 public:
  explicit OneToOneKernel(const OneToOne& kernel);

  /// tile.z += contributions of the source; returns their number.
  std::uint64_t add(const SourceRows& source, const Tile& tile) const;

 private:
  struct Run {
    std::uint32_t channel = 0;  ///< first in the target
    std::uint32_t count = 0;
    std::uint32_t row = 0;   ///< of the source
    std::uint32_t unit = 0;  ///< first in that row
    std::size_t weight = 0;  ///< first in weights_
  };

  std::size_t width_ = 1;                 ///< of the target
  std::vector<std::size_t> first_run_{};  ///< [OH * OW + 1]
  std::vector<Run> runs_{};
  std::vector<float> weights_{};
};

}  // namespace homolog::sim
