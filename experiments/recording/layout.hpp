#pragma once

// Names and numbers of the results file that writer and reader share. The whole layout:
// docs/output-format.md.

#include <algorithm>
#include <cstdint>
#include <string>

namespace homolog::experiments {

inline constexpr std::int64_t kFormatVersion = 1;

/// What SONATA asks of every file, https://github.com/AllenInstitute/sonata, SONATA_DEVELOPER_GUIDE.md.
inline constexpr std::uint32_t kSonataMagic = 0x0A7A;
inline constexpr std::uint32_t kSonataVersion[2] = {0, 1};

/// Label of a stimulus without label.
inline constexpr std::int64_t kNoLabel = -1;

/// Onset of stimulus `k` on the common time axis. Together with spike_ms the only place where times are
/// computed, so that equal times are equal bits.
[[nodiscard]] inline double onset_ms(std::int64_t k, std::int64_t steps, double step_ms) noexcept {
  return static_cast<double>(k) * static_cast<double>(steps) * step_ms;
}

/// Time of a spike in step `step` of a stimulus.
[[nodiscard]] inline double spike_ms(double onset, std::int64_t step, double step_ms) noexcept {
  return onset + static_cast<double>(step) * step_ms;
}

/// An HDF5 link cannot contain '/', and "." means the group itself.
[[nodiscard]] inline std::string link_name(std::string name) {
  std::replace(name.begin(), name.end(), '/', ':');
  return name.empty() || name == "." ? "_" + name : name;
}

}  // namespace homolog::experiments
