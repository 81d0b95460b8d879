#include "conversion/spiking/thresholds.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <utility>

#include "sim/core/error.hpp"

namespace homolog::conversion {
namespace {

constexpr double kMemoryLimit = 2.0 * 1024 * 1024 * 1024;
/// A channel's scale is at least this share of its layer's: a nearly silent channel must not blow its
/// weights up.
constexpr float kSmallestShare = 1.0F / 4096.0F;

/// The largest values of a stream, and how many positive ones there were.
class Largest {
 public:
  explicit Largest(std::size_t keep) : keep_(keep) {}

  void add(float value) {
    if (!(value > 0.0F)) {
      return;
    }
    ++positive_;
    if (value <= floor_) {
      return;
    }
    values_.push_back(value);
    if (values_.size() >= 2 * keep_) {
      prune();
    }
  }

  /// The p-th percentile of all positive values (linear interpolation), 0 without any.
  [[nodiscard]] float percentile(double p) {
    if (positive_ == 0) {
      return 0.0F;
    }
    std::sort(values_.begin(), values_.end(), std::greater<>());
    const double position = p / 100.0 * static_cast<double>(positive_ - 1);
    const auto below = static_cast<std::uint64_t>(position);
    const double share = position - static_cast<double>(below);
    const auto from_top = [&](std::uint64_t ascending) {
      const std::uint64_t index = positive_ - 1 - ascending;
      assert(index < values_.size());
      return static_cast<double>(values_[static_cast<std::size_t>(index)]);
    };
    const double low = from_top(below);
    const double high = below + 1 < positive_ ? from_top(below + 1) : low;
    return static_cast<float>(low + share * (high - low));
  }

 private:
  void prune() {
    std::nth_element(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(keep_ - 1), values_.end(),
                     std::greater<>());
    values_.resize(keep_);
    floor_ = values_.back();  // an equal value need not be kept: `keep_` at least as large are there
  }

  std::size_t keep_;
  std::vector<float> values_{};
  float floor_ = 0.0F;
  std::uint64_t positive_ = 0;
};

/// To 12 significant bits, so that the last bits of a float library do not decide spikes.
float rounded(float value) {
  int exponent = 0;
  const float mantissa = std::frexp(value, &exponent);
  return std::ldexp(std::round(std::ldexp(mantissa, 12)), exponent - 12);
}

const Clip* clip_of(const FloatGraph& graph, TensorId tensor) {
  const Node* node = producer_of(graph, tensor);
  return node == nullptr ? nullptr : std::get_if<Clip>(&node->op);
}

}  // namespace

std::vector<TensorId> scaled_tensors(const FloatGraph& graph) {
  std::vector<TensorId> tensors;
  for (const Node& node : graph.nodes) {
    if (std::holds_alternative<Relu>(node.op) || std::holds_alternative<Clip>(node.op)) {
      tensors.push_back(node.output);
    }
  }
  return tensors;
}

struct Calibration::Impl {
  struct Column {
    std::size_t channels = 1;  ///< of the tensor
    std::size_t area = 1;
    std::vector<Largest> largest{};  ///< one, or one per channel
    float high = std::numeric_limits<float>::infinity();
  };
  ThresholdRule rule{};
  std::vector<TensorId> order{};
  std::map<TensorId, Column> columns{};
};

Calibration::Calibration(const FloatGraph& graph, ThresholdRule rule, std::int64_t images)
    : impl_(std::make_unique<Impl>()) {
  impl_->rule = rule;
  impl_->order = scaled_tensors(graph);
  const double percentile = rule.method == ThresholdRule::Method::maximum ? 100.0 : rule.percentile;
  const bool per_channel = rule.scope == ThresholdRule::Scope::channel;
  double bytes = 0.0;
  const auto keep_of = [&](double elements) {
    return std::ceil((1.0 - percentile / 100.0) * elements) + 2.0;
  };
  for (const TensorId tensor : impl_->order) {
    const Dims& dims = graph.tensors[static_cast<std::size_t>(tensor)].dims;
    const double elements = static_cast<double>(size_of(dims)) * static_cast<double>(images);
    const double channels = dims.empty() ? 1.0 : static_cast<double>(dims[0]);
    // The layer's own scale is needed as well, for channels without positive activation.
    bytes += 8.0 * keep_of(elements) + (per_channel ? 8.0 * channels * keep_of(elements / channels) : 0.0);
  }
  if (bytes > kMemoryLimit) {
    const auto fits = static_cast<std::int64_t>(static_cast<double>(images) * kMemoryLimit / bytes);
    throw Error(ErrorKind::config,
                "calibrating with " + std::to_string(images) + " images at this percentile needs " +
                    std::to_string(static_cast<std::int64_t>(bytes / (1 << 20))) + " MiB; take at most " +
                    std::to_string(std::max<std::int64_t>(fits, 1)) + " images or a higher percentile");
  }
  for (const TensorId tensor : impl_->order) {
    const Dims& dims = graph.tensors[static_cast<std::size_t>(tensor)].dims;
    Impl::Column column;
    column.channels = dims.empty() ? 1U : static_cast<std::size_t>(dims[0]);
    column.area = static_cast<std::size_t>(size_of(dims)) / column.channels;
    const double elements = static_cast<double>(size_of(dims)) * static_cast<double>(images);
    column.largest.emplace_back(static_cast<std::size_t>(keep_of(elements)));
    if (per_channel) {
      const double share = elements / static_cast<double>(column.channels);
      column.largest.resize(1 + column.channels, Largest(static_cast<std::size_t>(keep_of(share))));
    }
    if (const Clip* clip = clip_of(graph, tensor); clip != nullptr) {
      column.high = clip->high;
    }
    impl_->columns.emplace(tensor, std::move(column));
  }
}

Calibration::~Calibration() = default;

void Calibration::add(TensorId tensor, std::span<const float> values) {
  auto& column = impl_->columns.at(tensor);
  for (std::size_t start = 0; start < values.size(); start += column.channels * column.area) {
    for (std::size_t channel = 0; channel < column.channels; ++channel) {
      const auto map = values.subspan(start + channel * column.area, column.area);
      for (const float value : map) {
        column.largest[0].add(value);
      }
      if (column.largest.size() > 1) {
        for (const float value : map) {
          column.largest[1 + channel].add(value);
        }
      }
    }
  }
}

std::vector<Scale> Calibration::scales() {
  const double percentile =
      impl_->rule.method == ThresholdRule::Method::maximum ? 100.0 : impl_->rule.percentile;
  std::vector<Scale> scales;
  for (const TensorId tensor : impl_->order) {
    auto& column = impl_->columns.at(tensor);
    const float found = column.largest[0].percentile(percentile);
    const float layer = found > 0.0F ? found : 1.0F;
    Scale scale{.tensor = tensor, .channel = {}};
    for (std::size_t channel = 0; channel < column.channels; ++channel) {
      float value = layer;
      if (column.largest.size() > 1) {
        const float own = column.largest[1 + channel].percentile(percentile);
        value = own > 0.0F ? std::max(own, layer * kSmallestShare) : layer;
      }
      scale.channel.push_back(std::min(rounded(value), column.high));
    }
    scales.push_back(std::move(scale));
  }
  return scales;
}

}  // namespace homolog::conversion
