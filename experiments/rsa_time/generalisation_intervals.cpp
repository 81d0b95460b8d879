#include "experiments/rsa_time/generalisation_intervals.hpp"

namespace homolog::experiments {

double multiply_adds(const MatrixSize& size) {
  constexpr double share_of_pairs = 0.4;
  return share_of_pairs * static_cast<double>(Rdm::pair_count(size.stimuli)) *
         static_cast<double>(size.rows) * static_cast<double>(size.columns) *
         static_cast<double>(size.subjects) * static_cast<double>(size.samples);
}

bool is_matrix_product(const Comparison& comparison) {
  return comparison.weighted.has_value() && comparison.weighted->normalise != nullptr;
}

bool affordable(const Comparison& comparison, const MatrixSize& size) {
  return is_matrix_product(comparison) && multiply_adds(size) <= kMostMultiplyAdds;
}

}  // namespace homolog::experiments
