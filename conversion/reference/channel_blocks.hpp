#pragma once

// Private to this folder: oneDNN's layouts of maps, as far as code of ours reads or writes them.

#include <cstdint>
#include <optional>

#include <oneapi/dnnl/dnnl.hpp>

namespace homolog::conversion::reference {

/// A layout of maps [N, C, H, W] in blocks of channels: image after image, in it block after block, in it row
/// after row, at each position one value per lane. Channel c is lane c % lanes of block c / lanes; lanes
/// beyond the last channel hold zeros. Row-major maps are blocks of one lane; with channels innermost there
/// is one block of C lanes.
struct ChannelBlocks {
  dnnl::memory::format_tag tag = dnnl::memory::format_tag::undef;
  std::int64_t lanes = 1;

  /// The same layout for maps of other extents [N, C, H, W].
  [[nodiscard]] dnnl::memory::desc layout(const dnnl::memory::dims& extents) const {
    return {extents, dnnl::memory::data_type::f32, tag};
  }
};

/// Nothing if the layout is another one.
[[nodiscard]] std::optional<ChannelBlocks> channel_blocks(const dnnl::memory::desc& layout,
                                                          const dnnl::memory::dims& extents);

}  // namespace homolog::conversion::reference
