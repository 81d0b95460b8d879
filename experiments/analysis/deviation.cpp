#include "experiments/analysis/deviation.hpp"

#include <cassert>
#include <cmath>

#include "sim/core/nan.hpp"

namespace homolog::experiments {

void Deviation::add(std::span<const float> wanted, std::span<const float> got) {
  assert(wanted.size() == got.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto w = static_cast<double>(wanted[i]);
    const auto g = static_cast<double>(got[i]);
    wanted_ += w;
    got_ += g;
    wanted_squares_ += w * w;
    got_squares_ += g * g;
    products_ += w * g;
    error_squares_ += (g - w) * (g - w);
  }
  count_ += static_cast<double>(wanted.size());
}

double Deviation::relative_error() const {
  if (count_ == 0.0) {
    return kNaN;
  }
  return error_squares_ == 0.0 ? 0.0 : std::sqrt(error_squares_ / wanted_squares_);
}

double Deviation::correlation() const {
  const double wanted = wanted_squares_ - wanted_ * wanted_ / count_;
  const double got = got_squares_ - got_ * got_ / count_;
  // What rounding leaves of the sums of a constant is below this.
  constexpr double kRounding = 1e-12;
  if (!(wanted > kRounding * wanted_squares_) || !(got > kRounding * got_squares_)) {
    return kNaN;
  }
  return (products_ - wanted_ * got_ / count_) / std::sqrt(wanted * got);
}

}  // namespace homolog::experiments
