#pragma once

#include <string>

#include "sim/core/parameters.hpp"

namespace homolog::experiments {

/// One YAML document as a tree of scalars, with the place of every node. Aliases are replaced by what
/// their anchors hold; tags and a second document are refused. `file` stands for the text in
/// messages. Whatever the text, memory is bounded: at most 1 MiB of text, 100 levels, and 100000
/// nodes and 4 MiB of scalars after aliases are replaced. Throws Error(config) with line and column.
[[nodiscard]] Parameter parse_yaml(const std::string& text, const std::string& file);

/// YAML text that parse_yaml() reads back as the same tree (places aside): mappings in blocks, lists of
/// scalars in one line.
[[nodiscard]] std::string print_yaml(const Parameter& tree);

}  // namespace homolog::experiments
