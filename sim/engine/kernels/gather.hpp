#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/aligned_buffer.hpp"
#include "sim/engine/channel_chunks.hpp"
#include "sim/engine/row_events.hpp"
#include "sim/engine/tile.hpp"
#include "sim/network/kernels.hpp"
#include "sim/network/window.hpp"

namespace homolog::sim {

struct GatherTrains;
struct GatherWindows;
struct UnitWindow;

/// A convolution or dense kernel prepared for events, in gather form: a target position collects the events
/// in its window and keeps the sums of one chunk of output channels in registers while it adds a row of
/// weights per event. (A dense kernel is a convolution whose window is the whole map.)
///
/// The events of a window are neighbours in the list of its row of windows (RowEvents), and the row of
/// weights of an event is its number in that list plus a shift that depends on the window alone.
class GatherKernel {
 public:
  /// `chunks`: of the target; no chunk may reach over the border of this kernel's channels or of a group.
  GatherKernel(const Convolution& kernel, const ChannelChunks& chunks);
  GatherKernel(const Dense& kernel, const ChannelChunks& chunks);

  /// Whether the channels of the target's chunk receive from this projection.
  [[nodiscard]] bool reaches(std::size_t chunk) const noexcept { return chunks_[chunk].reached; }
  /// The group of source channels that the chunk sums.
  [[nodiscard]] std::size_t group_of(std::size_t chunk) const noexcept { return chunks_[chunk].group; }
  [[nodiscard]] std::size_t groups() const noexcept { return groups_; }
  /// The source as the windows of a group see it.
  [[nodiscard]] SourceView view_of(std::size_t group) const noexcept;
  /// Source rows that target row y reads, with the row of the kernel.
  [[nodiscard]] std::span<const Tap> rows_of(std::size_t y) const noexcept { return rows_.of(y); }
  /// Source rows from the first to the last that `target_rows` neighbouring target rows read, at most:
  /// margins, which cut windows off, may lie on both sides.
  [[nodiscard]] std::size_t most_rows(std::size_t target_rows) const noexcept;

  /// Whether the events are read as bits of one source position rather than from a list: 1 x 1 kernels on so
  /// few channels that walking the words costs less.
  [[nodiscard]] bool reads_positions() const noexcept {
    return kernel_w_ * view_.kernel_h == 1 && view_.view_channels <= kFewChannels && !events_repeat_ &&
           !int8_;
  }

  /// Whether the spikes may be read unit by unit, with steps as lanes (see gather_trains.cpp): all channels
  /// in one chunk of 16, and masks for vectors of 16 floats.
  [[nodiscard]] bool reads_trains() const noexcept;
  /// Whether spikes may be read unit by unit, as lists over all steps (see scatter_units.cpp).
  [[nodiscard]] bool reads_units() const noexcept;
  /// Spikes of the source rows of a row of windows up to which that may pay, in so many steps.
  [[nodiscard]] std::uint64_t most_unit_events(Step steps) const noexcept;
  /// Whether it does.
  [[nodiscard]] bool units_pay(const UnitWindow& source) const;
  /// Rows of weights of a chunk.
  [[nodiscard]] std::size_t rows() const noexcept { return kernel_w_ * view_.kernel_h * view_.view_channels; }

  /// In which order the windows of a row are worked on, [OW].
  void order_steps(const EventLists& events, Step steps, std::vector<StepOrder>& order) const;

  /// Whether the chunk and the next one may be summed together: one walk along the events of a window adds
  /// rows of 8-bit weights of both. (Rows of floats are so long that it gains nothing.)
  [[nodiscard]] bool joins_next(std::size_t chunk) const noexcept {
    return int8_ && chunk + 1 < chunks_.size() && chunks_[chunk].reached && chunks_[chunk + 1].reached &&
           chunks_[chunk].group == chunks_[chunk + 1].group;
  }
  /// Bytes of 8-bit weights of a chunk.
  [[nodiscard]] std::size_t int8_bytes(std::size_t chunk) const noexcept {
    return chunks_[chunk].bytes.size();
  }

  /// tile.z += contributions of `events` (with values if `weighted`), those of row tile.y and the chunk's
  /// group. Returns the number of contributions.
  std::uint64_t add(const EventLists& events, bool weighted, const Tile& tile) const;
  /// The same for two tiles of neighbouring chunks and the same positions, if joins_next() of the first.
  std::uint64_t add(const EventLists& events, std::span<const Tile> tiles) const;
  /// The same of the spikes of a row of positions, if reads_positions().
  std::uint64_t add(const PerStep<std::uint64_t>& bits, const Tile& tile) const;
  /// The same of spikes unit by unit, if reads_trains().
  std::uint64_t add(const GatherTrains& source, const Tile& tile) const;

  /// The same as lists over all steps, if reads_units().
  std::uint64_t add(const UnitWindow& source, const Tile& tile) const;

  /// Neighbouring kernel columns on neighbouring columns of blocks [first_x, last_x).
  struct Run {
    std::uint32_t first_x = 0;
    std::uint32_t last_x = 0;
    std::int64_t shift = 0;  ///< row of weights = id in the list + shift
  };

  /// Weights of one chunk, [KW][KH][group channels][width]: float32, or bytes (see gather_int8.cpp).
  struct ChunkWeights {
    bool reached = false;
    std::size_t group = 0;
    AlignedBuffer<float> floats{};
    AlignedBuffer<std::uint8_t> bytes{};
    AlignedBuffer<float> scale{};  ///< [width], of bytes
  };

 private:
  static constexpr std::size_t kFewChannels = 128;
  [[nodiscard]] GatherWindows windows() const noexcept;
  template <class At>
  void build(const ChannelChunks& chunks, std::size_t first_channel, std::size_t channels,
             const std::vector<float>& weights, const Int8Weights& int8, const At& at);

  std::size_t groups_ = 1;
  std::size_t kernel_w_ = 1;
  std::size_t width_ = 0;       ///< of the first chunk
  SourceView view_{};           ///< of group 0
  std::size_t row_stride_ = 1;  ///< source rows from one target row to the next
  bool events_repeat_ = false;  ///< see GatherWindows
  bool int8_ = false;
  WindowTaps rows_;
  std::size_t window_rows_ = 1;  ///< source rows from the first to the last of a window that lies inside
  std::vector<std::size_t> first_run_{};  ///< [OW + 1]
  std::vector<Run> runs_{};
  std::vector<ChunkWeights> chunks_{};
  std::size_t chunks_reached_ = 0;
};

}  // namespace homolog::sim
