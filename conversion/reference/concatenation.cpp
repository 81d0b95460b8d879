#include <numeric>

#include "conversion/reference/primitives.hpp"
#include "conversion/reference/program.hpp"

namespace homolog::conversion::reference {

using dnnl::memory;

std::vector<std::optional<Piece>> find_pieces(const FloatGraph& graph, const std::vector<FusedStep>& steps,
                                              const std::vector<TensorId>& keep) {
  std::vector<int> readers(graph.tensors.size());
  for (const FusedStep& step : steps) {
    for (const TensorId input : step.inputs) {
      ++readers[at(input)];
    }
    if (step.addend) {
      ++readers[at(*step.addend)];
    }
  }
  for (const TensorId tensor : keep) {
    ++readers[at(tensor)];
  }
  std::vector<std::optional<Piece>> pieces(graph.tensors.size());
  for (const FusedStep& step : steps) {
    const auto* concat = std::get_if<Concat>(&step.node->op);
    if (concat == nullptr || concat->axis != 0) {
      continue;
    }
    Piece piece{.whole = step.output, .unit = 0};
    for (const TensorId input : step.inputs) {
      piece.unit = std::gcd(piece.unit, graph.tensors[at(input)].dims[0]);
    }
    for (const TensorId input : step.inputs) {
      if (readers[at(input)] == 1) {
        pieces[at(input)] = piece;
      }
      piece.first_channel += graph.tensors[at(input)].dims[0];
    }
  }
  return pieces;
}

bool Builder::is_piece(TensorId tensor) const {
  return pieces_[at(tensor)].has_value();
}

std::optional<std::vector<memory>> Builder::write_piece(TensorId tensor, const ChannelBlocks& blocks) {
  const std::optional<Piece>& piece = pieces_[at(tensor)];
  // With channels innermost a piece would not be one run of memory.
  if (!piece || blocks.tag == memory::format_tag::nhwc || piece->unit % blocks.lanes != 0) {
    return {};
  }
  const memory::desc layout = blocks.layout(extents(piece->whole));
  std::vector<Copy>& whole = copies(piece->whole);
  if (whole.empty()) {
    whole.push_back(new_copy(layout));
  } else if (whole.front().memory.get_desc() != layout) {
    return {};
  }
  in_use_.push_back(whole.front().buffer);
  in_whole_[at(tensor)] = true;

  const Dims& all = dims(piece->whole);
  const memory::desc one = blocks.layout(extents(tensor, 1));
  const auto channel_bytes = static_cast<std::size_t>(all[1] * all[2]) * sizeof(float);
  std::vector<memory> places;
  for (std::int64_t n = 0; n < batch_; ++n) {
    const auto channels_before = static_cast<std::size_t>(n * all[0] + piece->first_channel);
    places.push_back(program_.arena.view(whole.front().buffer, one, channels_before * channel_bytes));
  }
  return places;
}

bool Builder::complete_whole(const FusedStep& step) {
  if (copies(step.output).empty()) {
    return false;
  }
  const Copy whole = copies(step.output).front();
  std::int64_t channel = 0;
  for (const TensorId input : step.inputs) {
    if (!in_whole_[at(input)]) {
      const memory::desc place = whole.memory.get_desc().submemory_desc(extents(input), {0, channel, 0, 0});
      reorder(copies(input).front(),
              {.memory = program_.arena.view(whole.buffer, place), .buffer = whole.buffer});
    }
    channel += dims(input)[0];
  }
  return true;
}

void build(Builder& builder, const FusedStep& step, const Concat& op) {
  if (builder.complete_whole(step)) {
    return;
  }
  std::vector<memory::desc> layouts;
  for (const TensorId input : step.inputs) {
    layouts.push_back(builder.layout(input));
  }
  const auto description =
      describe_concat(builder.engine(), Builder::attributes(), static_cast<int>(op.axis) + 1, layouts);
  Arguments arguments;
  for (std::size_t k = 0; k < step.inputs.size(); ++k) {
    arguments.emplace(DNNL_ARG_MULTIPLE_SRC + static_cast<int>(k), builder.read(step.inputs[k], layouts[k]));
  }
  arguments.emplace(DNNL_ARG_DST, builder.write(step.output, description.dst_desc()));
  builder.call(description, dnnl::concat(description), std::move(arguments));
}

}  // namespace homolog::conversion::reference
