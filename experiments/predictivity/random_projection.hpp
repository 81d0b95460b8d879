#pragma once

#include <cstdint>
#include <memory>

#include "experiments/rsa/patterns.hpp"
#include "experiments/rsa/progress.hpp"

namespace homolog::experiments {

/// Patterns projected onto `components` random directions, each a sparse vector over units: an entry is 0 but
/// with probability 1 / sqrt(units), then +-sqrt(sqrt(units) / components), so that squared distances are
/// kept in the mean. Li, Hastie & Church 2006, doi:10.1145/1150402.1150436; scikit-learn's
/// SparseRandomProjection with density "auto". The random numbers are a function of seed, unit and their
/// number (sim::philox).
///
/// Memory: count * components doubles and floats. The bits do not depend on threads. Throws Error(data) for a
/// value that is not finite.
[[nodiscard]] std::unique_ptr<Patterns> random_projection(const Patterns& patterns, std::int64_t components,
                                                          std::uint64_t seed, const Progress& progress = {});

/// Components that keep all pairwise distances of `count` patterns within 10 %, by the lemma of Johnson
/// and Lindenstrauss: 4 ln(count) / (eps^2 / 2 - eps^3 / 3) (Dasgupta & Gupta 2003, doi:10.1002/rsa.10073),
/// as scikit-learn takes them.
[[nodiscard]] std::int64_t johnson_lindenstrauss_components(std::int64_t count);

}  // namespace homolog::experiments
