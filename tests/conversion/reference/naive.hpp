#pragma once

// A float graph evaluated by plain loops in double, one image at a time, straight from the comments in
// float_graph.hpp: what the tests hold FloatNetwork against.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "conversion/graph/float_graph.hpp"

namespace homolog::test {

using Values = std::vector<double>;

namespace naive {

using conversion::Dims;

inline std::size_t index(const Dims& d, std::int64_t c, std::int64_t y, std::int64_t x) {
  return static_cast<std::size_t>((c * d[1] + y) * d[2] + x);
}

/// visit(ky, kx, iy, ix, inside) for all positions of the window of output (oy, ox).
template <class Visit>
void for_window(const conversion::Window2d& w, const Dims& in, std::int64_t oy, std::int64_t ox,
                Visit visit) {
  for (std::int64_t ky = 0; ky < w.kernel_h; ++ky) {
    for (std::int64_t kx = 0; kx < w.kernel_w; ++kx) {
      const std::int64_t iy = oy * w.stride_h - w.pad_top + ky * w.dilation_h;
      const std::int64_t ix = ox * w.stride_w - w.pad_left + kx * w.dilation_w;
      visit(ky, kx, iy, ix, iy >= 0 && iy < in[1] && ix >= 0 && ix < in[2]);
    }
  }
}

/// Evaluates one node; `in` and `in_dims` have one element per input.
struct Evaluate {
  const std::vector<const Values*>& in;
  const std::vector<Dims>& in_dims;
  const Dims& out_dims;

  [[nodiscard]] const Values& x() const { return *in[0]; }
  [[nodiscard]] Values zeros() const {
    return Values(static_cast<std::size_t>(conversion::size_of(out_dims)));
  }
  template <class Compute>
  Values for_each_output(Compute compute) const {
    Values out = zeros();
    for (std::int64_t c = 0; c < out_dims[0]; ++c) {
      for (std::int64_t oy = 0; oy < out_dims[1]; ++oy) {
        for (std::int64_t ox = 0; ox < out_dims[2]; ++ox) {
          out[index(out_dims, c, oy, ox)] = compute(c, oy, ox);
        }
      }
    }
    return out;
  }

  Values operator()(const conversion::Convolution& op) const {
    const Dims& d = in_dims[0];
    const std::int64_t group_in = op.in_channels / op.groups;
    const std::int64_t group_out = op.out_channels / op.groups;
    return for_each_output([&](std::int64_t oc, std::int64_t oy, std::int64_t ox) {
      auto sum = static_cast<double>(op.bias[static_cast<std::size_t>(oc)]);
      for (std::int64_t ic = 0; ic < group_in; ++ic) {
        for_window(op.window, d, oy, ox,
                   [&](std::int64_t ky, std::int64_t kx, std::int64_t iy, std::int64_t ix, bool inside) {
                     const auto k = static_cast<std::size_t>(
                         ((oc * group_in + ic) * op.window.kernel_h + ky) * op.window.kernel_w + kx);
                     sum += inside ? static_cast<double>(op.weights[k]) *
                                         x()[index(d, oc / group_out * group_in + ic, iy, ix)]
                                   : 0.0;
                   });
      }
      return sum;
    });
  }
  Values operator()(const conversion::Dense& op) const {
    Values out = zeros();
    for (std::size_t o = 0; o < out.size(); ++o) {
      out[o] = static_cast<double>(op.bias[o]);
      for (std::size_t i = 0; i < x().size(); ++i) {
        out[o] += static_cast<double>(op.weights[o * x().size() + i]) * x()[i];
      }
    }
    return out;
  }
  Values operator()(const conversion::Affine& op) const {
    Values out = x();
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::size_t k = i * op.scale.size() / out.size();
      out[i] = static_cast<double>(op.scale[k]) * out[i] + static_cast<double>(op.shift[k]);
    }
    return out;
  }
  Values operator()(const conversion::Relu& /*op*/) const {
    Values out = x();
    std::for_each(out.begin(), out.end(), [](double& v) { v = std::max(v, 0.0); });
    return out;
  }
  Values operator()(const conversion::Clip& op) const {
    Values out = x();
    std::for_each(out.begin(), out.end(), [&](double& v) {
      v = std::min(std::max(v, static_cast<double>(op.low)), static_cast<double>(op.high));
    });
    return out;
  }
  Values operator()(const conversion::MaxPool& op) const {
    return for_each_output([&](std::int64_t c, std::int64_t oy, std::int64_t ox) {
      double largest = -std::numeric_limits<double>::infinity();
      for_window(op.window, in_dims[0], oy, ox,
                 [&](std::int64_t, std::int64_t, std::int64_t iy, std::int64_t ix, bool inside) {
                   largest = inside ? std::max(largest, x()[index(in_dims[0], c, iy, ix)]) : largest;
                 });
      return largest;
    });
  }
  Values operator()(const conversion::AveragePool& op) const {
    const Dims& d = in_dims[0];
    const conversion::Window2d& w = op.window;
    return for_each_output([&](std::int64_t c, std::int64_t oy, std::int64_t ox) {
      double sum = 0.0;
      double count = 0.0;
      for_window(w, d, oy, ox,
                 [&](std::int64_t, std::int64_t, std::int64_t iy, std::int64_t ix, bool inside) {
                   const bool in_pads = iy < d[1] + w.pad_bottom && ix < d[2] + w.pad_right;
                   count += inside || (op.count_include_pad && in_pads) ? 1.0 : 0.0;
                   sum += inside ? x()[index(d, c, iy, ix)] : 0.0;
                 });
      return sum / count;
    });
  }
  Values operator()(const conversion::Add& /*op*/) const {
    Values out = x();
    for (std::size_t k = 1; k < in.size(); ++k) {
      for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] += (*in[k])[i];
      }
    }
    return out;
  }
  Values operator()(const conversion::Concat& op) const {
    std::size_t outer = 1;
    for (std::int64_t k = 0; k < op.axis; ++k) {
      outer *= static_cast<std::size_t>(out_dims[static_cast<std::size_t>(k)]);
    }
    Values out;
    for (std::size_t o = 0; o < outer; ++o) {
      for (const Values* values : in) {
        const auto share = static_cast<std::ptrdiff_t>(values->size() / outer);
        const auto first = values->begin() + static_cast<std::ptrdiff_t>(o) * share;
        out.insert(out.end(), first, first + share);
      }
    }
    return out;
  }
  Values operator()(const conversion::View& /*op*/) const { return x(); }
  Values operator()(const conversion::Pad& op) const {
    const Dims& d = in_dims[0];
    return for_each_output([&](std::int64_t c, std::int64_t oy, std::int64_t ox) {
      const std::int64_t iy = oy - op.top;
      const std::int64_t ix = ox - op.left;
      const bool inside = iy >= 0 && iy < d[1] && ix >= 0 && ix < d[2];
      return inside ? x()[index(d, c, iy, ix)] : static_cast<double>(op.value);
    });
  }
  Values operator()(const conversion::Softmax& op) const {
    std::size_t inner = 1;
    for (std::size_t k = static_cast<std::size_t>(op.axis) + 1; k < out_dims.size(); ++k) {
      inner *= static_cast<std::size_t>(out_dims[k]);
    }
    const auto length = static_cast<std::size_t>(out_dims[static_cast<std::size_t>(op.axis)]);
    Values out = x();
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::size_t first = i / (inner * length) * inner * length + i % inner;
      double total = 0.0;
      for (std::size_t k = 0; k < length; ++k) {
        total += std::exp(x()[first + k * inner] - x()[i]);
      }
      out[i] = op.logarithm ? -std::log(total) : 1.0 / total;
    }
    return out;
  }
};

}  // namespace naive

/// All tensors of the graph for one image; `inputs` in the order of graph.inputs.
inline std::vector<Values> evaluate(const conversion::FloatGraph& graph, const std::vector<Values>& inputs) {
  std::vector<Values> values(graph.tensors.size());
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    values[static_cast<std::size_t>(graph.inputs[k])] = inputs[k];
  }
  for (const conversion::Node& node : graph.nodes) {
    std::vector<const Values*> in;
    std::vector<conversion::Dims> dims;
    for (const conversion::TensorId id : node.inputs) {
      in.push_back(&values[static_cast<std::size_t>(id)]);
      dims.push_back(graph.tensors[static_cast<std::size_t>(id)].dims);
    }
    const auto output = static_cast<std::size_t>(node.output);
    values[output] = std::visit(naive::Evaluate{in, dims, graph.tensors[output].dims}, node.op);
  }
  return values;
}

}  // namespace homolog::test
