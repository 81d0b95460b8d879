#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "sim/network/kernels.hpp"
#include "sim/network/window.hpp"

namespace homolog::sim {

/// For every input along one axis of a sliding window: the outputs that read it, ascending, and through which
/// kernel element. Memory is 8 bytes per pair.
class WindowReach {
 public:
  struct Reached {
    std::uint32_t out = 0;
    std::uint32_t kernel = 0;
  };
  /// With `block` > 1 the axis' inputs are blocks of so many neighbours, and `inputs` (>= blocks x block)
  /// counts the neighbours; those in no block reach nothing.
  WindowReach(const WindowAxis& axis, std::int64_t block, std::int64_t inputs);
  [[nodiscard]] std::span<const Reached> of(std::size_t input) const noexcept {
    return std::span<const Reached>(reached_).subspan(first_[input], first_[input + 1] - first_[input]);
  }

 private:
  std::vector<std::size_t> first_{};
  std::vector<Reached> reached_{};
};

/// What all windows share: which target positions a source unit reaches.
struct WindowGeometry {
  WindowReach vertical;
  WindowReach horizontal;
  std::size_t source_channels = 1;
  std::size_t source_width = 1;
  std::size_t target_channels = 1;
  std::size_t target_width = 1;
  std::size_t first_channel = 0;  ///< of the kernel in the target
};

/// Rows of weights: a unit of source channel c reaches the channels of its group at every position.
struct ConvolutionRows {
  explicit ConvolutionRows(const Convolution& kernel);
  template <class Add>
  void operator()(UnitId unit, const Add& add) const;

  WindowGeometry geometry;
  std::size_t kernel_width;
  std::size_t kernel_area;
  std::size_t group_inputs;      ///< source channels of a group
  std::size_t row;               ///< target channels of a group
  std::vector<float> weights{};  ///< [IC, KH, KW, row]
};

/// A source unit has one row of weights.
struct DenseRows {
  explicit DenseRows(const Dense& kernel);
  template <class Add>
  void operator()(UnitId unit, const Add& add) const;

  std::size_t row;
  std::size_t first_channel;
  std::vector<float> weights{};  ///< [source unit, row]
};

/// Channel by channel: average pooling, and max pooling with all weights 1.
struct PoolRows {
  explicit PoolRows(const AveragePool& kernel);
  explicit PoolRows(const MaxPool& kernel);
  template <class Add>
  void operator()(UnitId unit, const Add& add) const;

  WindowGeometry geometry;
  std::vector<float> position_weight{};  ///< [OH, OW]
  std::vector<float> channel_weight{};   ///< [IC]
};

/// One target or none.
struct SingleRows {
  explicit SingleRows(const OneToOne& kernel);
  template <class Add>
  void operator()(UnitId unit, const Add& add) const;

  std::vector<UnitId> target{};
  std::vector<float> weight{};
};

/// A projection as seen from its source: the contributions of one unit, as rows of weights that lie one after
/// the other in the target. 8-bit weights are kept as float ones, scale x value rounded once, which for a
/// spike that comes alone is the contribution that the definition gives.
class FanOut {
 public:
  explicit FanOut(const Kernel& kernel);

  /// Calls add(first target unit, weights, their number) for every row of `unit`, ascending by target unit.
  template <class Add>
  void for_each_row(UnitId unit, const Add& add) const {
    std::visit([&](const auto& rows) { rows(unit, add); }, rows_);
  }

 private:
  std::variant<ConvolutionRows, DenseRows, PoolRows, SingleRows> rows_;
};

/// Calls visit(reached row, reached column, source channel) for every target position of `unit`.
template <class Visit>
void for_each_position(const WindowGeometry& geometry, UnitId unit, const Visit& visit) {
  const std::size_t channel = unit % geometry.source_channels;
  const std::size_t position = unit / geometry.source_channels;
  const auto columns = geometry.horizontal.of(position % geometry.source_width);
  for (const WindowReach::Reached& y : geometry.vertical.of(position / geometry.source_width)) {
    for (const WindowReach::Reached& x : columns) {
      visit(y, x, channel);
    }
  }
}

template <class Add>
void ConvolutionRows::operator()(UnitId unit, const Add& add) const {
  for_each_position(geometry, unit, [&](const auto& y, const auto& x, std::size_t channel) {
    const std::size_t position = y.out * geometry.target_width + x.out;
    const std::size_t first =
        position * geometry.target_channels + geometry.first_channel + channel / group_inputs * row;
    const std::size_t element = channel * kernel_area + y.kernel * kernel_width + x.kernel;
    add(static_cast<UnitId>(first), weights.data() + element * row, row);
  });
}

template <class Add>
void DenseRows::operator()(UnitId unit, const Add& add) const {
  add(static_cast<UnitId>(first_channel), weights.data() + unit * row, row);
}

template <class Add>
void PoolRows::operator()(UnitId unit, const Add& add) const {
  for_each_position(geometry, unit, [&](const auto& y, const auto& x, std::size_t channel) {
    const std::size_t position = y.out * geometry.target_width + x.out;
    const float weight = channel_weight[channel] * position_weight[position];
    add(static_cast<UnitId>(position * geometry.target_channels + geometry.first_channel + channel), &weight,
        std::size_t{1});
  });
}

template <class Add>
void SingleRows::operator()(UnitId unit, const Add& add) const {
  if (target[unit] != kNoUnit) {
    add(target[unit], &weight[unit], std::size_t{1});
  }
}

}  // namespace homolog::sim
