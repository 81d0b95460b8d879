#include "experiments/run/rank_calibration.hpp"

namespace homolog::experiments {

conversion::RankTables calibrate_ranks(FloatPass pass, bool layers, bool pixels) {
  conversion::RankTables tables;
  if (pixels) {
    for (std::int64_t i = 0; i < pass.images; ++i) {
      tables.add(pass.graph->inputs.front(), pass.stimuli->at(i).pixels);
    }
  }
  const std::vector<conversion::TensorId> keep =
      layers ? conversion::ranked_tensors(*pass.graph) : std::vector<conversion::TensorId>{};
  if (!keep.empty()) {
    pass.receive = [&](std::int64_t /*image*/, std::size_t k, std::span<const float> values) {
      tables.add(keep[k], values);
    };
    pass.run(keep);
  }
  return tables;
}

}  // namespace homolog::experiments
