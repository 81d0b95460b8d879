#pragma once

#include "conversion/spiking/rank_order.hpp"
#include "experiments/run/float_pass.hpp"

namespace homolog::experiments {

/// Tables of ranks from the images of `pass`, whose `receive` is not used. `layers`: of the layers that can
/// be read by rank; `pixels`: of the input, whose values are raw pixels in [0, 1]. Throws as
/// FloatPass::run().
[[nodiscard]] conversion::RankTables calibrate_ranks(FloatPass pass, bool layers, bool pixels);

}  // namespace homolog::experiments
