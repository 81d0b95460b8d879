#include "experiments/behaviour/error_consistency.hpp"

#include <cmath>

#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {

ErrorConsistency error_consistency(std::span<const double> first, std::span<const double> second) {
  if (first.size() != second.size()) {
    throw Error(ErrorKind::internal, "two observers' answers are compared stimulus by stimulus");
  }
  ConsistencyCounts counts;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (!std::isnan(first[i]) && !std::isnan(second[i])) {
      counts.trials += 1.0;
      counts.right[0] += first[i];
      counts.right[1] += second[i];
      counts.same += first[i] == second[i] ? 1.0 : 0.0;
    }
  }
  return error_consistency(counts);
}

ErrorConsistency error_consistency(const ConsistencyCounts& counts) {
  const bool any = counts.trials > 0.0;
  ErrorConsistency result{.trials = static_cast<std::size_t>(counts.trials)};
  const double p = result.accuracy[0] = any ? counts.right[0] / counts.trials : kNaN;
  const double q = result.accuracy[1] = any ? counts.right[1] / counts.trials : kNaN;
  result.observed = any ? counts.same / counts.trials : kNaN;
  result.expected = p * q + (1.0 - p) * (1.0 - q);
  const double room = 1.0 - result.expected;  // exactly 0 only if both accuracies are 0, or both 1
  result.kappa = room > 0.0 ? (result.observed - result.expected) / room : kNaN;
  return result;
}

double accuracy_of(std::span<const double> correct) {
  double right = 0.0;
  double seen = 0.0;
  for (const double answer : correct) {
    if (!std::isnan(answer)) {
      right += answer;
      seen += 1.0;
    }
  }
  return seen > 0.0 ? right / seen : kNaN;
}

}  // namespace homolog::experiments
