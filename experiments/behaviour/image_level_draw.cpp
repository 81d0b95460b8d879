#include "experiments/behaviour/image_level_draw.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "experiments/behaviour/sensitivity.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

/// Calls visit(i, d, own, times) for every stimulus i that counts and every object d, d by d.
template <class Visit>
void for_each_entry(std::size_t choices, std::span<const std::int64_t> labels,
                    std::span<const std::uint32_t> copies, const Visit& visit) {
  for (Index d = 0; d < static_cast<Index>(choices); ++d) {
    for (std::size_t i = 0; i < copies.size(); ++i) {
      if (copies[i] > 0) {
        visit(static_cast<Index>(i), d, static_cast<Index>(labels[i]), static_cast<double>(copies[i]));
      }
    }
  }
}

/// Means by object of what value_of(i, d, own) gives, [object, choice]; NaN left out, NaN without any.
template <class ValueOf>
MatrixXd means_by_object(std::size_t choices, std::span<const std::int64_t> labels,
                         std::span<const std::uint32_t> copies, const ValueOf& value_of) {
  MatrixXd sums = MatrixXd::Zero(static_cast<Index>(choices), static_cast<Index>(choices));
  MatrixXd counts = sums;
  for_each_entry(choices, labels, copies, [&](Index i, Index d, Index own, double times) {
    const double value = value_of(i, d, own);
    if (!std::isnan(value)) {
      sums(own, d) += times * value;
      counts(own, d) += times;
    }
  });
  return (counts.array() > 0.0).select(sums.array() / counts.array(), kNaN);
}

}  // namespace

ChoiceRates choice_rates(Choices choices) {
  ChoiceRates result{.rates = std::move(choices)};
  result.z = result.rates.unaryExpr([](double rate) { return limited_z(rate); });
  return result;
}

ImageLevelDraw::ImageLevelDraw(const ChoiceRates& choices, std::span<const std::int64_t> labels,
                               std::span<const std::uint32_t> copies)
    : choices_(&choices) {
  const auto objects = static_cast<std::size_t>(choices.rates.cols());
  const MatrixXd right = means_by_object(
      objects, labels, copies, [&](Index i, Index d, Index /*own*/) { return choices.rates(i, d); });
  z_false_alarms_ = right.transpose().unaryExpr([](double rate) { return limited_z(1.0 - rate); });
  means_ = means_by_object(objects, labels, copies,
                           [&](Index i, Index d, Index own) { return sensitivity(i, d, own); });
}

double ImageLevelDraw::sensitivity(Index i, Index d, Index own) const {
  return own == d ? kNaN : limited_difference(choices_->z(i, d), z_false_alarms_(own, d));
}

double image_level_correlation(const ImageLevelDraw& first, const ImageLevelDraw& second, std::size_t choices,
                               std::span<const std::int64_t> labels, std::span<const std::uint32_t> copies) {
  double count = 0.0;
  double mean_x = 0.0;
  double mean_y = 0.0;
  const auto for_each_pair = [&](const auto& use) {
    for_each_entry(choices, labels, copies, [&](Index i, Index d, Index own, double times) {
      const double x = first.at(i, d, own);
      const double y = second.at(i, d, own);
      if (!std::isnan(x) && !std::isnan(y)) {
        use(x, y, times);
      }
    });
  };
  double low_x = std::numeric_limits<double>::infinity();
  double high_x = -low_x;
  double low_y = low_x;
  double high_y = high_x;
  for_each_pair([&](double x, double y, double times) {
    count += times;
    mean_x += times * x;
    mean_y += times * y;
    low_x = std::min(low_x, x);
    high_x = std::max(high_x, x);
    low_y = std::min(low_y, y);
    high_y = std::max(high_y, y);
  });
  if (count < 3.0 || !(low_x < high_x) || !(low_y < high_y)) {
    return kNaN;
  }
  mean_x /= count;
  mean_y /= count;
  double xx = 0.0;
  double yy = 0.0;
  double xy = 0.0;
  for_each_pair([&](double x, double y, double times) {
    xx += times * (x - mean_x) * (x - mean_x);
    yy += times * (y - mean_y) * (y - mean_y);
    xy += times * (x - mean_x) * (y - mean_y);
  });
  return std::clamp(xy / std::sqrt(xx) / std::sqrt(yy), -1.0, 1.0);
}

}  // namespace homolog::experiments
