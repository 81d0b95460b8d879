#pragma once

#include <cstdint>

#include "sim/core/shape.hpp"
#include "sim/engine/emission.hpp"

namespace homolog::sim {

/// All spikes of one population during one presentation, one bit per unit and step (with signs two). A
/// simulation fills it (Observer::record) and replays it (Presentation::replayed), so that what other
/// populations make of these spikes can be found out without simulating this one, and all before it, again.
class SpikeRecord {
 public:
  SpikeRecord() = default;  ///< of no population
  SpikeRecord(const Shape& shape, Step steps, bool with_signs)
      : shape_(shape), steps_(steps), spikes_(shape, steps, kind(with_signs)) {}

  [[nodiscard]] const Shape& shape() const noexcept { return shape_; }
  [[nodiscard]] Step steps() const noexcept { return steps_; }
  [[nodiscard]] bool with_signs() const noexcept { return spikes_.is_signed(); }

  /// Steps first .. first + count - 1, which must not reach beyond steps(), as `emission` has them.
  void keep(const Emission& emission, Step first, Step count) { copy(emission, spikes_, first, count); }
  /// The same steps, to `emission`, in place of what it held in them.
  void replay(Emission& emission, Step first, Step count) const { copy(spikes_, emission, first, count); }

  [[nodiscard]] static std::uint64_t bytes(const Shape& shape, Step steps, bool with_signs) noexcept {
    return Emission::bytes(shape, steps, kind(with_signs));
  }

 private:
  static Emission::Kind kind(bool with_signs) noexcept {
    return with_signs ? Emission::Kind::signed_spikes : Emission::Kind::spikes;
  }
  static void copy(const Emission& from, Emission& to, Step first, Step count);

  Shape shape_{};
  Step steps_ = 0;
  Emission spikes_{};
};

}  // namespace homolog::sim
