#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiments/rsa/reference.hpp"

namespace homolog::experiments {

/// Times of a reference that has several, ascending: in ms, or the numbers 0, 1, ... if the file does not
/// say. Throws Error(data), naming `file`, if they are not finite and ascending.
[[nodiscard]] std::vector<double> times_of(const LoadedRdms& loaded, const std::string& file);

/// The place of the time nearest to `ms`, the first of equals; nothing if it is farther away than half of the
/// greatest distance between neighbouring times. At least two times, ascending.
[[nodiscard]] std::optional<std::size_t> nearest_time(std::span<const double> times, double ms);

/// The subjects' RDMs at one time.
[[nodiscard]] std::vector<Rdm> rdms_at(const LoadedRdms& loaded, std::size_t time);

}  // namespace homolog::experiments
