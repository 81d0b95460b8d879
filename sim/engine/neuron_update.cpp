#include "sim/engine/neuron_update.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <variant>

#include "sim/engine/bits.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/neuron_update.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#include "sim/engine/kernels/lane_mask-inl.h"

#ifndef HOMOLOG_NEURON_UPDATE_ONCE
#define HOMOLOG_NEURON_UPDATE_ONCE
namespace homolog::sim {
/// The models that have a vector form: v <- decay * v + input, then subtract the threshold or set to 0.
/// With phases, summed input and threshold of a step are multiplied by what a spike is worth in it, the
/// constant current by its share.
struct LinearModel {
  float threshold = 1.0F;
  float decay = 1.0F;
  bool reset_to_zero = false;
  const float* worth = nullptr;   ///< of each step of the block; null without phases
  const float* share = nullptr;   ///< likewise
  float lowest_threshold = 1.0F;  ///< of all steps
};

/// Which of its operations a model needs.
enum class Form { integrate, leak, integrate_to_zero, leak_to_zero, phases };

/// The summed input of a position that received nothing, and the constant current where there is none.
alignas(64) inline constexpr std::array<float, kWidestChunk> kNothing{};

/// Spikes of one position: per step the lanes of the chunk.
using FiredLanes = std::array<std::uint64_t, kMostSteps>;
}  // namespace homolog::sim
#endif

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

/// Potentials of some lanes of one position, kept in registers over the steps.
template <std::size_t kVectors>
struct Lanes {
  hn::Vec<FloatTag> potential[kVectors];
};

/// One step: the same operations in the same order as `integrate` and `fires` of the models, so that no bit
/// differs, whatever the vector length. Returns the lanes that fire.
template <std::size_t kVectors, Form kForm>
HWY_INLINE std::uint64_t fire(const LinearModel& model, Step step, const float* HWY_RESTRICT z,
                              const float* HWY_RESTRICT current, Lanes<kVectors>& lanes) {
  const FloatTag d;
  const auto worth = hn::Set(d, kForm == Form::phases ? model.worth[step] : 1.0F);
  auto threshold = hn::Set(d, model.threshold);
  if constexpr (kForm == Form::phases) {
    threshold = hn::Mul(worth, threshold);
  }
  hn::Mask<FloatTag> fires[kVectors];
  for (std::size_t j = 0; j < kVectors; ++j) {
    auto sum = hn::Load(d, z + j * kLanes);
    auto drive = hn::Load(d, current + j * kLanes);
    auto& potential = lanes.potential[j];
    if constexpr (kForm == Form::phases) {
      sum = hn::Mul(worth, sum);
      drive = hn::Mul(hn::Set(d, model.share[step]), drive);
    }
    const auto input = hn::Add(sum, drive);
    if constexpr (kForm == Form::leak || kForm == Form::leak_to_zero) {
      potential = hn::Mul(potential, hn::Set(d, model.decay));
    }
    potential = hn::Add(potential, input);
    fires[j] = hn::Ge(potential, threshold);
    if constexpr (kForm == Form::integrate_to_zero || kForm == Form::leak_to_zero) {
      potential = hn::IfThenZeroElse(fires[j], potential);
    } else {  // the difference does not wait for the comparison
      potential = hn::IfThenElse(fires[j], hn::Sub(potential, threshold), potential);
    }
  }
  return masks_to_bits(d, fires);
}

/// Whether a unit fires without further input, now or, with phases, in a later one.
template <std::size_t kVectors, Form kForm>
HWY_INLINE bool at_threshold(const LinearModel& model, const Lanes<kVectors>& lanes) {
  const FloatTag d;
  auto highest = lanes.potential[0];
  for (std::size_t j = 1; j < kVectors; ++j) {
    highest = hn::Max(highest, lanes.potential[j]);
  }
  const float threshold = kForm == Form::phases ? model.lowest_threshold : model.threshold;
  return !hn::AllFalse(d, hn::Ge(highest, hn::Set(d, threshold)));
}

/// kVectors vectors of one position over all steps; `z`, `current` and `v` begin at `lane`.
template <std::size_t kVectors, Form kForm>
HWY_INLINE void update_vectors(const LinearModel& model, const float* HWY_RESTRICT z, std::size_t width,
                               std::uint64_t touched, Step steps, const float* HWY_RESTRICT current,
                               float* HWY_RESTRICT v, std::size_t lane, std::uint64_t* HWY_RESTRICT fired) {
  const FloatTag d;
  Lanes<kVectors> lanes;
  bool rests = kForm != Form::leak && kForm != Form::leak_to_zero;  // units without input stay as they are
  for (std::size_t j = 0; j < kVectors; ++j) {
    lanes.potential[j] = hn::Load(d, v + j * kLanes);
    rests = rests && hn::AllTrue(d, hn::Eq(hn::Load(d, current + j * kLanes), hn::Zero(d)));
  }
  // Steps without input read zeros: cheaper than a branch that nobody can predict.
  const auto input = [&](Step step) {
    return (touched >> step & 1U) != 0 ? z + step * width : kNothing.data();
  };
  if (!rests) {
    for (Step step = 0; step < steps; ++step) {
      fired[step] |= fire<kVectors, kForm>(model, step, input(step), current, lanes) << lane;
    }
  } else {
    bool surplus = at_threshold<kVectors, kForm>(model, lanes);
    for (Step step = 0; step < steps; ++step) {
      const std::uint64_t later = touched >> step;
      if (!surplus) {
        if (later == 0) {
          break;
        }
        step += static_cast<Step>(std::countr_zero(later));
      }
      fired[step] |= fire<kVectors, kForm>(model, step, input(step), current, lanes) << lane;
      surplus = at_threshold<kVectors, kForm>(model, lanes);
    }
  }
  for (std::size_t j = 0; j < kVectors; ++j) {
    hn::Store(lanes.potential[j], d, v + j * kLanes);
  }
}

/// All lanes of a chunk of `kWidth`: as many vectors at a time as stay in registers.
template <Form kForm, std::size_t kWidth>
HWY_INLINE void update_chunk(const LinearModel& model, const float* z, std::uint64_t touched, Step steps,
                             const float* current, float* v, std::uint64_t* fired) {
  constexpr std::size_t kVectors = std::min<std::size_t>(8, kWidth / kLanes);
  for (std::size_t lane = 0; lane < kWidth; lane += kVectors * kLanes) {
    update_vectors<kVectors, kForm>(model, z + lane, kWidth, touched, steps, current + lane, v + lane, lane,
                                    fired);
  }
}

template <Form kForm>
void update_position(const LinearModel& model, const float* z, std::size_t width, std::uint64_t touched,
                     Step steps, const float* current, float* v, std::uint64_t* fired) {
  switch (width) {
    case 16: return update_chunk<kForm, 16>(model, z, touched, steps, current, v, fired);
    case 32: return update_chunk<kForm, 32>(model, z, touched, steps, current, v, fired);
    default: return update_chunk<kForm, 64>(model, z, touched, steps, current, v, fired);
  }
}

void update_linear(const LinearModel& model, const float* z, std::size_t width, std::uint64_t touched,
                   Step steps, const float* current, float* v, std::uint64_t* fired) {
  if (model.worth != nullptr) {
    update_position<Form::phases>(model, z, width, touched, steps, current, v, fired);
  } else if (model.decay == 1.0F) {  // v * 1 is v
    (model.reset_to_zero
         ? update_position<Form::integrate_to_zero>
         : update_position<Form::integrate>)(model, z, width, touched, steps, current, v, fired);
  } else {
    (model.reset_to_zero ? update_position<Form::leak_to_zero>
                         : update_position<Form::leak>)(model, z, width, touched, steps, current, v, fired);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {

HWY_EXPORT(update_linear);

/// One position of a tile.
struct Position {
  const float* z = nullptr;
  float* v = nullptr;
  const float* current = nullptr;
  Step* refractory_left = nullptr;
  std::uint64_t touched = 0;
};

/// Any model, one unit after the other, by its own functions: the definition.
template <NeuronModel Model>
void update_each(const Model& model, const Position& position, const Tile& tile, FiredLanes& fired) {
  for (Step step = 0; step < tile.steps; ++step) {
    const bool has_input = (position.touched >> step & 1U) != 0;
    for (std::size_t lane = 0; lane < tile.chunk.channels; ++lane) {
      float input = has_input ? position.z[step * tile.chunk.width + lane] : 0.0F;
      if (position.current != nullptr) {
        input += position.current[lane];
      }
      if (position.refractory_left != nullptr && position.refractory_left[lane] > 0) {
        --position.refractory_left[lane];
        continue;
      }
      model.integrate(position.v[lane], input);
      if (model.fires(position.v[lane])) {
        fired[step] |= std::uint64_t{1} << lane;
        if (position.refractory_left != nullptr) {
          position.refractory_left[lane] = static_cast<Step>(model.refractory);
        }
      }
    }
  }
}

LinearModel linear(const IntegrateAndFire& model, const NeuronTile& neurons) {
  return {.threshold = model.threshold,
          .decay = 1.0F,
          .reset_to_zero = model.reset == Reset::zero,
          .worth = neurons.worth,
          .share = neurons.share,
          .lowest_threshold = neurons.least_worth * model.threshold};
}

LinearModel linear(const LeakyIntegrateAndFire& model, const NeuronTile& /*neurons*/) {
  return {.threshold = model.threshold,
          .decay = model.decay,
          .reset_to_zero = model.reset == Reset::zero,
          .lowest_threshold = model.threshold};
}

struct Update {
  const NeuronTile& neurons;
  const Position& position;
  const Tile& tile;
  FiredLanes& fired;

  void operator()(const SignedIntegrateAndFire& /*model*/) const {}  // see signed_update.hpp
  template <NeuronModel Model>
  void operator()(const Model& model) const {
    if constexpr (requires { linear(model, neurons); }) {
      if (model.refractory == 0) {
        HWY_DYNAMIC_DISPATCH(update_linear)
        (linear(model, neurons), position.z, tile.chunk.width, position.touched, tile.steps,
         position.current == nullptr ? kNothing.data() : position.current, position.v, fired.data());
        return;
      }
    }
    update_each(model, position, tile, fired);
  }
};

}  // namespace

void update_neurons(const Neuron& model, const NeuronTile& neurons, const Tile& tile, std::size_t channels,
                    const StepRows& rows) {
  FiredLanes fired;
  const std::uint64_t real = low_bits(tile.chunk.channels);
  for (std::size_t x = tile.x0; x < tile.x1; ++x) {
    const std::size_t lane = (x - tile.x0) * neurons.stride;
    std::fill_n(fired.begin(), tile.steps, std::uint64_t{0});
    const Position position{
        .z = tile.sums(x),
        .v = neurons.v + lane,
        .current = neurons.current == nullptr ? nullptr : neurons.current + lane,
        .refractory_left = neurons.refractory_left == nullptr ? nullptr : neurons.refractory_left + lane,
        .touched = tile.touched[x - tile.x0]};
    std::visit(Update{neurons, position, tile, fired}, model);
    const std::size_t bit = x * channels + tile.chunk.first;
    if (bit % kBitsPerWord == 0) {
      for (Step step = 0; step < tile.steps; ++step) {
        rows[step][bit / kBitsPerWord] |= fired[step] & real;
      }
    } else {
      for (Step step = 0; step < tile.steps; ++step) {
        set_bits(rows[step], bit, fired[step] & real);
      }
    }
  }
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
