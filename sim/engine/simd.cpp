#include "sim/engine/simd.hpp"

#include "sim/core/error.hpp"
#include "sim/core/suggest.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/simd.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

std::size_t lanes_of_target() {
  return hwy::HWY_NAMESPACE::MaxLanes(hwy::HWY_NAMESPACE::CappedTag<float, 16>());
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(lanes_of_target);

/// One bit of a Highway mask per target, best (lowest) first.
std::vector<std::int64_t> targets() {
  std::vector<std::int64_t> targets;
  for (std::int64_t rest = hwy::SupportedTargets() & HWY_TARGETS; rest != 0; rest &= rest - 1) {
    targets.push_back(rest & -rest);
  }
  return targets;
}

}  // namespace

std::vector<std::string> instruction_sets() {
  std::vector<std::string> names;
  for (const std::int64_t target : targets()) {
    names.emplace_back(hwy::TargetName(target));
  }
  return names;
}

void use_instruction_set(const std::string& name) {
  hwy::SetSupportedTargetsForTest(0);
  if (!name.empty()) {
    std::int64_t chosen = 0;
    for (const std::int64_t target : targets()) {
      if (name == hwy::TargetName(target)) {
        chosen = target;
      }
    }
    if (chosen == 0) {
      throw Error(ErrorKind::internal,
                  "no instruction set '" + name + "' (there are: " + joined(instruction_sets()) + ")");
    }
    hwy::SetSupportedTargetsForTest(chosen);
  }
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

std::size_t lanes_in_use() {
  return HWY_DYNAMIC_DISPATCH(lanes_of_target)();
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
