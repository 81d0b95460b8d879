#include "experiments/rsa_time/reference_courses.hpp"

#include <utility>

namespace homolog::experiments {

CourseSubjects CourseSubjects::same(std::vector<OrderedRdm> subjects, std::size_t windows) {
  CourseSubjects all;
  all.sets.push_back(std::move(subjects));
  all.set_of_window.assign(windows, 0);
  return all;
}

Course window_course(const Comparison& comparison, const WindowRdms& rdms, const CourseSubjects& subjects,
                     const InferenceSettings& inference, std::uint64_t seed, const Progress& progress) {
  Course course(subjects.set_of_window.size());
  const std::size_t count = rdms.rdms.size();
  const auto set_of = [&](std::size_t k) { return subjects.set_of_window[rdms.place[k]]; };
  for (std::size_t first = 0, end = 0; first < count; first = end) {
    const std::optional<std::size_t> set = set_of(first);
    for (end = first + 1; end < count && set_of(end) == set;) {
      ++end;
    }
    if (!set) {
      continue;
    }
    const auto share = [count](std::size_t k) { return static_cast<double>(k) / static_cast<double>(count); };
    const Evaluation evaluation =
        evaluate(comparison, std::span(rdms.rdms).subspan(first, end - first), subjects.sets[*set], inference,
                 seed, part_of(progress, share(first), share(end)));
    for (std::size_t k = first; k < end; ++k) {
      course.set(rdms.place[k], evaluation, k - first);
    }
  }
  return course;
}

}  // namespace homolog::experiments
