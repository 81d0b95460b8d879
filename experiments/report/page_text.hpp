#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace homolog::experiments::report {

/// The first `most` bytes of a text that is longer, and three points.
[[nodiscard]] std::string shortened(const std::string& text, std::size_t most = 80);

/// Text as HTML text or attribute value: & < > " ' become character references.
[[nodiscard]] std::string escape_html(std::string_view text);

/// JSON as the content of <script type="application/json">: every '<' becomes \u003c, so that neither
/// "</script" nor "<!--" can occur. In JSON '<' occurs in strings only, so the value stays the same.
[[nodiscard]] std::string escape_script_json(std::string_view text);

/// RFC 4648 base64 with padding.
[[nodiscard]] std::string base64(std::span<const std::uint8_t> bytes);

/// `page` with every {{key}} replaced by its value. Values are not searched for further keys.
/// Throws Error(internal) for a key that is not in `values`.
[[nodiscard]] std::string fill(std::string_view page,
                               const std::vector<std::pair<std::string_view, std::string>>& values);

}  // namespace homolog::experiments::report
