#include "sim/engine/signed_update.hpp"

#include <algorithm>
#include <array>

#include "sim/engine/bits.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/signed_update.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#include "sim/engine/kernels/lane_mask-inl.h"

#ifndef HOMOLOG_SIGNED_UPDATE_ONCE
#define HOMOLOG_SIGNED_UPDATE_ONCE
namespace homolog::sim {
/// Spikes of one position: per step the lanes of the chunk.
struct SignedLanes {
  std::array<std::uint64_t, kMostSteps> fired{};
  std::array<std::uint64_t, kMostSteps> negative{};
};

/// One position of a tile.
struct SignedPosition {
  const float* z = nullptr;
  const float* current = nullptr;
  float* v = nullptr;
  std::int32_t* net = nullptr;
  std::uint64_t touched = 0;
};
}  // namespace homolog::sim
#endif

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

using NetTag = hn::RebindToSigned<FloatTag>;

/// The same operations in the same order as SignedIntegrateAndFire, so that no bit differs.
void update_signed_position(const SignedIntegrateAndFire& model, const SignedPosition& position,
                            std::size_t width, Step steps, SignedLanes& spikes) {
  const FloatTag d;
  const NetTag dn;
  const auto threshold = hn::Set(d, model.threshold);
  const auto zero = hn::Zero(d);
  const auto one = hn::Set(dn, 1);
  for (std::size_t lane = 0; lane < width; lane += kLanes) {
    auto v = hn::LoadU(d, position.v + lane);
    auto net = hn::LoadU(dn, position.net + lane);
    const auto current = position.current == nullptr ? zero : hn::LoadU(d, position.current + lane);
    for (Step step = 0; step < steps; ++step) {
      const bool has_input = (position.touched >> step & 1U) != 0;
      const auto z = has_input ? hn::LoadU(d, position.z + step * width + lane) : zero;
      v = hn::Add(v, hn::Add(z, current));
      const auto up = hn::Ge(v, threshold);
      auto down = hn::Lt(v, zero);
      if (model.rectified) {
        down = hn::And(down, hn::RebindMask(d, hn::Gt(net, hn::Zero(dn))));
      }
      v = hn::Sub(v, hn::IfThenElseZero(up, threshold));
      v = hn::Add(v, hn::IfThenElseZero(down, threshold));
      net = hn::Add(net, hn::IfThenElseZero(hn::RebindMask(dn, up), one));
      net = hn::Sub(net, hn::IfThenElseZero(hn::RebindMask(dn, down), one));
      const std::uint64_t minus = mask_bits(d, down);
      spikes.fired[step] |= (mask_bits(d, up) | minus) << lane;
      spikes.negative[step] |= minus << lane;
    }
    hn::StoreU(v, d, position.v + lane);
    hn::StoreU(net, dn, position.net + lane);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(update_signed_position);
}  // namespace

void update_signed(const SignedIntegrateAndFire& model, const NeuronTile& neurons, std::int32_t* net,
                   const Tile& tile, std::size_t channels, const StepRows& rows, const StepRows& negative) {
  SignedLanes spikes;
  const std::uint64_t real = low_bits(tile.chunk.channels);
  for (std::size_t x = tile.x0; x < tile.x1; ++x) {
    const std::size_t lane = (x - tile.x0) * neurons.stride;
    std::fill_n(spikes.fired.begin(), tile.steps, std::uint64_t{0});
    std::fill_n(spikes.negative.begin(), tile.steps, std::uint64_t{0});
    const SignedPosition position{.z = tile.sums(x),
                                  .current = neurons.current == nullptr ? nullptr : neurons.current + lane,
                                  .v = neurons.v + lane,
                                  .net = net + lane,
                                  .touched = tile.touched[x - tile.x0]};
    HWY_DYNAMIC_DISPATCH(update_signed_position)(model, position, tile.chunk.width, tile.steps, spikes);
    const std::size_t bit = x * channels + tile.chunk.first;
    for (Step step = 0; step < tile.steps; ++step) {
      if (spikes.fired[step] != 0) {
        set_bits(rows[step], bit, spikes.fired[step] & real);
        set_bits(negative[step], bit, spikes.negative[step] & real);
      }
    }
  }
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
