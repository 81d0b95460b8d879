#pragma once

// What Parameters needs to know about values and places, apart from keeping count of keys.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/core/parameters.hpp"

namespace homolog {

/// `text` fit for a message of one line: no control characters, not too long.
[[nodiscard]] std::string shown(const std::string& text);
/// What stands in the file, for "..., got X".
[[nodiscard]] std::string described(const Parameter& value);

/// Shortest text that reads back as the same number.
[[nodiscard]] std::string text_of(double value);
/// The whole text as a number; nothing for "12abc", "nan", "inf" and what does not fit.
[[nodiscard]] std::optional<double> finite_number(const std::string& text);
[[nodiscard]] std::optional<std::int64_t> whole_number(const std::string& text);
/// "a number in [0, 1]", for "must be ..."; infinite bounds are left out.
[[nodiscard]] std::string number_rule(double low, double high);
/// "a whole number >= 1"; the largest and smallest bounds are left out.
[[nodiscard]] std::string integer_rule(std::int64_t low, std::int64_t high);

[[nodiscard]] Parameter scalar(std::string text);
[[nodiscard]] Parameter sequence(std::vector<Parameter> items);

/// "spiking.steps"; "steps" on top.
[[nodiscard]] std::string child_path(const std::string& path, const std::string& key);
/// "analyses[0]".
[[nodiscard]] std::string item_path(const std::string& path, std::size_t index);
/// The place of a value. An override names its own key already: "--set spiking.steps" needs no
/// "spiking.steps" behind it.
[[nodiscard]] Where place(const Parameter& at, const std::string& file, const std::string& path);

/// Throws Error(config) at the second of two equal keys of any mapping in `tree`.
void refuse_keys_given_twice(const Parameter& tree, const std::string& file, const std::string& path);

}  // namespace homolog
