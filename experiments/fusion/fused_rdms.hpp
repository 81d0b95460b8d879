#pragma once

#include <cstddef>
#include <span>

#include "experiments/fusion/system_rdms.hpp"

namespace homolog::experiments {

/// All RDMs that a fusion is about; none of them is owned.
struct FusedRdms {
  const SystemRdms& first;
  const SystemRdms& second;  ///< one time
  std::span<const OrderedRdm> models;
  std::span<const OrderedRdm> controls;

  [[nodiscard]] std::size_t n() const { return second.n(); }
  [[nodiscard]] std::size_t times() const { return first.times(); }
  /// Numbers at each time: the correlation and the models' commonality.
  [[nodiscard]] std::size_t columns() const { return 1 + models.size(); }
};

}  // namespace homolog::experiments
