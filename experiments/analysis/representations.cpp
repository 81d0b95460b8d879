#include "experiments/analysis/analysis.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {

SpikeTrains Representations::trains(const std::string& layer, std::int64_t /*first*/,
                                    std::int64_t /*last*/) const {
  throw Error(ErrorKind::internal, "the spikes of layer '" + layer + "' were not kept for analyses");
}

}  // namespace homolog::experiments
