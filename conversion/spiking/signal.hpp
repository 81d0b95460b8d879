#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "conversion/graph/float_graph.hpp"
#include "sim/network/network.hpp"

namespace homolog::conversion {

// A tensor of the float network as the converter sees it: a linear function of what populations emit,
// plus a constant map. Operators without memory act on this value exactly; only Relu, Clip and
// MaxPool make populations.

/// Source channel c at (y, x) goes to channel first_channel + c at (y + top, x + left), times scale[c].
struct ChannelMap {
  std::int64_t first_channel = 0;
  std::int64_t top = 0, left = 0;
  std::vector<double> scale{};  ///< [source channels]
};
/// Source unit i (H,W,C order) goes to unit target[i], times weight[i].
struct UnitMap {
  std::vector<sim::UnitId> target{};
  std::vector<double> weight{};
};
/// Convolution, Dense or AveragePool of the simulator.
struct Linear {
  sim::Kernel kernel{};
};

struct Term {
  sim::PopulationId source = 0;
  sim::Shape source_shape{};
  std::variant<ChannelMap, UnitMap, Linear> map{};
};

struct Signal {
  sim::Shape shape{};
  std::vector<Term> terms{};
  std::vector<double> constant{};  ///< [H,W,C]; empty means 0
  /// Nodes of the graph whose work is in these terms (for the conversion report).
  std::set<std::size_t> nodes{};
};

/// Map shape of a tensor: [C,H,W], [C,H] -> C x H x 1, [C] -> C x 1 x 1, [] -> 1 x 1 x 1.
/// Throws Error(model) for a higher rank.
[[nodiscard]] sim::Shape shape_of(const Dims& dims);

/// Whether every term moves whole channels (so that convolutions and pooling can be applied directly).
[[nodiscard]] bool only_channel_maps(const Signal& signal);
/// Whether every term moves single units (ChannelMap or UnitMap).
[[nodiscard]] bool only_unit_maps(const Signal& signal);
/// Whether each channel comes, unmoved, from exactly one source channel with positive weight, and the
/// constant is 0: then max pooling acts on spikes, and a ReLU of non-negative sources changes nothing.
/// `padded`: zeros around the source's map are allowed (they do not change a maximum of counts).
[[nodiscard]] bool is_positive_channel_copy(const Signal& signal, bool padded = false);

/// Whether every term moves whole channels, or averages them over blocks of a few positions without overlap,
/// which a convolution of the simulator can do on its way.
[[nodiscard]] bool only_channel_maps_or_blocks(const Signal& signal);

// The linear operators. Each throws Error(model) with the reason alone; the converter adds the node.

/// Precondition: only_channel_maps (and, for groups > 1, a single term), or with one group
/// only_channel_maps_or_blocks.
[[nodiscard]] Signal convolved(const Signal& signal, const Convolution& op, const sim::Shape& out);
/// Precondition: only_unit_maps.
[[nodiscard]] Signal multiplied(const Signal& signal, const Dense& op);
/// Precondition: only_channel_maps.
[[nodiscard]] Signal averaged(const Signal& signal, const AveragePool& op, const sim::Shape& out);
/// Per-channel and whole-tensor factors act on every kind of term; a full map needs only_unit_maps.
[[nodiscard]] Signal scaled(const Signal& signal, const Affine& op);
[[nodiscard]] Signal summed(const std::vector<Signal>& signals);
/// Along channels.
[[nodiscard]] Signal concatenated(const std::vector<Signal>& signals, const sim::Shape& out);
/// Precondition: only_channel_maps.
[[nodiscard]] Signal padded(const Signal& signal, const Pad& op, const sim::Shape& out);
/// Same values in C,H,W order. Precondition: only_unit_maps, unless the shape is unchanged.
[[nodiscard]] Signal viewed(const Signal& signal, const sim::Shape& out);

/// The term as a kernel of the simulator into a population of shape `out`, weights divided by
/// scale[channel of the target] (empty: by 1).
[[nodiscard]] sim::Kernel kernel_of(const Term& term, const sim::Shape& out, const std::vector<float>& scale);

}  // namespace homolog::conversion
