#include "experiments/rsa/inference/student_t.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "sim/core/nan.hpp"

namespace homolog::experiments {

double student_t_upper_tail(double t, double dof) {
  if (std::isnan(t)) {
    return t;
  }
  if (std::isinf(t)) {
    return t > 0.0 ? 0.0 : 1.0;
  }
  return boost::math::cdf(boost::math::complement(boost::math::students_t(dof), t));
}

double student_t_two_tails(double t, double dof) {
  return 2.0 * student_t_upper_tail(std::abs(t), dof);
}

double student_t_quantile(double p, double dof) {
  return boost::math::quantile(boost::math::students_t(dof), p);
}

double t_statistic(double estimate, double standard_error, double size) {
  constexpr double rounding = 1e-12;
  if (std::isnan(estimate) || std::isnan(standard_error)) {
    return kNaN;
  }
  return std::abs(estimate) <= rounding * std::abs(size) ? 0.0 : estimate / standard_error;
}

}  // namespace homolog::experiments
