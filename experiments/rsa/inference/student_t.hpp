#pragma once

namespace homolog::experiments {

/// P(T >= t) of Student's t distribution with `dof` > 0 degrees of freedom; t may be infinite. NaN if t is.
[[nodiscard]] double student_t_upper_tail(double t, double dof);

/// P(|T| >= |t|).
[[nodiscard]] double student_t_two_tails(double t, double dof);

/// The t with P(T <= t) = p, 0 < p < 1.
[[nodiscard]] double student_t_quantile(double p, double dof);

/// estimate / standard_error, where differences that rounding can explain are none: 0 if |estimate| is at
/// most 1e-12 of `size` (the numbers of which it is the difference). Infinite if only the error is 0; NaN if
/// either is NaN.
[[nodiscard]] double t_statistic(double estimate, double standard_error, double size);

}  // namespace homolog::experiments
