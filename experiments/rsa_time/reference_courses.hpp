#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/ordered_rdm.hpp"
#include "experiments/rsa/progress.hpp"
#include "experiments/rsa/rsa_settings.hpp"
#include "experiments/rsa_time/course.hpp"
#include "experiments/rsa_time/window_rdms.hpp"

namespace homolog::experiments {

/// What the windows of a course are compared with.
struct CourseSubjects {
  std::vector<std::vector<OrderedRdm>> sets{};              ///< subjects
  std::vector<std::optional<std::size_t>> set_of_window{};  ///< nothing: the course has no value there

  /// The same subjects for all windows.
  static CourseSubjects same(std::vector<OrderedRdm> subjects, std::size_t windows);
};

/// The course of a layer over its windows. Windows with one set share a bootstrap; the draws of others are
/// the same, since a draw depends on the seed and its number only (see infer()). Throws what evaluate()
/// throws.
[[nodiscard]] Course window_course(const Comparison& comparison, const WindowRdms& rdms,
                                   const CourseSubjects& subjects, const InferenceSettings& inference,
                                   std::uint64_t seed, const Progress& progress);

}  // namespace homolog::experiments
