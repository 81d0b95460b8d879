#include "conversion/reference/channel_blocks.hpp"

#include <array>

namespace homolog::conversion::reference {

using dnnl::memory;

std::optional<ChannelBlocks> channel_blocks(const memory::desc& layout, const memory::dims& extents) {
  if (extents.size() != 4) {
    return {};
  }
  using Tag = memory::format_tag;
  const std::array<ChannelBlocks, 4> known{{{.tag = Tag::nChw8c, .lanes = 8},
                                            {.tag = Tag::nChw16c, .lanes = 16},
                                            {.tag = Tag::nchw, .lanes = 1},
                                            {.tag = Tag::nhwc, .lanes = extents[1]}}};
  for (const ChannelBlocks& blocks : known) {
    if (layout == blocks.layout(extents)) {
      return blocks;
    }
  }
  return {};
}

}  // namespace homolog::conversion::reference
