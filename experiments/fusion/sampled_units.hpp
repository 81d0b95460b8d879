#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "experiments/rsa/inference/ordered_rdm.hpp"
#include "experiments/rsa/inference/pair_sample.hpp"

namespace homolog::experiments {

/// unit_vector() of the sampled pairs of an RDM, or of their mid-ranks, which count every copy.
[[nodiscard]] std::vector<double> sampled_unit(const OrderedRdm& rdm, const PairSample& sample, bool ranks);

/// Number of stimuli of all RDMs. Throws Error(data) if they differ, Error(internal) if there is no RDM.
[[nodiscard]] std::size_t common_size(std::span<const OrderedRdm> first, std::span<const OrderedRdm> second);

}  // namespace homolog::experiments
