#pragma once

// Private to this folder: how a float graph becomes a list of oneDNN calls.
//
//   fusion.cpp      graph -> FusedStep list: which nodes share one primitive
//   memory.cpp      Arena: one block of memory, shared by all maps that are not alive at the same time
//   builder.cpp     Builder: layouts of tensors, reorders between them, what may be overwritten
//   concatenation.cpp  Concat, and how its inputs are written where they belong in its result
//   convolution.cpp, dense.cpp, pooling.cpp, pointwise.cpp, rearrange.cpp
//                   build(): one overload per operator of FloatGraph
//   float_network.cpp  the public class, which runs the list
//
// A tensor may exist in several layouts: "plain" is row-major [N, dims], the others are oneDNN's own
// blocked ones (e.g. [N, C/8, H, W, 8]), which only oneDNN reads and writes.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

#include "conversion/graph/float_graph.hpp"
#include "conversion/reference/channel_blocks.hpp"

namespace homolog::conversion::reference {

/// Index of a tensor in lists of all tensors.
[[nodiscard]] inline std::size_t at(TensorId tensor) noexcept {
  return static_cast<std::size_t>(tensor);
}

// ---- threads ----

/// Holds oneDNN's OpenMP to one thread on the calling thread, for as long as the object lives. Also
/// needed while primitives are made: oneDNN chooses kernels and blocking for a number of threads.
class SingleThread {
 public:
  SingleThread() noexcept;
  ~SingleThread();
  SingleThread(const SingleThread&) = delete;
  SingleThread& operator=(const SingleThread&) = delete;

 private:
  int before_;
};

// ---- fusion ----

/// A node and the nodes that are computed together with it:
///   output = activations(affine(op(margin(input))) + addend).
struct FusedStep {
  const Node* node = nullptr;  ///< the first; names the step in messages
  std::vector<TensorId> inputs{};
  TensorId output = 0;
  Pad margin{};  ///< zeros around the input of a Convolution
  /// Affine after a Convolution or Dense, per output channel; both empty if there is none. Goes into the
  /// weights.
  std::vector<double> scale{};
  std::vector<double> shift{};
  std::optional<TensorId> addend{};
  std::vector<std::variant<Relu, Clip>> activations{};  ///< after an Affine at most one Relu
};

/// The steps that the kept tensors need, in an order in which they can run. A tensor disappears inside a step
/// only if it is not kept and has a single reader.
[[nodiscard]] std::vector<FusedStep> fuse(const FloatGraph& graph, const std::vector<TensorId>& keep);

/// Where a tensor lies in the concatenation of channels that alone reads it.
struct Piece {
  TensorId whole = 0;
  std::int64_t first_channel = 0;
  std::int64_t unit = 1;  ///< divides the number of channels of every piece of this whole
};

/// [tensor]; nothing where a tensor is kept, or read by anything else as well.
[[nodiscard]] std::vector<std::optional<Piece>> find_pieces(const FloatGraph& graph,
                                                            const std::vector<FusedStep>& steps,
                                                            const std::vector<TensorId>& keep);

// ---- memory ----

using BufferId = std::size_t;

/// Memory of all activations. First buffers are added and their uses told, then place() gives buffers
/// that are never alive together the same addresses.
class Arena {
 public:
  explicit Arena(const dnnl::engine& engine) : engine_(engine) {}

  [[nodiscard]] BufferId add(std::size_t bytes);
  /// The buffer holds something that is written, read or kept in step number `step`.
  void use(BufferId buffer, std::size_t step);
  /// A piece of a buffer as oneDNN memory; has an address after place().
  [[nodiscard]] dnnl::memory view(BufferId buffer, const dnnl::memory::desc& layout,
                                  std::size_t byte_offset = 0);
  /// Allocates. Throws Error(model) if the machine has not that much memory.
  void place();

  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  struct Buffer {
    std::size_t bytes = 0;
    std::size_t first = SIZE_MAX;  ///< step of the first and of the last use
    std::size_t last = 0;
    std::size_t offset = 0;
    std::vector<std::pair<dnnl::memory, std::size_t>> views{};
  };
  static constexpr std::align_val_t kAlignment{64};
  struct Free {
    void operator()(std::byte* block) const noexcept { ::operator delete(block, kAlignment); }
  };

  dnnl::engine engine_;
  std::vector<Buffer> buffers_{};
  std::unique_ptr<std::byte, Free> block_{};
  std::size_t bytes_ = 0;
};

// ---- building ----

using Arguments = std::unordered_map<int, dnnl::memory>;
/// One call of oneDNN, or one of our own loops.
using Call = std::function<void(dnnl::stream&)>;

/// Everything that run() needs; the graph is not referred to any more.
struct Program {
  struct Input {
    std::size_t size = 0;                  ///< floats per image
    std::optional<dnnl::memory> memory{};  ///< nothing if no kept tensor depends on it
  };
  struct Output {
    TensorId tensor = 0;
    std::size_t size = 0;   ///< floats per image
    dnnl::memory memory{};  ///< plain layout
    Call reorder{};         ///< fills `memory` first, where the tensor is in a layout of oneDNN
  };

  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  Arena arena{engine};
  std::uint64_t constant_bytes = 0;  ///< of weights, in oneDNN's layouts
  std::vector<Input> inputs{};
  std::vector<Call> calls{};
  std::vector<Output> outputs{};
};

/// Adds calls to a program. A build() function asks for its inputs with read(), for a place for its result
/// with write() or overwrite(), and ends with call(): what was asked for in between is what the call uses.
class Builder {
 public:
  Builder(const FloatGraph& graph, const std::vector<FusedStep>& steps, const std::vector<TensorId>& keep,
          std::int64_t batch);

  /// Makes the graph's inputs, all steps in order, and the outputs.
  [[nodiscard]] Program build_all();

  [[nodiscard]] std::int64_t batch() const noexcept { return batch_; }
  [[nodiscard]] const dnnl::engine& engine() const noexcept { return program_.engine; }
  [[nodiscard]] const Dims& dims(TensorId tensor) const;

  /// Extents with the batch in front.
  [[nodiscard]] dnnl::memory::dims extents(TensorId tensor) const { return extents(tensor, batch_); }
  [[nodiscard]] dnnl::memory::dims extents(TensorId tensor, std::int64_t images) const;
  [[nodiscard]] dnnl::memory::desc plain(TensorId tensor) const;
  /// The layout in which the tensor was written.
  [[nodiscard]] dnnl::memory::desc layout(TensorId tensor) const;

  /// The tensor in the given layout; reordered first if it does not exist so yet.
  [[nodiscard]] dnnl::memory read(TensorId tensor, const dnnl::memory::desc& layout);
  /// One image's share of the tensor in plain layout, for every image: [1, dims].
  [[nodiscard]] std::vector<dnnl::memory> read_images(TensorId tensor);
  /// The same of a map in blocks of channels.
  [[nodiscard]] std::vector<dnnl::memory> read_images(TensorId tensor, const ChannelBlocks& blocks);
  /// A new place for the tensor.
  [[nodiscard]] dnnl::memory write(TensorId tensor, const dnnl::memory::desc& layout);
  [[nodiscard]] std::vector<dnnl::memory> write_images(TensorId tensor);
  /// Whether the tensor may be written where it belongs in the concatenation that alone reads it.
  [[nodiscard]] bool is_piece(TensorId tensor) const;
  /// Its place there for every image, if it can lie there in these blocks: [1, dims].
  [[nodiscard]] std::optional<std::vector<dnnl::memory>> write_piece(TensorId tensor,
                                                                     const ChannelBlocks& blocks);
  /// Copies those inputs of a Concat that are not in its result already. False, and nothing done, if none is.
  [[nodiscard]] bool complete_whole(const FusedStep& step);
  /// A place for `output` that holds the values of `input`: input's own if nobody needs them after this
  /// step, else a copy. `other_input` is read by the same call, and so never overwritten.
  [[nodiscard]] dnnl::memory overwrite(TensorId input, TensorId output, const dnnl::memory::desc& layout,
                                       std::optional<TensorId> other_input = {});
  /// `output` is `input` with other extents; nothing is computed.
  void rename(TensorId input, TensorId output);

  /// Values that never change, in the given layout.
  [[nodiscard]] dnnl::memory constant(std::vector<float> values, const dnnl::memory::desc& from,
                                      const dnnl::memory::desc& to);
  /// Attributes that every primitive gets; `operations` are done on the result.
  [[nodiscard]] static dnnl::primitive_attr attributes(const dnnl::post_ops& operations = {});

  /// Adds a primitive with all its arguments.
  template <class Description>
  void call(const Description& description, const dnnl::primitive& primitive, Arguments arguments) {
    call_each(description, primitive, {std::move(arguments)});
  }
  /// The same, called several times.
  template <class Description>
  void call_each(const Description& description, const dnnl::primitive& primitive,
                 std::vector<Arguments> arguments) {
    const dnnl::memory scratch = scratchpad(description.scratchpad_desc());
    for (Arguments& one : arguments) {
      one.emplace(DNNL_ARG_SCRATCHPAD, scratch);
    }
    call([primitive, arguments = std::move(arguments)](dnnl::stream& stream) {
      for (const Arguments& one : arguments) {
        primitive.execute(stream, one);
      }
    });
  }
  /// Adds a loop of our own.
  void call(Call call);

 private:
  /// A tensor in one layout.
  struct Copy {
    dnnl::memory memory{};
    BufferId buffer = 0;
  };
  [[nodiscard]] std::vector<Copy>& copies(TensorId tensor);
  [[nodiscard]] Copy& copy_in(TensorId tensor, const dnnl::memory::desc& layout);
  [[nodiscard]] Copy new_copy(const dnnl::memory::desc& layout);
  /// A view of each image in a copy of the tensor; `one`: the layout of an image alone.
  [[nodiscard]] std::vector<dnnl::memory> images(const Copy& copy, const dnnl::memory::desc& one);
  void reorder(const Copy& from, const Copy& to);
  [[nodiscard]] Call reorder_call(const dnnl::memory& from, const dnnl::memory& to, std::size_t step);
  [[nodiscard]] dnnl::memory scratchpad(const dnnl::memory::desc& layout);
  [[nodiscard]] bool needed_later(TensorId tensor) const;
  [[nodiscard]] TensorId root(TensorId tensor) const { return root_[static_cast<std::size_t>(tensor)]; }
  void make_inputs();
  void make_outputs();

  const FloatGraph& graph_;
  const std::vector<FusedStep>& steps_;
  const std::vector<TensorId>& keep_;
  std::int64_t batch_;
  Program program_{};
  std::vector<std::vector<Copy>> copies_{};     ///< [tensor]; the first is the one that was written
  std::vector<TensorId> root_{};                ///< the tensor whose memory a view shares
  std::vector<std::size_t> last_step_{};        ///< [root]: the last step that reads it
  std::vector<std::optional<Piece>> pieces_{};  ///< [tensor]
  std::vector<bool> in_whole_{};                ///< [tensor]: it was written by write_piece()
  std::size_t step_ = 0;                        ///< the step that is being built
  std::vector<BufferId> in_use_{};              ///< by the call that is being built
};

// ---- operators ----

void build(Builder& builder, const FusedStep& step, const Convolution& op);
void build(Builder& builder, const FusedStep& step, const Dense& op);
void build(Builder& builder, const FusedStep& step, const Affine& op);
void build(Builder& builder, const FusedStep& step, const Relu& op);
void build(Builder& builder, const FusedStep& step, const Clip& op);
void build(Builder& builder, const FusedStep& step, const MaxPool& op);
void build(Builder& builder, const FusedStep& step, const AveragePool& op);
void build(Builder& builder, const FusedStep& step, const Add& op);
void build(Builder& builder, const FusedStep& step, const Concat& op);
void build(Builder& builder, const FusedStep& step, const View& op);
void build(Builder& builder, const FusedStep& step, const Pad& op);
void build(Builder& builder, const FusedStep& step, const Softmax& op);

/// The activations of a step, to be done after what `operations` has already.
void append_activations(dnnl::post_ops& operations, const FusedStep& step);

/// Weights and bias with the step's affine map folded in (in double, rounded once).
/// `weights` are [out channels, rest].
struct FoldedWeights {
  std::vector<float> weights{};
  std::vector<float> bias{};
};
[[nodiscard]] FoldedWeights fold(const std::vector<float>& weights, const std::vector<float>& bias,
                                 const FusedStep& step);

}  // namespace homolog::conversion::reference
