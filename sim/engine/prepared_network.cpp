#include "sim/engine/prepared_network.hpp"

#include <algorithm>

#include "sim/engine/emission.hpp"
#include "sim/engine/simd.hpp"
#include "sim/engine/tile.hpp"

namespace homolog::sim {
namespace {

/// Events of all populations in a block are to stay below this, where fewer steps at once can achieve it.
constexpr std::uint64_t kMostEmissionBytes = std::uint64_t{64} << 20U;

std::size_t index(std::int64_t number) {
  return static_cast<std::size_t>(number);
}

bool is_depthwise(const Convolution& kernel) {
  return kernel.groups == kernel.in.channels && kernel.groups == kernel.channels &&
         kernel.pool_h * kernel.pool_w == 1 && kernel.int8.scale.empty();
}

struct PrepareKernel {
  const ChannelChunks& chunks;
  using Prepared = decltype(PreparedProjection::kernel);
  Prepared operator()(const Convolution& kernel) const {
    if (is_depthwise(kernel)) {
      return ChannelwiseKernel(kernel);
    }
    return GatherKernel(kernel, chunks);
  }
  Prepared operator()(const Dense& kernel) const { return GatherKernel(kernel, chunks); }
  Prepared operator()(const AveragePool& kernel) const { return ChannelwiseKernel(kernel); }
  Prepared operator()(const OneToOne& kernel) const { return OneToOneKernel(kernel); }
  Prepared operator()(const MaxPool& kernel) const { return MaxWindowKernel(kernel); }
};

/// Channels of the target where the sums of a kernel begin, end, or go over to other source channels.
struct AppendCuts {
  std::vector<std::size_t>& cuts;
  void range(std::int64_t first, std::int64_t count) const {
    cuts.push_back(index(first));
    cuts.push_back(index(first + count));
  }
  void operator()(const Convolution& kernel) const {
    const std::int64_t group = is_depthwise(kernel) ? kernel.channels : kernel.channels / kernel.groups;
    for (std::int64_t first = 0; first < kernel.channels; first += group) {
      range(kernel.first_channel + first, group);
    }
  }
  void operator()(const Dense& kernel) const { range(kernel.first_channel, kernel.channels); }
  void operator()(const AveragePool& kernel) const { range(kernel.first_channel, kernel.in.channels); }
  void operator()(const MaxPool& kernel) const { range(kernel.first_channel, kernel.in.channels); }
  void operator()(const OneToOne& /*kernel*/) const {}
};

/// Rows of weights of a float kernel that a target position may select; 0 for kernels whose width of chunks
/// should not depend on them: those that are not gathered, and large ones of one position.
struct RowsOfWeights {
  std::size_t operator()(const Convolution& kernel) const {
    const std::int64_t window = kernel.window.kernel_h * kernel.window.kernel_w;
    // A window of one position has so few events that visiting it costs more than its rows.
    const bool many_visits = window == 1 && kernel.channels > std::int64_t{2 * kWidestChunk};
    return is_depthwise(kernel) || !kernel.int8.scale.empty() || many_visits
               ? 0
               : index(window * (kernel.in.channels / kernel.groups));
  }
  std::size_t operator()(const Dense& kernel) const {
    return kernel.int8.scale.empty() ? index(kernel.in.size()) : 0;
  }
  template <class Other>
  std::size_t operator()(const Other& /*kernel*/) const {
    return 0;
  }
};

/// Chunks of half the width, which are summed two steps at a time, leave more of the weights in the
/// first-level cache. That pays when the rows that a window may select are too many to fit in any case and
/// not so many that none would stay: on AVX2 with 32 KiB between about 160 and 1,000 rows (SqueezeNet and
/// VGG, docs/performance.md). Not with vectors of 16 floats, of which half a chunk is two.
std::size_t widest_chunk(std::size_t rows_of_weights) {
  constexpr std::size_t kFew = 160;
  constexpr std::size_t kMany = 1024;
  const bool some_stay = rows_of_weights > kFew && rows_of_weights <= kMany;
  return some_stay && lanes_in_use() < 16 ? kWidestChunk / 2 : kWidestChunk;
}

/// Marks what the analog input reaches directly or through relays. constant_order() brings sources first.
void mark_constants(PreparedNetwork& prepared) {
  for (const PopulationId id : prepared.constant_order) {
    PreparedPopulation& population = prepared.populations[id];
    for (const PreparedProjection& projection : population.inbound) {
      population.takes_constants =
          population.takes_constants || prepared.populations[projection.source].emits_constants();
    }
  }
}

Step block_of(const PreparedNetwork& prepared) {
  std::uint64_t bytes_per_step = 0;
  for (const PreparedPopulation& population : prepared.populations) {
    bytes_per_step +=
        population.emits() ? Emission::bytes(population.shape, 1, population.emission_kind()) : 0;
  }
  Step block = kMostSteps;
  while (block > 1 && block * bytes_per_step > kMostEmissionBytes) {
    block /= 2;
  }
  return block;
}

}  // namespace

std::vector<float> unpadded(const PreparedPopulation& population, std::span<const float> lanes) {
  std::vector<float> values;
  values.reserve(lanes.empty() ? 0 : population.units());
  for (std::size_t first = 0; first < lanes.size(); first += population.channels.lanes) {
    for (const Chunk& chunk : population.channels.chunks) {
      const auto begin = lanes.begin() + static_cast<std::ptrdiff_t>(first + chunk.offset);
      values.insert(values.end(), begin, begin + static_cast<std::ptrdiff_t>(chunk.channels));
    }
  }
  return values;
}

PreparedNetwork prepare(const Network& network) {
  validate(network);
  PreparedNetwork prepared;
  prepared.phases = network.phases;
  prepared.components = components(network);
  prepared.constant_order = constant_order(network);
  std::vector<std::vector<std::size_t>> cuts(network.populations.size());
  std::vector<std::size_t> rows_of_weights(network.populations.size(), 0);
  for (const Projection& projection : network.projections) {
    std::visit(AppendCuts{cuts[projection.target]}, projection.kernel);
    std::size_t& rows = rows_of_weights[projection.target];
    rows = std::max(rows, std::visit(RowsOfWeights{}, projection.kernel));
  }
  for (PopulationId id = 0; id < network.populations.size(); ++id) {
    const Population& population = network.populations[id];
    PreparedPopulation entry;
    entry.shape = population.shape;
    entry.role = population.role;
    entry.current = population.current;
    entry.initial = population.initial;
    entry.channels =
        cut_channels(index(population.shape.channels), cuts[id], widest_chunk(rows_of_weights[id]));
    if (is_input(entry.role)) {
      prepared.input = id;
    }
    prepared.populations.push_back(std::move(entry));
  }
  for (const Projection& projection : network.projections) {
    PreparedPopulation& target = prepared.populations[projection.target];
    target.inbound.push_back({.source = projection.source,
                              .delay = projection.delay,
                              .kernel = std::visit(PrepareKernel{target.channels}, projection.kernel)});
    Step& longest = prepared.populations[projection.source].longest_delay;
    longest = std::max(longest, projection.delay);
  }
  mark_constants(prepared);
  prepared.block = block_of(prepared);
  return prepared;
}

}  // namespace homolog::sim
