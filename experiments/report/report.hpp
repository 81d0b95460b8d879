#pragma once

#include <string>

namespace homolog::experiments {

/// Makes the HTML page of a results file, from that file alone: one self-contained page (D3 inlined) that
/// opens without network. Written to `output` (via "<output>.part"). Throws Error(data) if the
/// results file cannot be read, Error(output) if the page cannot be written.
void write_report(const std::string& results, const std::string& output);

}  // namespace homolog::experiments
