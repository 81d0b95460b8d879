#include "sim/engine/kernels/one_to_one.hpp"

#include <algorithm>
#include <array>

#include "sim/engine/kernels/lanes.hpp"

namespace homolog::sim {
namespace {

struct Synapse {
  UnitId source = 0;
  UnitId target = 0;
  std::uint32_t rank = 0;  ///< among the sources of this target
};

/// Sorted by target position, then rank, then target: neighbours in this order make runs.
std::vector<Synapse> sorted_synapses(const OneToOne& kernel) {
  std::vector<std::uint32_t> sources_of(static_cast<std::size_t>(kernel.out.size()), 0);
  std::vector<Synapse> synapses;
  for (std::int64_t x = 0; x < kernel.in.width; ++x) {
    for (std::int64_t y = 0; y < kernel.in.height; ++y) {
      for (std::int64_t c = 0; c < kernel.in.channels; ++c) {
        const UnitId source = hwc_index(kernel.in, c, y, x);
        const UnitId target = kernel.target[source];
        if (target != kNoUnit) {
          synapses.push_back({.source = source, .target = target, .rank = sources_of[target]++});
        }
      }
    }
  }
  const auto channels = static_cast<UnitId>(kernel.out.channels);
  std::sort(synapses.begin(), synapses.end(), [channels](const Synapse& a, const Synapse& b) {
    if (a.target / channels != b.target / channels) {
      return a.target < b.target;
    }
    return a.rank != b.rank ? a.rank < b.rank : a.target < b.target;
  });
  return synapses;
}

}  // namespace

OneToOneKernel::OneToOneKernel(const OneToOne& kernel) : width_(static_cast<std::size_t>(kernel.out.width)) {
  const auto channels = static_cast<std::uint32_t>(kernel.out.channels);
  const auto source_row = static_cast<std::uint32_t>(kernel.in.width * kernel.in.channels);
  std::size_t position = 0;
  const Synapse* before = nullptr;
  const std::vector<Synapse> synapses = sorted_synapses(kernel);
  for (const Synapse& synapse : synapses) {
    while (position <= synapse.target / channels) {
      first_run_.push_back(runs_.size());
      ++position;
      before = nullptr;
    }
    const bool continues = before != nullptr && synapse.rank == before->rank &&
                           synapse.target == before->target + 1 && synapse.source == before->source + 1 &&
                           synapse.source % source_row != 0;
    if (continues) {
      ++runs_.back().count;
    } else {
      runs_.push_back({.channel = synapse.target % channels,
                       .count = 1,
                       .row = synapse.source / source_row,
                       .unit = synapse.source % source_row,
                       .weight = weights_.size()});
    }
    weights_.push_back(kernel.weight[synapse.source]);
    before = &synapse;
  }
  first_run_.resize(static_cast<std::size_t>(kernel.out.area()) + 1, runs_.size());
}

std::uint64_t OneToOneKernel::add(const SourceRows& source, const Tile& tile) const {
  std::uint64_t contributions = 0;
  LaneRows rows;
  LaneEvents events;
  std::array<float, kWidestChunk> weights{};
  const std::size_t end_channel = tile.chunk.first + tile.chunk.channels;
  for (std::size_t x = tile.x0; x < tile.x1; ++x) {
    const std::size_t position = tile.y * width_ + x;
    for (std::size_t r = first_run_[position]; r < first_run_[position + 1]; ++r) {
      const Run& run = runs_[r];
      const std::size_t first = std::max<std::size_t>(run.channel, tile.chunk.first);
      const std::size_t last = std::min<std::size_t>(run.channel + run.count, end_channel);
      if (first >= last) {
        continue;
      }
      const std::size_t skipped = first - run.channel;
      const std::size_t lane = first - tile.chunk.first;
      rows.point_to(source, run.row);
      contributions += read_lanes(rows, tile.steps, run.unit + skipped, last - first, lane, events);
      if (events.active != 0) {
        std::copy_n(weights_.data() + run.weight + skipped, last - first, weights.data() + lane);
        add_lanes(events, weights.data(), x, tile);
      }
    }
  }
  return contributions;
}

}  // namespace homolog::sim
