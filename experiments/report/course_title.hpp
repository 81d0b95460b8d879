#pragma once

#include <string>

namespace homolog::experiments::report {

/// What a course in time is called on the page: the reference, and which of its times, "MEG at 120 ms".
/// `kind` as in docs/rsa-time.md; NaN for no time.
[[nodiscard]] std::string course_title(const std::string& reference, const std::string& kind,
                                       double reference_ms);

}  // namespace homolog::experiments::report
