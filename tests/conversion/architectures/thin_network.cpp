#include "tests/conversion/architectures/thin_network.hpp"

#include <cmath>
#include <numbers>
#include <utility>

#include "tests/conversion/reference/naive.hpp"

namespace homolog::test {
namespace {

using conversion::Dims;

/// splitmix64: uniform in [0, 1), the same on every platform.
double next_uniform(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  z ^= z >> 31U;
  return static_cast<double>(z >> 11U) * 0x1p-53;
}

Dims slid(const Dims& in, std::int64_t channels, const Slide& s, bool ceil_mode = false) {
  const auto extent = [&](std::int64_t size, std::int64_t kernel, std::int64_t pad) {
    const std::int64_t room = size + 2 * pad - kernel;
    std::int64_t count = room / s.stride + 1;
    // A window that only ceil_mode adds must not start in the padding behind the map.
    count += ceil_mode && room % s.stride != 0 && count * s.stride < size + pad ? 1 : 0;
    return count;
  };
  return {channels, extent(in[1], s.kernel_h, s.pad_h), extent(in[2], s.kernel_w, s.pad_w)};
}

std::vector<OnnxAttribute> window_attributes(const Slide& s) {
  return {{"kernel_shape", {s.kernel_h, s.kernel_w}},
          {"strides", {s.stride, s.stride}},
          {"pads", {s.pad_h, s.pad_w, s.pad_h, s.pad_w}}};
}

/// Mean and variance of every channel of a tensor, over images and positions.
struct Statistics {
  std::vector<double> mean, variance;

  Statistics(const std::vector<std::vector<Values>>& images, conversion::TensorId tensor,
             std::int64_t channels)
      : mean(static_cast<std::size_t>(channels), 0.0), variance(static_cast<std::size_t>(channels), 0.0) {
    const auto at = static_cast<std::size_t>(tensor);
    const std::size_t area = images[0][at].size() / mean.size();
    const double count = static_cast<double>(area) * static_cast<double>(images.size());
    for (const auto& image : images) {
      for (std::size_t i = 0; i < image[at].size(); ++i) {
        mean[i / area] += image[at][i] / count;
      }
    }
    for (const auto& image : images) {
      for (std::size_t i = 0; i < image[at].size(); ++i) {
        variance[i / area] += std::pow(image[at][i] - mean[i / area], 2) / count;
      }
    }
  }
};

/// The output of one node for every image.
void evaluate_node(const conversion::FloatGraph& graph, const conversion::Node& node,
                   std::vector<std::vector<Values>>& images) {
  const auto output = static_cast<std::size_t>(node.output);
  for (auto& values : images) {
    std::vector<const Values*> in;
    std::vector<Dims> in_dims;
    for (const conversion::TensorId id : node.inputs) {
      in.push_back(&values[static_cast<std::size_t>(id)]);
      in_dims.push_back(graph.tensors[static_cast<std::size_t>(id)].dims);
    }
    values[output] = std::visit(naive::Evaluate{in, in_dims, graph.tensors[output].dims}, node.op);
  }
}

/// How many images the statistics of batch norms are taken from.
constexpr unsigned kImages = 3;
constexpr float kEpsilon = 1e-3F;

}  // namespace

ThinNetwork::ThinNetwork(std::int64_t opset, const Dims& input, unsigned seed)
    : builder_(opset), opset_(opset), random_(seed), seed_(seed) {
  builder_.input("image", {-1, input[0], input[1], input[2]});
  dims_["image"] = input;
}

std::vector<float> ThinNetwork::uniform(std::size_t count, float bound) {
  std::vector<float> values(count);
  for (float& value : values) {
    value = static_cast<float>((2.0 * next_uniform(random_) - 1.0) * static_cast<double>(bound));
  }
  return values;
}

std::string ThinNetwork::floats(const std::vector<std::int64_t>& shape, const std::vector<float>& values) {
  std::string name = fresh("floats");
  builder_.floats(name, shape, values);
  return name;
}

std::string ThinNetwork::integers(const std::vector<std::int64_t>& values) {
  std::string name = fresh("integers");
  builder_.integers(name, values);
  return name;
}

ThinNetwork::Value ThinNetwork::node(const std::string& op, const std::vector<std::string>& inputs,
                                     const Dims& dims, const std::vector<OnnxAttribute>& attributes) {
  Value output = fresh(op);
  builder_.node(op, inputs, {output}, attributes);
  dims_[output] = dims;
  return output;
}

std::string ThinNetwork::kernel(std::int64_t out, std::int64_t in, const Slide& s, std::int64_t groups) {
  const std::int64_t fan_in = in / groups * s.kernel_h * s.kernel_w;
  // He et al. 2015 for ReLU: variance 2 / fan-in, uniform.
  const float bound = std::sqrt(6.0F / static_cast<float>(fan_in));
  return floats({out, in / groups, s.kernel_h, s.kernel_w},
                uniform(static_cast<std::size_t>(out * fan_in), bound));
}

ThinNetwork::Value ThinNetwork::conv(const Value& x, const std::string& kernel, const Slide& s,
                                     std::int64_t groups) {
  std::vector<OnnxAttribute> attributes = window_attributes(s);
  attributes.emplace_back("group", static_cast<int>(groups));
  attributes.emplace_back("dilations", std::vector<std::int64_t>{1, 1});
  return node("Conv", {x, kernel}, slid(dims(x), initializer(kernel).dims(0), s), attributes);
}

ThinNetwork::Value ThinNetwork::conv(const Value& x, std::int64_t out, const Slide& s, bool bias,
                                     std::int64_t groups) {
  const std::string weights = kernel(out, dims(x)[0], s, groups);
  Value output = conv(x, weights, s, groups);
  if (bias) {
    const std::string shift = floats({out}, uniform(static_cast<std::size_t>(out), 0.3F));
    builder_.graph().mutable_node(builder_.graph().node_size() - 1)->add_input(shift);
    biased_[output] = {weights, shift};
  }
  return output;
}

ThinNetwork::Value ThinNetwork::norm(const Value& x, float low, float high, bool any_sign) {
  const auto channels = static_cast<std::size_t>(dims(x)[0]);
  std::vector<float> gamma = uniform(channels, (high - low) / 2.0F);
  for (float& value : gamma) {
    value += (low + high) / 2.0F;
    value *= any_sign && next_uniform(random_) < 0.3 ? -1.0F : 1.0F;
  }
  const std::vector<std::int64_t> shape{dims(x)[0]};
  const std::string scale = floats(shape, gamma);
  const std::string shift = floats(shape, uniform(channels, 0.3F));
  Value output = fresh("BatchNormalization");
  builder_.filled(output + ".running_mean", shape, 0.0F).filled(output + ".running_var", shape, 1.0F);
  builder_.node("BatchNormalization", {x, scale, shift, output + ".running_mean", output + ".running_var"},
                {output}, {{"epsilon", kEpsilon}, {"momentum", 0.9F}});
  dims_[output] = dims(x);
  return output;
}

ThinNetwork::Value ThinNetwork::relu(const Value& x) {
  return node("Relu", {x}, dims(x));
}

ThinNetwork::Value ThinNetwork::relu6(const Value& x) {
  if (opset_ < 11) {
    return node("Clip", {x}, dims(x), {{"min", 0.0F}, {"max", 6.0F}});
  }
  const Value low = node("Constant", {}, {}, {{"value", float_tensor("", {}, {0.0F})}});
  const Value high = node("Constant", {}, {}, {{"value", float_tensor("", {}, {6.0F})}});
  return node("Clip", {x, low, high}, dims(x));
}

ThinNetwork::Value ThinNetwork::max_pool(const Value& x, const Slide& s, bool ceil_mode) {
  std::vector<OnnxAttribute> attributes = window_attributes(s);
  if (opset_ >= 10) {
    attributes.emplace_back("ceil_mode", ceil_mode ? 1 : 0);
  }
  return node("MaxPool", {x}, slid(dims(x), dims(x)[0], s, ceil_mode), attributes);
}

ThinNetwork::Value ThinNetwork::average_pool(const Value& x, const Slide& s, bool count_include_pad) {
  std::vector<OnnxAttribute> attributes = window_attributes(s);
  attributes.emplace_back("count_include_pad", count_include_pad ? 1 : 0);
  return node("AveragePool", {x}, slid(dims(x), dims(x)[0], s), attributes);
}

ThinNetwork::Value ThinNetwork::global_average(const Value& x) {
  return node("GlobalAveragePool", {x}, {dims(x)[0], 1, 1});
}

ThinNetwork::Value ThinNetwork::add(const Value& a, const Value& b) {
  return node("Add", {a, b}, dims(a));
}

ThinNetwork::Value ThinNetwork::concat(const std::vector<Value>& parts) {
  Dims joined = dims(parts.front());
  joined[0] = 0;
  for (const Value& part : parts) {
    joined[0] += dims(part)[0];
  }
  return node("Concat", parts, joined, {{"axis", 1}});
}

ThinNetwork::Value ThinNetwork::flatten(const Value& x) {
  return node("Flatten", {x}, {conversion::size_of(dims(x))}, {{"axis", 1}});
}

ThinNetwork::Value ThinNetwork::linear(const Value& x, std::int64_t out) {
  const std::int64_t in = dims(x)[0];
  const float bound = std::sqrt(6.0F / static_cast<float>(in));
  const std::string weights = floats({out, in}, uniform(static_cast<std::size_t>(out * in), bound));
  const std::string bias = floats({out}, uniform(static_cast<std::size_t>(out), 0.2F));
  return node("Gemm", {x, weights, bias}, {out}, {{"transB", 1}});
}

onnx::TensorProto& ThinNetwork::initializer(const std::string& name) {
  for (onnx::TensorProto& tensor : *builder_.graph().mutable_initializer()) {
    if (tensor.name() == name) {
      return tensor;
    }
  }
  throw Error(ErrorKind::internal, "no initializer '" + name + "'");
}

std::string ThinNetwork::finish(const Value& x) {
  builder_.output(x);
  conversion::FloatGraph graph = builder_.import();
  std::vector<std::vector<Values>> images(kImages, std::vector<Values>(graph.tensors.size()));
  const auto input = static_cast<std::size_t>(graph.inputs.front());
  for (unsigned k = 0; k < kImages; ++k) {
    const std::vector<float> image = random_image(graph.tensors[input].dims, 1000 * seed_ + k);
    images[k][input].assign(image.begin(), image.end());
  }
  for (conversion::Node& node : graph.nodes) {
    const Value& name = graph.tensors[static_cast<std::size_t>(node.output)].name;
    if (node.operation == "BatchNormalization") {
      const Statistics statistics(images, node.inputs.front(), dims(name)[0]);
      auto& affine = std::get<conversion::Affine>(node.op);
      onnx::TensorProto& mean = initializer(name + ".running_mean");
      onnx::TensorProto& variance = initializer(name + ".running_var");
      for (int c = 0; c < mean.dims(0); ++c) {
        const auto channel = static_cast<std::size_t>(c);
        mean.set_float_data(c, static_cast<float>(statistics.mean[channel]));
        variance.set_float_data(c, static_cast<float>(statistics.variance[channel]));
        const double epsilon = static_cast<double>(kEpsilon);
        const double gamma = static_cast<double>(affine.scale[channel]) * std::sqrt(1.0 + epsilon);
        const double scale = gamma / std::sqrt(statistics.variance[channel] + epsilon);
        affine.scale[channel] = static_cast<float>(scale);
        affine.shift[channel] =
            static_cast<float>(static_cast<double>(affine.shift[channel]) - scale * statistics.mean[channel]);
      }
    }
    evaluate_node(graph, node, images);
    if (const auto biased = biased_.find(name); biased != biased_.end()) {
      const Statistics statistics(images, node.output, dims(name)[0]);
      auto& conv = std::get<conversion::Convolution>(node.op);
      const std::size_t fan_in = conv.weights.size() / conv.bias.size();
      for (std::size_t i = 0; i < conv.weights.size(); ++i) {
        conv.weights[i] /= static_cast<float>(std::sqrt(statistics.variance[i / fan_in] + 1e-12));
      }
      for (std::size_t c = 0; c < conv.bias.size(); ++c) {
        const auto bias = static_cast<double>(conv.bias[c]);
        const double deviation = std::sqrt(statistics.variance[c] + 1e-12);
        conv.bias[c] = static_cast<float>(bias - (statistics.mean[c] - bias) / deviation);
      }
      const auto store = [&](const std::string& tensor, const std::vector<float>& values) {
        initializer(tensor).mutable_float_data()->Assign(values.begin(), values.end());
      };
      store(biased->second.first, conv.weights);
      store(biased->second.second, conv.bias);
      evaluate_node(graph, node, images);
    }
  }
  return builder_.bytes();
}

std::vector<float> random_image(const Dims& dims, unsigned seed) {
  std::uint64_t random = 77U + seed;
  std::vector<float> image(static_cast<std::size_t>(conversion::size_of(dims)), 0.0F);
  std::size_t at = 0;
  for (std::int64_t c = 0; c < dims[0]; ++c) {
    struct Wave {
      double fy, fx, phase;
    };
    std::vector<Wave> waves;
    for (int k = 0; k < 4; ++k) {
      waves.push_back({(next_uniform(random) - 0.5) * 8.0 / static_cast<double>(dims[1]),
                       (next_uniform(random) - 0.5) * 8.0 / static_cast<double>(dims[2]),
                       next_uniform(random)});
    }
    for (std::int64_t y = 0; y < dims[1]; ++y) {
      for (std::int64_t x = 0; x < dims[2]; ++x) {
        double value = (2.0 * next_uniform(random) - 1.0) * 0.5;
        for (const Wave& wave : waves) {
          value +=
              0.7 *
              std::sin(2.0 * std::numbers::pi *
                       (wave.fy * static_cast<double>(y) + wave.fx * static_cast<double>(x) + wave.phase));
        }
        image[at++] = static_cast<float>(value);
      }
    }
  }
  return image;
}

}  // namespace homolog::test
