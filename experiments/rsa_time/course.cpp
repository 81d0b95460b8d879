#include "experiments/rsa_time/course.hpp"

#include <algorithm>

#include "experiments/rsa/inference/corrections.hpp"

namespace homolog::experiments {

void Course::set(std::size_t time, const Evaluation& evaluation, std::size_t row) {
  const RsaRow& from = evaluation.rows.at(row);
  points.at(time) = {.value = from.value,
                     .standard_error = from.standard_error,
                     .ci_low = from.ci_low,
                     .ci_high = from.ci_high,
                     .p = from.p,
                     .p_permutation = from.p_permutation,
                     .noise_ceiling_low = from.noise_ceiling_low,
                     .noise_ceiling_high = from.noise_ceiling_high};
  if (!evaluation.draws.empty()) {
    const std::span<const double> values = evaluation.draws.of(row, 0);
    draws.at(time).assign(values.begin(), values.end());
    dof = evaluation.dof;
  }
}

void Course::correct() {
  std::vector<double> p;
  for (const CoursePoint& point : points) {
    p.push_back(point.p);
  }
  const std::vector<double> fdr = benjamini_hochberg(p);
  for (std::size_t k = 0; k < points.size(); ++k) {
    points[k].p_fdr = fdr[k];
  }
}

std::vector<double> Course::values() const {
  std::vector<double> values;
  for (const CoursePoint& point : points) {
    values.push_back(point.value);
  }
  return values;
}

std::vector<double> Course::of_draw(std::size_t sample) const {
  std::vector<double> values;
  for (const std::vector<double>& point : draws) {
    values.push_back(point.empty() ? kNotComputed : point.at(sample));
  }
  return values;
}

std::size_t Course::samples() const {
  std::size_t most = 0;
  for (const std::vector<double>& point : draws) {
    most = std::max(most, point.size());
  }
  return most;
}

}  // namespace homolog::experiments
