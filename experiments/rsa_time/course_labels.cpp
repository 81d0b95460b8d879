#include "experiments/rsa_time/course_labels.hpp"

#include <optional>
#include <variant>

#include "experiments/rsa_time/reference_times.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

void need_times_in_ms(const LoadedRdms& loaded, const FileReference& file) {
  if (loaded.times_ms.empty()) {
    throw Error(ErrorKind::data,
                "does not say when its " + std::to_string(loaded.times) +
                    " RDMs are; reference_times and time_by_time need times in ms",
                {.file = file.file, .key = file.dataset});
  }
}

}  // namespace

bool has_times(const LoadedRdms& loaded) {
  return loaded.times > 1;
}

std::vector<CourseLabel> courses_of(const RsaTimeSettings& settings, const std::vector<LoadedRdms>& loaded,
                                    const Where& where) {
  std::vector<CourseLabel> courses;
  bool any_times = false;
  for (std::size_t r = 0; r < settings.references.size(); ++r) {
    const std::string& name = settings.references[r].name;
    if (!has_times(loaded[r])) {
      const bool twin = std::holds_alternative<TwinReference>(settings.references[r].source);
      courses.push_back({.kind = twin ? "twin" : "static", .reference = r, .name = name});
      continue;
    }
    any_times = true;
    const auto& file = std::get<FileReference>(settings.references[r].source);
    const std::vector<double> times = times_of(loaded[r], file.file);
    if (!settings.reference_times.empty() || settings.time_by_time) {
      need_times_in_ms(loaded[r], file);
    }
    for (const double ms : settings.reference_times) {
      const std::optional<std::size_t> time = nearest_time(times, ms);
      if (!time) {
        throw Error(ErrorKind::data,
                    "has no RDM near " + std::to_string(ms) + " ms; its times are " +
                        std::to_string(times.front()) + " to " + std::to_string(times.back()) + " ms",
                    {.file = file.file, .key = file.dataset});
      }
      courses.push_back({.kind = "at_time", .reference = r, .name = name, .reference_ms = times[*time]});
    }
    if (settings.time_by_time) {
      courses.push_back({.kind = "time_by_time", .reference = r, .name = name});
    }
  }
  if (!any_times && (settings.time_by_time || !settings.reference_times.empty())) {
    throw Error(ErrorKind::config,
                "reference_times and time_by_time need a reference with RDMs at several times; none has them",
                where);
  }
  return courses;
}

}  // namespace homolog::experiments
