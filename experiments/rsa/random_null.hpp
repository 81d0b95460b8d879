#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/ordered_rdm.hpp"
#include "experiments/rsa/layer_rdm.hpp"
#include "experiments/rsa/rsa_run.hpp"

namespace homolog::experiments {

/// How well layers of random networks agree with the references: what the architecture explains without
/// training. Adds random_mean, random_sd and p_random to the rows of layers:
/// p = (1 + random networks whose layer reaches the row's value) / (1 + random networks).
/// `references`: subjects of each; those of twins are empty and left out.
void add_random_networks(std::vector<RsaRow>& rows, const RsaSettings& settings,
                         std::span<const Comparison> comparisons,
                         const std::vector<std::vector<OrderedRdm>>& references, const RdmMaker& maker,
                         const Progress& progress);

}  // namespace homolog::experiments
