#include <algorithm>
#include <string>

#include "conversion/reference/program.hpp"
#include "sim/core/error.hpp"

namespace homolog::conversion::reference {
namespace {

using dnnl::memory;

/// Row-major.
memory::desc plain_layout(const memory::dims& extents) {
  memory::dims strides(extents.size(), 1);
  for (std::size_t k = extents.size() - 1; k > 0; --k) {
    strides[k - 1] = strides[k] * extents[k];
  }
  return {extents, memory::data_type::f32, strides};
}

/// Throws Error(model) if a tensor's floats for the whole batch cannot be counted in bytes.
void check_sizes(const FloatGraph& graph, std::int64_t batch) {
  for (const Tensor& tensor : graph.tensors) {
    std::int64_t bytes = 0;
    bool overflow = __builtin_mul_overflow(batch, std::int64_t{sizeof(float)}, &bytes);
    for (const std::int64_t extent : tensor.dims) {
      overflow = overflow || __builtin_mul_overflow(bytes, extent, &bytes);
    }
    if (overflow) {
      throw Error(ErrorKind::model,
                  "tensor '" + tensor.name + "' of " + to_string(tensor.dims) +
                      " values is too large for a batch of " + std::to_string(batch) +
                      "; use a smaller batch",
                  {.file = graph.file});
    }
  }
}

}  // namespace

Builder::Builder(const FloatGraph& graph, const std::vector<FusedStep>& steps,
                 const std::vector<TensorId>& keep, std::int64_t batch)
    : graph_(graph),
      steps_(steps),
      keep_(keep),
      batch_(batch),
      copies_(graph.tensors.size()),
      root_(graph.tensors.size()),
      last_step_(graph.tensors.size()),
      pieces_(find_pieces(graph, steps, keep)),
      in_whole_(graph.tensors.size()) {
  check_sizes(graph, batch);
  for (std::size_t t = 0; t < root_.size(); ++t) {
    root_[t] = static_cast<TensorId>(t);
  }
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const FusedStep& step = steps[k];
    if (std::holds_alternative<View>(step.node->op)) {
      root_[at(step.output)] = root(step.inputs[0]);
    }
    for (const TensorId input : step.inputs) {
      last_step_[at(root(input))] = k;
    }
    if (step.addend) {
      last_step_[at(root(*step.addend))] = k;
    }
  }
  for (const TensorId tensor : keep) {
    last_step_[at(root(tensor))] = SIZE_MAX;
  }
}

Program Builder::build_all() {
  make_inputs();
  for (step_ = 0; step_ < steps_.size(); ++step_) {
    const FusedStep& step = steps_[step_];
    const Where where{.file = graph_.file, .key = step.node->name};
    try {
      std::visit([&](const auto& op) { build(*this, step, op); }, step.node->op);
    } catch (const dnnl::error& error) {
      throw Error(ErrorKind::model,
                  step.node->operation + " cannot be run by oneDNN: " + std::string(error.what()), where);
    } catch (const Error& error) {
      throw Error(error.kind(), error.message(), where);
    }
  }
  make_outputs();
  try {
    program_.arena.place();
  } catch (const Error& error) {
    throw Error(error.kind(), error.message(), {.file = graph_.file});
  }
  return std::move(program_);
}

void Builder::make_inputs() {
  for (const TensorId tensor : graph_.inputs) {
    Program::Input input{.size = static_cast<std::size_t>(size_of(dims(tensor)))};
    const auto reads = [tensor](const FusedStep& step) {
      return std::count(step.inputs.begin(), step.inputs.end(), tensor) > 0 || step.addend == tensor;
    };
    if (std::any_of(steps_.begin(), steps_.end(), reads) ||
        std::count(keep_.begin(), keep_.end(), tensor) > 0) {
      input.memory = write(tensor, plain(tensor));
      program_.arena.use(in_use_.back(), 0);  // filled before the first call
      in_use_.clear();
    }
    program_.inputs.push_back(std::move(input));
  }
}

void Builder::make_outputs() {
  const std::size_t end = program_.calls.size();
  std::optional<BufferId> staging;  // one for all: outputs are handed out one after the other
  std::size_t staging_bytes = 0;
  for (const TensorId tensor : keep_) {
    if (layout(tensor) != plain(tensor)) {
      staging_bytes = std::max(staging_bytes, plain(tensor).get_size());
    }
  }
  if (staging_bytes > 0) {
    staging = program_.arena.add(staging_bytes);
    program_.arena.use(*staging, end);
  }
  for (const TensorId tensor : keep_) {
    Program::Output output{.tensor = tensor, .size = static_cast<std::size_t>(size_of(dims(tensor)))};
    const Copy& copy = copies(tensor).front();
    program_.arena.use(copy.buffer, end);
    if (copy.memory.get_desc() == plain(tensor)) {
      output.memory = copy.memory;
    } else {
      output.memory = program_.arena.view(*staging, plain(tensor));
      output.reorder = reorder_call(copy.memory, output.memory, end);
    }
    program_.outputs.push_back(std::move(output));
  }
}

const Dims& Builder::dims(TensorId tensor) const {
  return graph_.tensors[at(tensor)].dims;
}

memory::dims Builder::extents(TensorId tensor, std::int64_t images) const {
  memory::dims result{images};
  result.insert(result.end(), dims(tensor).begin(), dims(tensor).end());
  return result;
}

memory::desc Builder::plain(TensorId tensor) const {
  return plain_layout(extents(tensor));
}

memory::desc Builder::layout(TensorId tensor) const {
  return copies_[at(tensor)].front().memory.get_desc();
}

std::vector<Builder::Copy>& Builder::copies(TensorId tensor) {
  return copies_[at(tensor)];
}

Builder::Copy Builder::new_copy(const memory::desc& layout) {
  const BufferId buffer = program_.arena.add(layout.get_size());
  return {.memory = program_.arena.view(buffer, layout), .buffer = buffer};
}

Builder::Copy& Builder::copy_in(TensorId tensor, const memory::desc& layout) {
  std::vector<Copy>& all = copies(tensor);
  auto found = std::find_if(all.begin(), all.end(),
                            [&](const Copy& copy) { return copy.memory.get_desc() == layout; });
  if (found == all.end()) {
    const Copy fresh = new_copy(layout);
    reorder(all.front(), fresh);
    all.push_back(fresh);
    found = all.end() - 1;
  }
  in_use_.push_back(found->buffer);
  return *found;
}

memory Builder::read(TensorId tensor, const memory::desc& layout) {
  return copy_in(tensor, layout).memory;
}

memory Builder::write(TensorId tensor, const memory::desc& layout) {
  copies(tensor) = {new_copy(layout)};
  in_use_.push_back(copies(tensor).front().buffer);
  return copies(tensor).front().memory;
}

std::vector<memory> Builder::images(const Copy& copy, const memory::desc& one) {
  std::vector<memory> result;
  for (std::size_t n = 0; n < static_cast<std::size_t>(batch_); ++n) {
    result.push_back(program_.arena.view(copy.buffer, one, n * one.get_size()));
  }
  return result;
}

std::vector<memory> Builder::read_images(TensorId tensor) {
  return images(copy_in(tensor, plain(tensor)), plain_layout(extents(tensor, 1)));
}

std::vector<memory> Builder::read_images(TensorId tensor, const ChannelBlocks& blocks) {
  return images(copy_in(tensor, blocks.layout(extents(tensor))), blocks.layout(extents(tensor, 1)));
}

std::vector<memory> Builder::write_images(TensorId tensor) {
  (void)write(tensor, plain(tensor));
  return images(copies(tensor).front(), plain_layout(extents(tensor, 1)));
}

memory Builder::overwrite(TensorId input, TensorId output, const memory::desc& layout,
                          std::optional<TensorId> other_input) {
  const bool also_read = other_input && root(*other_input) == root(input);
  if (also_read || needed_later(input)) {
    const memory place = write(output, layout);
    reorder(copies(input).front(), copies(output).front());
    return place;
  }
  const Copy copy = copy_in(input, layout);
  copies(output) = {copy};
  return copy.memory;
}

void Builder::rename(TensorId input, TensorId output) {
  const BufferId buffer = copy_in(input, plain(input)).buffer;
  in_use_.clear();
  copies(output) = {{.memory = program_.arena.view(buffer, plain(output)), .buffer = buffer}};
}

memory Builder::constant(std::vector<float> values, const memory::desc& from, const memory::desc& to) {
  program_.constant_bytes += to.get_size();
  memory source(from, engine(), values.data());
  memory result(to, engine());
  dnnl::stream stream(engine());
  const dnnl::reorder::primitive_desc description(source, result, attributes());
  memory scratch(description.scratchpad_desc(), engine());
  dnnl::reorder(description)
      .execute(stream, {{DNNL_ARG_FROM, source}, {DNNL_ARG_TO, result}, {DNNL_ARG_SCRATCHPAD, scratch}});
  stream.wait();
  return result;
}

// oneDNN's own scratchpads are shared by all primitives that a thread has made, so they must not be used when
// another thread runs them: ours come from the arena.
dnnl::primitive_attr Builder::attributes(const dnnl::post_ops& operations) {
  dnnl::primitive_attr result;
  result.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  result.set_post_ops(operations);
  return result;
}

memory Builder::scratchpad(const memory::desc& layout) {
  const Copy scratch = new_copy(layout);
  in_use_.push_back(scratch.buffer);
  return scratch.memory;
}

void Builder::call(Call call) {
  for (const BufferId buffer : in_use_) {
    program_.arena.use(buffer, program_.calls.size());
  }
  in_use_.clear();
  program_.calls.push_back(std::move(call));
}

void Builder::reorder(const Copy& from, const Copy& to) {
  const std::size_t step = program_.calls.size();
  program_.arena.use(from.buffer, step);
  program_.arena.use(to.buffer, step);
  program_.calls.push_back(reorder_call(from.memory, to.memory, step));
}

Call Builder::reorder_call(const memory& from, const memory& to, std::size_t step) {
  const dnnl::reorder::primitive_desc description(engine(), from.get_desc(), engine(), to.get_desc(),
                                                  attributes());
  const Copy scratch = new_copy(description.scratchpad_desc());
  program_.arena.use(scratch.buffer, step);
  const dnnl::reorder primitive(description);
  Arguments arguments{{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}, {DNNL_ARG_SCRATCHPAD, scratch.memory}};
  return [primitive, arguments = std::move(arguments)](dnnl::stream& stream) {
    primitive.execute(stream, arguments);
  };
}

bool Builder::needed_later(TensorId tensor) const {
  return last_step_[at(root(tensor))] > step_;
}

}  // namespace homolog::conversion::reference
