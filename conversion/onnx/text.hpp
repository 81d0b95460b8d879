#pragma once

#include <string>
#include <string_view>

namespace homolog::conversion {

/// Whether text from a file is valid UTF-8 without control characters, so that it can be a name in
/// messages, HDF5 and JSON.
[[nodiscard]] bool is_printable(std::string_view text) noexcept;

/// The text for a message of one line: unprintable bytes become '?', beyond 500 bytes it is cut.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace homolog::conversion
