#include "experiments/behaviour/error_consistency.hpp"

#include <cmath>
#include <limits>

#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace

ErrorConsistency error_consistency(std::span<const double> first, std::span<const double> second) {
  if (first.size() != second.size()) {
    throw Error(ErrorKind::internal, "two observers' answers are compared stimulus by stimulus");
  }
  // Counts, so that the kappa of equal counts is equal to the last bit.
  double right_first = 0.0;
  double right_second = 0.0;
  double same = 0.0;
  ErrorConsistency result;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (!std::isnan(first[i]) && !std::isnan(second[i])) {
      ++result.trials;
      right_first += first[i];
      right_second += second[i];
      same += first[i] == second[i] ? 1.0 : 0.0;
    }
  }
  const auto n = static_cast<double>(result.trials);
  const double p = result.accuracy[0] = result.trials > 0 ? right_first / n : kNaN;
  const double q = result.accuracy[1] = result.trials > 0 ? right_second / n : kNaN;
  result.observed = result.trials > 0 ? same / n : kNaN;
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
