#include "sim/engine/neuron_update.hpp"

#include <cstdint>
#include <limits>
#include <variant>

#include "sim/engine/bits.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/neuron_update.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#ifndef HOMOLOG_NEURON_UPDATE_ONCE
#define HOMOLOG_NEURON_UPDATE_ONCE
namespace homolog::sim {
/// The models that have a vector form: v <- decay * v + input, then subtract the threshold or set to 0.
struct LinearModel {
  float threshold = 1.0F;
  float decay = 1.0F;
  bool reset_to_zero = false;
};
}  // namespace homolog::sim
#endif

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Bit i of the result: whether lane i of `mask` is set. (CompressStore would do, but g++ 12 copies its
/// table to the stack at every call.)
template <class D, class M>
HWY_INLINE std::uint64_t bits_of(D d, M mask) {
  std::uint64_t bits = 0;
  (void)hn::StoreMaskBits(d, mask, reinterpret_cast<std::uint8_t*>(&bits));
  return bits;
}

/// The same operations in the same order as `integrate` and `fires` of the models, several units at a
/// time: no bit differs, whatever the vector length.
template <bool kLeak, bool kResetToZero>
std::size_t update_all(const LinearModel& model, std::size_t units, float* HWY_RESTRICT v,
                       float* HWY_RESTRICT z, const float* HWY_RESTRICT current, UnitId* HWY_RESTRICT fired,
                       bool& surplus) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto threshold = hn::Set(d, model.threshold);
  const auto decay = hn::Set(d, model.decay);
  auto highest = hn::Set(d, std::numeric_limits<float>::lowest());
  std::size_t count = 0;
  std::size_t first = 0;
  for (; first + kBitsPerWord <= units; first += kBitsPerWord) {
    std::uint64_t word = 0;
    for (std::size_t lane = 0; lane < kBitsPerWord; lane += lanes) {
      const std::size_t i = first + lane;
      auto input = hn::LoadU(d, z + i);
      if (current != nullptr) {
        input = hn::Add(input, hn::LoadU(d, current + i));
      }
      hn::StoreU(hn::Zero(d), d, z + i);
      auto potential = hn::LoadU(d, v + i);
      if constexpr (kLeak) {
        potential = hn::Mul(potential, decay);
      }
      potential = hn::Add(potential, input);
      const auto fires = hn::Ge(potential, threshold);
      if constexpr (kResetToZero) {
        potential = hn::IfThenZeroElse(fires, potential);
      } else {
        potential = hn::IfThenElse(fires, hn::Sub(potential, threshold), potential);
      }
      hn::StoreU(potential, d, v + i);
      highest = hn::Max(highest, potential);
      word |= bits_of(d, fires) << lane;
    }
    count += write_set_bits(word, first, fired + count);
  }
  surplus = !hn::AllFalse(d, hn::Ge(highest, threshold));
  for (std::size_t i = first; i < units; ++i) {
    float input = z[i];
    if (current != nullptr) {
      input += current[i];
    }
    z[i] = 0.0F;
    float potential = v[i];
    if constexpr (kLeak) {
      potential *= model.decay;
    }
    potential += input;
    if (potential >= model.threshold) {
      potential = kResetToZero ? 0.0F : potential - model.threshold;
      surplus = surplus || potential >= model.threshold;
      fired[count++] = static_cast<UnitId>(i);
    }
    v[i] = potential;
  }
  return count;
}

std::size_t update_linear(const LinearModel& model, std::size_t units, float* v, float* z,
                          const float* current, UnitId* fired, bool& surplus) {
  if (model.decay == 1.0F) {  // v * 1 is v
    return model.reset_to_zero ? update_all<false, true>(model, units, v, z, current, fired, surplus)
                               : update_all<false, false>(model, units, v, z, current, fired, surplus);
  }
  return model.reset_to_zero ? update_all<true, true>(model, units, v, z, current, fired, surplus)
                             : update_all<true, false>(model, units, v, z, current, fired, surplus);
}

std::size_t collect_nonzero(float* HWY_RESTRICT z, std::size_t size, UnitId* HWY_RESTRICT units,
                            float* HWY_RESTRICT values) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t count = 0;
  std::size_t first = 0;
  for (; first + kBitsPerWord <= size; first += kBitsPerWord) {
    std::uint64_t word = 0;
    for (std::size_t lane = 0; lane < kBitsPerWord; lane += lanes) {
      word |= bits_of(d, hn::Ne(hn::LoadU(d, z + first + lane), hn::Zero(d))) << lane;
    }
    count += write_set_bits(word, first, units + count);
  }
  for (std::size_t i = first; i < size; ++i) {
    if (z[i] != 0.0F) {
      units[count++] = static_cast<UnitId>(i);
    }
  }
  for (std::size_t e = 0; e < count; ++e) {
    values[e] = z[units[e]];
    z[units[e]] = 0.0F;
  }
  return count;
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {

HWY_EXPORT(update_linear);
HWY_EXPORT(collect_nonzero);

/// Any model, one unit after the other, by its own functions: the definition.
template <NeuronModel Model>
std::size_t update_each(const Model& model, const NeuronStep& step, UnitId* fired, bool& surplus) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < step.v.size(); ++i) {
    const float input = step.current == nullptr ? step.z[i] : step.z[i] + step.current[i];
    step.z[i] = 0.0F;
    if (!step.refractory_left.empty() && step.refractory_left[i] > 0) {
      --step.refractory_left[i];
      continue;
    }
    model.integrate(step.v[i], input);
    if (model.fires(step.v[i])) {
      fired[count++] = static_cast<UnitId>(i);
      if (!step.refractory_left.empty()) {
        step.refractory_left[i] = static_cast<Step>(model.refractory);
      }
    }
  }
  surplus = true;  // not known: always update
  return count;
}

LinearModel linear(const IntegrateAndFire& model) {
  return {.threshold = model.threshold, .decay = 1.0F, .reset_to_zero = model.reset == Reset::zero};
}

LinearModel linear(const LeakyIntegrateAndFire& model) {
  return {.threshold = model.threshold, .decay = model.decay, .reset_to_zero = model.reset == Reset::zero};
}

struct Update {
  const NeuronStep& step;
  UnitId* fired;
  bool& surplus;

  template <NeuronModel Model>
  std::size_t operator()(const Model& model) const {
    if constexpr (requires { linear(model); }) {
      if (model.refractory == 0) {
        return HWY_DYNAMIC_DISPATCH(update_linear)(linear(model), step.v.size(), step.v.data(), step.z.data(),
                                                   step.current, fired, surplus);
      }
    }
    return update_each(model, step, fired, surplus);
  }
};

}  // namespace

std::size_t update_neurons(const Neuron& model, const NeuronStep& step, UnitId* fired, bool& surplus) {
  return std::visit(Update{step, fired, surplus}, model);
}

bool rests_without_input(const Neuron& model) {
  const auto* integrate_and_fire = std::get_if<IntegrateAndFire>(&model);
  return integrate_and_fire != nullptr && integrate_and_fire->refractory == 0;
}

std::size_t take_nonzero(std::span<float> z, UnitId* units, float* values) {
  return HWY_DYNAMIC_DISPATCH(collect_nonzero)(z.data(), z.size(), units, values);
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
