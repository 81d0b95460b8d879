#include "conversion/reference/float_network.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "conversion/reference/program.hpp"
#include "sim/core/error.hpp"

namespace homolog::conversion {
namespace {

[[noreturn]] void misuse(const std::string& message) {
  throw Error(ErrorKind::internal, "FloatNetwork: " + message);
}

/// The tensors to hand out, each once.
std::vector<TensorId> kept_tensors(const FloatGraph& graph, std::vector<TensorId> keep) {
  if (keep.empty()) {
    keep = graph.outputs;
  }
  std::vector<TensorId> result;
  for (const TensorId tensor : keep) {
    if (tensor < 0 || static_cast<std::size_t>(tensor) >= graph.tensors.size()) {
      misuse("there is no tensor " + std::to_string(tensor) + "; the graph has " +
             std::to_string(graph.tensors.size()));
    }
    if (std::count(result.begin(), result.end(), tensor) == 0) {
      result.push_back(tensor);
    }
  }
  return result;
}

}  // namespace

struct FloatNetwork::Impl {
  std::int64_t batch = 0;
  reference::Program program{};
};

FloatNetwork::FloatNetwork(const FloatGraph& graph, std::vector<TensorId> keep, std::int64_t batch)
    : impl_(std::make_unique<Impl>()) {
  if (batch < 1) {
    misuse("the batch is " + std::to_string(batch) + "; it must be at least 1");
  }
  const reference::SingleThread single;
  const std::vector<TensorId> kept = kept_tensors(graph, std::move(keep));
  const std::vector<reference::FusedStep> steps = reference::fuse(graph, kept);
  impl_->batch = batch;
  try {
    impl_->program = reference::Builder(graph, steps, kept, batch).build_all();
  } catch (const dnnl::error& error) {
    throw Error(ErrorKind::model, "oneDNN cannot run the network: " + std::string(error.what()),
                {.file = graph.file});
  }
}

FloatNetwork::FloatNetwork(FloatNetwork&&) noexcept = default;
FloatNetwork& FloatNetwork::operator=(FloatNetwork&&) noexcept = default;
FloatNetwork::~FloatNetwork() = default;

void FloatNetwork::run(const std::vector<std::span<const float>>& inputs, std::int64_t n,
                       const Receiver& receive) {
  reference::Program& program = impl_->program;
  if (n < 1 || n > impl_->batch) {
    misuse(std::to_string(n) + " images; must be 1 to " + std::to_string(impl_->batch));
  }
  if (inputs.size() != program.inputs.size()) {
    misuse(std::to_string(inputs.size()) + " inputs; the graph has " + std::to_string(program.inputs.size()));
  }
  const auto images = static_cast<std::size_t>(n);
  const auto batch = static_cast<std::size_t>(impl_->batch);
  const reference::SingleThread single;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const reference::Program::Input& input = program.inputs[k];
    if (inputs[k].size() != images * input.size) {
      misuse("input " + std::to_string(k) + " has " + std::to_string(inputs[k].size()) + " values; must be " +
             std::to_string(images * input.size));
    }
    if (input.memory) {
      auto* data = static_cast<float*>(input.memory->get_data_handle());
      std::copy(inputs[k].begin(), inputs[k].end(), data);
      std::fill(data + images * input.size, data + batch * input.size, 0.0F);
    }
  }
  try {
    for (const reference::Call& call : program.calls) {
      call(program.stream);
    }
    for (const reference::Program::Output& output : program.outputs) {
      if (output.reorder) {
        output.reorder(program.stream);
      }
      program.stream.wait();
      receive(output.tensor,
              {static_cast<const float*>(output.memory.get_data_handle()), images * output.size});
    }
  } catch (const dnnl::error& error) {
    misuse("oneDNN failed: " + std::string(error.what()));
  }
}

std::int64_t FloatNetwork::batch() const noexcept {
  return impl_->batch;
}

std::uint64_t FloatNetwork::bytes() const noexcept {
  return impl_->program.arena.bytes() + impl_->program.constant_bytes;
}

}  // namespace homolog::conversion
