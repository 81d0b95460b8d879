#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "experiments/rsa/patterns.hpp"
#include "experiments/rsa/representation.hpp"

namespace homolog::experiments {

/// Turns a spike train into `out.size()` numbers.
using TrainFeatures = std::function<void(std::span<const std::uint64_t> train, std::span<float> out)>;

/// Patterns of `features` numbers for every neuron of a layer, in the order [neuron, feature].
[[nodiscard]] std::unique_ptr<Patterns> train_patterns(const LayerSource& source, const std::string& label,
                                                       std::int64_t features, TrainFeatures compute);

}  // namespace homolog::experiments
