#include "sim/engine/tiles.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "sim/engine/prepared_network.hpp"
#include "sim/network/network.hpp"

namespace homolog::sim::tiles_test {
namespace {

constexpr Shape kMap{.channels = 32, .height = 4, .width = 4};

/// Of zeros: from kMap with as many channels, extent x extent, 8-bit or float32.
Convolution convolution(std::int64_t in_channels, std::int64_t channels, std::int64_t extent, bool int8) {
  Shape in = kMap;
  in.channels = in_channels;
  Shape out = kMap;
  out.channels = channels;
  Convolution kernel{.in = in,
                     .out = out,
                     .window = {.kernel_h = extent,
                                .kernel_w = extent,
                                .pad_top = (extent - 1) / 2,
                                .pad_left = (extent - 1) / 2},
                     .channels = channels};
  const auto weights = static_cast<std::size_t>(in_channels * channels * extent * extent);
  if (int8) {
    kernel.int8.values.assign(weights, 0);
    kernel.int8.scale.assign(static_cast<std::size_t>(channels), 1.0F);
  } else {
    kernel.weights.assign(weights, 0.0F);
  }
  return kernel;
}

/// A population that receives over all these kernels, from populations of their own.
PreparedNetwork target_of(const std::vector<Convolution>& kernels) {
  Network network;
  network.populations.push_back({.name = "input", .shape = kMap, .role = PoissonInput{}});
  const auto target = static_cast<PopulationId>(kernels.size() + 1);
  for (const Convolution& kernel : kernels) {
    const auto source = static_cast<PopulationId>(network.populations.size());
    network.populations.push_back({.name = "s", .shape = kernel.in, .role = Neurons{}});
    network.projections.push_back({.source = source, .target = target, .kernel = kernel});
  }
  network.populations.push_back({.name = "target", .shape = kernels.front().out, .role = Neurons{}});
  for (PopulationId p = 0; p < network.populations.size(); ++p) {
    network.populations[p].name += std::to_string(p);
  }
  return prepare(network);
}

std::size_t together(const std::vector<Convolution>& kernels, std::size_t chunk) {
  return chunks_together(target_of(kernels).populations.back(), chunk);
}

TEST(ChunksTogether, AreTwoOf8BitWeights) {
  EXPECT_EQ(together({convolution(32, 160, 3, true)}, 0), 2U);
  EXPECT_EQ(together({convolution(32, 160, 3, true)}, 2), 1U);  // the last one
  EXPECT_EQ(together({convolution(32, 160, 3, false)}, 0), 1U);
}

TEST(ChunksTogether, AreTwoOnlyWhileTheRowsOfAllKernelsLeaveRoom) {
  // Rows of 128 weights: 3 x 3 x 224 of them are 252 KiB, and 1 x 1 x 64 more 260.
  EXPECT_EQ(together({convolution(224, 128, 3, true)}, 0), 2U);
  EXPECT_EQ(together({convolution(256, 128, 3, true)}, 0), 1U);
  EXPECT_EQ(together({convolution(224, 128, 3, true), convolution(64, 128, 1, true)}, 0), 1U);
}

TEST(ChunksTogether, IsOneWhereAnyKernelHasFloatWeights) {
  EXPECT_EQ(together({convolution(32, 128, 3, true), convolution(32, 128, 1, false)}, 0), 1U);
}

}  // namespace
}  // namespace homolog::sim::tiles_test
