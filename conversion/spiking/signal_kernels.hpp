#pragma once

#include "conversion/spiking/signal.hpp"

namespace homolog::conversion {

// The simulator's kernels for the linear operators of the float graph, acting on whole channels of a source.

/// All channels in place with weight 1: the tensor itself as a source, to send its constant part through an
/// operator.
[[nodiscard]] ChannelMap identity(const sim::Shape& shape);

/// The convolution from a source that appears in the operator's input as `map` says. With groups > 1 the
/// map must cover all input channels.
[[nodiscard]] sim::Convolution convolution_kernel(const Convolution& op, const sim::Shape& source,
                                                  const ChannelMap& map, const sim::Shape& out);

/// The average pooling from such a source; `in` and `out` are the shapes of the operator's tensors.
[[nodiscard]] sim::AveragePool average_kernel(const AveragePool& op, const sim::Shape& source,
                                              const ChannelMap& map, const sim::Shape& in,
                                              const sim::Shape& out);

}  // namespace homolog::conversion
