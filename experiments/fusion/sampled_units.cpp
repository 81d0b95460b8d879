#include "experiments/fusion/sampled_units.hpp"

#include <string>

#include "experiments/fusion/least_squares.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {

std::vector<double> sampled_unit(const OrderedRdm& rdm, const PairSample& sample, bool ranks) {
  return unit_vector(on_scale(ranks ? Scale::ordinal : Scale::raw, rdm, sample).values, sample.weights());
}

std::size_t common_size(std::span<const OrderedRdm> first, std::span<const OrderedRdm> second) {
  if (first.empty() && second.empty()) {
    throw Error(ErrorKind::internal, "there is no RDM");
  }
  const std::size_t n = first.empty() ? second.front().n() : first.front().n();
  for (const std::span<const OrderedRdm>& rdms : {first, second}) {
    for (const OrderedRdm& rdm : rdms) {
      if (rdm.n() != n) {
        throw Error(ErrorKind::data, "RDMs of " + std::to_string(n) + " and of " + std::to_string(rdm.n()) +
                                         " stimuli cannot be compared; all must have the same stimuli");
      }
    }
  }
  return n;
}

}  // namespace homolog::experiments
