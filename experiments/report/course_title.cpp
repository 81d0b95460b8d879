#include "experiments/report/course_title.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace homolog::experiments::report {

std::string course_title(const std::string& reference, const std::string& kind, double reference_ms) {
  if (kind == "time_by_time") {
    return reference + ", time by time";
  }
  if (kind == "whole") {
    return reference + ", whole presentation";
  }
  if (!std::isfinite(reference_ms)) {
    return reference;
  }
  const std::string ms = nlohmann::json(reference_ms).dump();
  return reference + " at " + (ms.ends_with(".0") ? ms.substr(0, ms.size() - 2) : ms) + " ms";
}

}  // namespace homolog::experiments::report
