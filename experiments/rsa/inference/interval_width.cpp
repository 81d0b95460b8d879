#include "experiments/rsa/inference/interval_width.hpp"

#include <algorithm>

#include "experiments/rsa/inference/student_t.hpp"

namespace homolog::experiments {

double interval_width(const BootstrapReplicates& replicates, double level) {
  std::size_t least = replicates.subjects.empty() ? replicates.n_stimuli : replicates.n_subjects;
  if (!replicates.stimuli.empty()) {
    least = std::min(least, replicates.n_stimuli);
  }
  return student_t_quantile(0.5 * (1.0 + level), static_cast<double>(least - 1));
}

}  // namespace homolog::experiments
