#include "conversion/spiking/signal.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "conversion/spiking/apply_kernel.hpp"
#include "conversion/spiking/index_of.hpp"
#include "conversion/spiking/signal_kernels.hpp"
#include "sim/core/error.hpp"

namespace homolog::conversion {
namespace {

UnitMap unit_map(const Term& term, const sim::Shape& shape) {
  if (const auto* units = std::get_if<UnitMap>(&term.map); units != nullptr) {
    return *units;
  }
  const auto& map = std::get<ChannelMap>(term.map);
  UnitMap units;
  const sim::Shape& s = term.source_shape;
  for (std::int64_t y = 0; y < s.height; ++y) {
    for (std::int64_t x = 0; x < s.width; ++x) {
      for (std::int64_t c = 0; c < s.channels; ++c) {
        units.target.push_back(sim::hwc_index(shape, map.first_channel + c, y + map.top, x + map.left));
        units.weight.push_back(map.scale[index_of(c)]);
      }
    }
  }
  return units;
}

std::vector<double> mapped_constant(const sim::Kernel& kernel, const std::vector<double>& constant,
                                    const sim::Shape& out) {
  std::vector<double> result(index_of(out.size()), 0.0);
  apply_kernel(kernel, constant, result);
  return result;
}

/// Calls change(weight, channel of the target) for every weight of a kernel.
template <class Change>
void for_each_weight(sim::Kernel& kernel, const Change& change) {
  if (auto* conv = std::get_if<sim::Convolution>(&kernel); conv != nullptr) {
    const std::int64_t group_out = conv->channels / conv->groups;
    const std::int64_t per_group = std::ssize(conv->weights) / conv->groups;
    for (std::int64_t i = 0; i < std::ssize(conv->weights); ++i) {
      change(conv->weights[index_of(i)], conv->first_channel + i / per_group * group_out + i % group_out);
    }
  } else if (auto* dense = std::get_if<sim::Dense>(&kernel); dense != nullptr) {
    for (std::int64_t i = 0; i < std::ssize(dense->weights); ++i) {
      change(dense->weights[index_of(i)], dense->first_channel + i % dense->channels);
    }
  } else if (auto* average = std::get_if<sim::AveragePool>(&kernel); average != nullptr) {
    for (std::int64_t c = 0; c < std::ssize(average->channel_weight); ++c) {
      change(average->channel_weight[index_of(c)], average->first_channel + c);
    }
  }
}

/// The kernel inside a larger target: other shape, channels moved by `shift`.
void retarget(sim::Kernel& kernel, const sim::Shape& out, std::int64_t shift) {
  std::visit(
      [&](auto& k) {
        k.out = out;
        if constexpr (requires { k.first_channel; }) {
          k.first_channel += shift;
        }
      },
      kernel);
}

/// The largest block of positions that is averaged on the way through a convolution. Every spike in a block
/// is then an event of its own, where a relay would emit one for all: with 2 x 2 positions up to half more
/// (CIFAR-10 VGG, LeNet). But they need no relay and no multiplication, and can have 8-bit weights.
constexpr std::int64_t kLargestBlock = 4;

/// The average pooling of a term if it takes blocks of at most kLargestBlock positions without overlap,
/// padding or border; else null.
const sim::AveragePool* blocks_of(const Term& term) {
  const auto* linear = std::get_if<Linear>(&term.map);
  const auto* pool = linear == nullptr ? nullptr : std::get_if<sim::AveragePool>(&linear->kernel);
  if (pool == nullptr) {
    return nullptr;
  }
  const sim::Window& w = pool->window;
  const bool blocks =
      w.kernel_h == w.stride_h && w.kernel_w == w.stride_w && w.pad_top == 0 && w.pad_left == 0 &&
      w.dilation_h == 1 && w.dilation_w == 1 && w.kernel_h * w.kernel_w <= kLargestBlock &&
      pool->out.height == pool->in.height / w.kernel_h && pool->out.width == pool->in.width / w.kernel_w;
  const bool uniform = std::all_of(pool->position_weight.begin(), pool->position_weight.end(),
                                   [&](float weight) { return weight == pool->position_weight.front(); });
  return blocks && uniform ? pool : nullptr;
}

}  // namespace

sim::Shape shape_of(const Dims& dims) {
  if (dims.size() > 3) {
    throw Error(ErrorKind::model, "a map of rank " + std::to_string(dims.size()) + " (" + to_string(dims) +
                                      ") has no place in a spiking network; supported: [C,H,W], [C]");
  }
  sim::Shape shape{.channels = 1};
  if (!dims.empty()) {
    shape.channels = dims[0];
  }
  if (dims.size() > 1) {
    shape.height = dims[1];
  }
  if (dims.size() > 2) {
    shape.width = dims[2];
  }
  return shape;
}

bool only_channel_maps(const Signal& signal) {
  return std::all_of(signal.terms.begin(), signal.terms.end(),
                     [](const Term& t) { return std::holds_alternative<ChannelMap>(t.map); });
}

bool only_unit_maps(const Signal& signal) {
  return std::none_of(signal.terms.begin(), signal.terms.end(),
                      [](const Term& t) { return std::holds_alternative<Linear>(t.map); });
}

bool is_positive_channel_copy(const Signal& signal, bool padded) {
  if (std::any_of(signal.constant.begin(), signal.constant.end(), [](double c) { return c != 0.0; })) {
    return false;
  }
  std::vector<int> covered(index_of(signal.shape.channels), 0);
  for (const Term& term : signal.terms) {
    const auto* map = std::get_if<ChannelMap>(&term.map);
    const bool moved = map != nullptr &&
                       (map->top != 0 || map->left != 0 || term.source_shape.height != signal.shape.height ||
                        term.source_shape.width != signal.shape.width);
    if (map == nullptr || (moved && !padded) ||
        std::any_of(map->scale.begin(), map->scale.end(), [](double s) { return !(s > 0.0); })) {
      return false;
    }
    for (std::int64_t c = 0; c < term.source_shape.channels; ++c) {
      ++covered[index_of(map->first_channel + c)];
    }
  }
  return std::all_of(covered.begin(), covered.end(), [](int n) { return n == 1; });
}

bool only_channel_maps_or_blocks(const Signal& signal) {
  return std::all_of(signal.terms.begin(), signal.terms.end(), [](const Term& term) {
    return std::holds_alternative<ChannelMap>(term.map) || blocks_of(term) != nullptr;
  });
}

Signal convolved(const Signal& signal, const Convolution& op, const sim::Shape& out) {
  Signal result{.shape = out, .nodes = signal.nodes};
  for (const Term& term : signal.terms) {
    sim::Convolution kernel;
    if (const sim::AveragePool* pool = blocks_of(term); pool != nullptr) {
      ChannelMap map{.first_channel = pool->first_channel};
      for (const float weight : pool->channel_weight) {
        map.scale.push_back(static_cast<double>(weight) * static_cast<double>(pool->position_weight[0]));
      }
      const sim::Shape blocks{
          .channels = pool->in.channels, .height = pool->out.height, .width = pool->out.width};
      kernel = convolution_kernel(op, blocks, map, out);
      kernel.in = pool->in;
      kernel.pool_h = pool->window.kernel_h;
      kernel.pool_w = pool->window.kernel_w;
    } else {
      kernel = convolution_kernel(op, term.source_shape, std::get<ChannelMap>(term.map), out);
    }
    result.terms.push_back({term.source, term.source_shape, Linear{std::move(kernel)}});
  }
  if (!signal.constant.empty()) {
    result.constant = mapped_constant(convolution_kernel(op, signal.shape, identity(signal.shape), out),
                                      signal.constant, out);
  } else {
    result.constant.assign(index_of(out.size()), 0.0);
  }
  for (std::size_t i = 0; i < result.constant.size(); ++i) {
    result.constant[i] += static_cast<double>(op.bias[i % op.bias.size()]);
  }
  return result;
}

Signal multiplied(const Signal& signal, const Dense& op) {
  const sim::Shape out{.channels = op.out_features};
  const auto rows = index_of(op.in_features);
  const auto columns = index_of(op.out_features);
  Signal result{.shape = out, .constant{op.bias.begin(), op.bias.end()}, .nodes = signal.nodes};
  for (const Term& term : signal.terms) {
    const UnitMap units = unit_map(term, signal.shape);
    sim::Dense kernel{.in = term.source_shape, .out = out, .channels = op.out_features};
    kernel.weights.resize(units.target.size() * columns, 0.0F);
    for (std::size_t unit = 0; unit < units.target.size(); ++unit) {
      if (units.target[unit] == sim::kNoUnit) {
        continue;
      }
      for (std::size_t o = 0; o < columns; ++o) {
        kernel.weights[unit * columns + o] = static_cast<float>(
            static_cast<double>(op.weights[o * rows + units.target[unit]]) * units.weight[unit]);
      }
    }
    result.terms.push_back({term.source, term.source_shape, Linear{std::move(kernel)}});
  }
  for (std::size_t i = 0; i < signal.constant.size(); ++i) {
    for (std::size_t o = 0; o < columns; ++o) {
      result.constant[o] += static_cast<double>(op.weights[o * rows + i]) * signal.constant[i];
    }
  }
  return result;
}

Signal averaged(const Signal& signal, const AveragePool& op, const sim::Shape& out) {
  Signal result{.shape = out, .nodes = signal.nodes};
  for (const Term& term : signal.terms) {
    result.terms.push_back(
        {term.source, term.source_shape,
         Linear{average_kernel(op, term.source_shape, std::get<ChannelMap>(term.map), signal.shape, out)}});
  }
  if (!signal.constant.empty()) {
    result.constant = mapped_constant(
        average_kernel(op, signal.shape, identity(signal.shape), signal.shape, out), signal.constant, out);
  }
  return result;
}

Signal scaled(const Signal& signal, const Affine& op) {
  const auto units = index_of(signal.shape.size());
  const auto channels = index_of(signal.shape.channels);
  // A full map of parameters is in C,H,W order; with one value or one per channel the order is no matter.
  const auto at = [&](const std::vector<float>& values, std::size_t unit) {
    if (values.size() == units && units != channels) {
      return static_cast<double>(values[sim::chw_from_hwc(signal.shape, static_cast<sim::UnitId>(unit))]);
    }
    return static_cast<double>(values[values.size() == 1 ? 0 : unit % channels]);
  };
  const bool full = op.scale.size() == units && units != channels;
  Signal result = signal;
  for (Term& term : result.terms) {
    if (full) {
      UnitMap map = unit_map(term, signal.shape);
      for (std::size_t i = 0; i < map.target.size(); ++i) {
        map.weight[i] *= map.target[i] == sim::kNoUnit ? 0.0 : at(op.scale, map.target[i]);
      }
      term.map = std::move(map);
    } else if (auto* channel_map = std::get_if<ChannelMap>(&term.map); channel_map != nullptr) {
      for (std::size_t c = 0; c < channel_map->scale.size(); ++c) {
        channel_map->scale[c] *= at(op.scale, index_of(channel_map->first_channel) + c);
      }
    } else if (auto* map = std::get_if<UnitMap>(&term.map); map != nullptr) {
      for (std::size_t i = 0; i < map->target.size(); ++i) {
        map->weight[i] *= map->target[i] == sim::kNoUnit ? 0.0 : at(op.scale, map->target[i]);
      }
    } else {
      for_each_weight(std::get<Linear>(term.map).kernel, [&](float& weight, std::int64_t channel) {
        weight = static_cast<float>(static_cast<double>(weight) * at(op.scale, index_of(channel)));
      });
    }
  }
  result.constant.resize(units, 0.0);
  for (std::size_t i = 0; i < units; ++i) {
    result.constant[i] = result.constant[i] * at(op.scale, i) + at(op.shift, i);
  }
  return result;
}

Signal summed(const std::vector<Signal>& signals) {
  Signal result = signals.front();
  for (std::size_t k = 1; k < signals.size(); ++k) {
    result.terms.insert(result.terms.end(), signals[k].terms.begin(), signals[k].terms.end());
    result.nodes.insert(signals[k].nodes.begin(), signals[k].nodes.end());
    if (!signals[k].constant.empty()) {
      result.constant.resize(index_of(result.shape.size()), 0.0);
      for (std::size_t i = 0; i < result.constant.size(); ++i) {
        result.constant[i] += signals[k].constant[i];
      }
    }
  }
  return result;
}

Signal concatenated(const std::vector<Signal>& signals, const sim::Shape& out) {
  Signal result{.shape = out};
  std::int64_t first = 0;
  for (const Signal& signal : signals) {
    const std::int64_t channels = signal.shape.channels;
    const auto moved = [&](sim::UnitId unit) {
      const auto position = static_cast<std::int64_t>(unit) / channels;
      return static_cast<sim::UnitId>(position * out.channels + first +
                                      static_cast<std::int64_t>(unit) % channels);
    };
    for (Term term : signal.terms) {
      if (auto* channel_map = std::get_if<ChannelMap>(&term.map); channel_map != nullptr) {
        channel_map->first_channel += first;
      } else if (auto* units = std::get_if<UnitMap>(&term.map); units != nullptr) {
        for (sim::UnitId& target : units->target) {
          target = target == sim::kNoUnit ? target : moved(target);
        }
      } else {
        retarget(std::get<Linear>(term.map).kernel, out, first);
      }
      result.terms.push_back(std::move(term));
    }
    if (!signal.constant.empty()) {
      result.constant.resize(index_of(out.size()), 0.0);
      for (std::size_t i = 0; i < signal.constant.size(); ++i) {
        result.constant[moved(static_cast<sim::UnitId>(i))] = signal.constant[i];
      }
    }
    result.nodes.insert(signal.nodes.begin(), signal.nodes.end());
    first += channels;
  }
  return result;
}

Signal padded(const Signal& signal, const Pad& op, const sim::Shape& out) {
  Signal result{.shape = out, .terms = signal.terms, .nodes = signal.nodes};
  for (Term& term : result.terms) {
    auto& map = std::get<ChannelMap>(term.map);
    map.top += op.top;
    map.left += op.left;
  }
  if (signal.constant.empty() && op.value == 0.0F) {
    return result;
  }
  result.constant.assign(index_of(out.size()), static_cast<double>(op.value));
  const std::int64_t channels = signal.shape.channels;
  for (std::int64_t y = 0; y < signal.shape.height; ++y) {
    for (std::int64_t x = 0; x < signal.shape.width; ++x) {
      for (std::int64_t c = 0; c < channels; ++c) {
        result.constant[sim::hwc_index(out, c, y + op.top, x + op.left)] =
            signal.constant.empty() ? 0.0 : signal.constant[sim::hwc_index(signal.shape, c, y, x)];
      }
    }
  }
  return result;
}

Signal viewed(const Signal& signal, const sim::Shape& out) {
  if (signal.shape == out) {
    return signal;
  }
  const auto moved = [&](sim::UnitId unit) {
    return sim::hwc_from_chw(out, sim::chw_from_hwc(signal.shape, unit));
  };
  Signal result{.shape = out, .nodes = signal.nodes};
  for (const Term& term : signal.terms) {
    UnitMap units = unit_map(term, signal.shape);
    for (sim::UnitId& target : units.target) {
      target = target == sim::kNoUnit ? target : moved(target);
    }
    result.terms.push_back({term.source, term.source_shape, std::move(units)});
  }
  if (!signal.constant.empty()) {
    result.constant.resize(signal.constant.size());
    for (std::size_t i = 0; i < signal.constant.size(); ++i) {
      result.constant[moved(static_cast<sim::UnitId>(i))] = signal.constant[i];
    }
  }
  return result;
}

sim::Kernel kernel_of(const Term& term, const sim::Shape& out, const std::vector<float>& scale) {
  const auto divided = [&](double weight, std::int64_t channel) {
    return static_cast<float>(scale.empty() ? weight
                                            : weight / static_cast<double>(scale[index_of(channel)]));
  };
  if (const auto* linear = std::get_if<Linear>(&term.map); linear != nullptr) {
    sim::Kernel kernel = linear->kernel;
    for_each_weight(kernel, [&](float& weight, std::int64_t channel) {
      weight = divided(static_cast<double>(weight), channel);
    });
    return kernel;
  }
  UnitMap units = unit_map(term, out);
  sim::OneToOne kernel{.in = term.source_shape, .out = out, .target = std::move(units.target)};
  for (std::size_t i = 0; i < units.weight.size(); ++i) {
    const bool connected = kernel.target[i] != sim::kNoUnit;
    kernel.weight.push_back(
        connected ? divided(units.weight[i], static_cast<std::int64_t>(kernel.target[i]) % out.channels)
                  : 0.0F);
  }
  return kernel;
}

}  // namespace homolog::conversion
