#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/core/shape.hpp"
#include "sim/engine/aligned_buffer.hpp"

namespace homolog::sim {

/// What one population emitted in one step: ascending units; `values` is null for spikes, and holds one
/// value per unit for graded events.
struct Events {
  std::span<const UnitId> units{};
  const float* values = nullptr;
};

/// Room for the events of one step of a population: at most one per unit.
class EventBuffer {
 public:
  EventBuffer(std::size_t units, bool graded) : units_(units), values_(graded ? units : 0), graded_(graded) {}

  /// The owner writes ascending units (and values) here and then says how many.
  [[nodiscard]] UnitId* units() noexcept { return units_.data(); }
  [[nodiscard]] float* values() noexcept { return values_.data(); }
  void set_size(std::size_t size) noexcept { size_ = size; }

  [[nodiscard]] Events events() const noexcept {
    return {.units = units_.span().first(size_), .values = graded_ ? values_.data() : nullptr};
  }

  [[nodiscard]] static std::uint64_t bytes(std::uint64_t units, bool graded) noexcept {
    return AlignedBuffer<UnitId>::bytes(units) + AlignedBuffer<float>::bytes(graded ? units : 0);
  }

 private:
  AlignedBuffer<UnitId> units_;
  AlignedBuffer<float> values_;
  bool graded_ = false;
  std::size_t size_ = 0;
};

}  // namespace homolog::sim
