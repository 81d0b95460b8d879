#include <cstdint>
#include <utility>

#include "conversion/reference/program.hpp"

namespace homolog::conversion::reference {
namespace {

constexpr std::size_t kNoStep = SIZE_MAX;
constexpr std::size_t kMostActivations = 8;  // oneDNN takes 32 post-operations in all

class Fusion {
 public:
  Fusion(const FloatGraph& graph, const std::vector<TensorId>& keep)
      : graph_(graph),
        kept_(graph.tensors.size()),
        needed_(graph.tensors.size()),
        readers_(graph.tensors.size()),
        made_by_(graph.tensors.size(), kNoStep) {
    for (const TensorId tensor : keep) {
      kept_[at(tensor)] = true;
      needed_[at(tensor)] = true;
    }
    for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
      if (needed_[at(node->output)]) {
        for (const TensorId input : node->inputs) {
          needed_[at(input)] = true;
          ++readers_[at(input)];
        }
      }
    }
  }

  std::vector<FusedStep> steps() {
    for (const Node& node : graph_.nodes) {
      if (needed_[at(node.output)] && !absorb(node)) {
        append({.node = &node, .inputs = node.inputs, .output = node.output});
      }
    }
    std::erase_if(steps_, [](const FusedStep& step) { return step.node == nullptr; });
    return std::move(steps_);
  }

 private:
  /// The step that makes `tensor`, if the tensor may disappear.
  FusedStep* maker(TensorId tensor) {
    const std::size_t step = made_by_[at(tensor)];
    const bool hidden = step != kNoStep && !kept_[at(tensor)] && readers_[at(tensor)] == 1;
    return hidden ? &steps_[step] : nullptr;
  }

  void append(FusedStep step) {
    made_by_[at(step.output)] = steps_.size();
    steps_.push_back(std::move(step));
  }

  /// The step of `input` makes `output` as well.
  void extend(FusedStep& step, TensorId input, TensorId output) {
    made_by_[at(output)] = made_by_[at(input)];
    step.output = output;
  }

  /// Tries to compute `node` within an earlier step.
  bool absorb(const Node& node) {
    if (std::holds_alternative<Add>(node.op)) {
      return absorb_add(node);
    }
    FusedStep* step = node.inputs.size() == 1 ? maker(node.inputs[0]) : nullptr;
    if (step == nullptr) {
      return false;
    }
    const Op& op = step->node->op;
    const bool linear = std::holds_alternative<Convolution>(op) || std::holds_alternative<Dense>(op);

    if (std::holds_alternative<Convolution>(node.op)) {
      return absorb_margin(*step, node);
    }
    bool done = false;
    if (const auto* affine = std::get_if<Affine>(&node.op)) {
      done = linear && !step->addend && step->activations.empty() && fold(*step, *affine, node.output);
    } else if (linear && step->activations.size() < kMostActivations) {
      done = absorb_activation(*step, node.op);
    } else if (std::holds_alternative<Affine>(op) && step->activations.empty()) {
      done = std::holds_alternative<Relu>(node.op) && absorb_activation(*step, node.op);
    }
    if (!done) {
      return false;
    }
    extend(*step, node.inputs[0], node.output);
    return true;
  }

  static bool absorb_activation(FusedStep& step, const Op& op) {
    if (const auto* clip = std::get_if<Clip>(&op)) {
      step.activations.emplace_back(*clip);
    } else if (std::holds_alternative<Relu>(op)) {
      step.activations.emplace_back(Relu{});
    } else {
      return false;
    }
    return true;
  }

  /// Pad with zeros, then Convolution: one convolution with larger pads.
  bool absorb_margin(FusedStep& step, const Node& node) {
    const auto* pad = std::get_if<Pad>(&step.node->op);
    if (pad == nullptr || pad->value != 0.0F) {
      return false;
    }
    step.node = &node;
    step.margin = *pad;
    extend(step, node.inputs[0], node.output);
    return true;
  }

  /// output = scale * step + shift, if it is the same for all positions of a channel.
  bool fold(FusedStep& step, const Affine& affine, TensorId output) const {
    const auto channels = static_cast<std::size_t>(graph_.tensors[at(output)].dims[0]);
    if (affine.scale.size() != 1 && affine.scale.size() != channels) {
      return false;
    }
    if (step.scale.empty()) {
      step.scale.assign(channels, 1.0);
      step.shift.assign(channels, 0.0);
    }
    for (std::size_t c = 0; c < channels; ++c) {
      const std::size_t k = affine.scale.size() == 1 ? 0 : c;
      step.scale[c] *= static_cast<double>(affine.scale[k]);
      step.shift[c] =
          step.shift[c] * static_cast<double>(affine.scale[k]) + static_cast<double>(affine.shift[k]);
    }
    return true;
  }

  /// Sum of two tensors: the convolution that makes one of them adds the other. The step moves to the
  /// end of the list, where the other one is known; nobody reads its old output in between.
  bool absorb_add(const Node& node) {
    if (node.inputs.size() != 2) {
      return false;
    }
    TensorId own = node.inputs[0];
    TensorId other = node.inputs[1];
    const auto can_add = [this](TensorId tensor) {
      const FusedStep* step = maker(tensor);
      return step != nullptr && std::holds_alternative<Convolution>(step->node->op) && !step->addend &&
             step->activations.empty();
    };
    if (!can_add(own) || (can_add(other) && made_by_[at(other)] > made_by_[at(own)])) {
      std::swap(own, other);
    }
    if (!can_add(own)) {
      return false;
    }
    FusedStep step = std::exchange(steps_[made_by_[at(own)]], FusedStep{});
    step.addend = other;
    step.output = node.output;
    append(std::move(step));
    return true;
  }

  const FloatGraph& graph_;
  std::vector<bool> kept_;
  std::vector<bool> needed_;
  std::vector<int> readers_;  ///< how often a tensor is read
  std::vector<std::size_t> made_by_;
  std::vector<FusedStep> steps_{};
};

}  // namespace

std::vector<FusedStep> fuse(const FloatGraph& graph, const std::vector<TensorId>& keep) {
  return Fusion(graph, keep).steps();
}

}  // namespace homolog::conversion::reference
