#include "conversion/spiking/thresholds.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <utility>

#include "conversion/spiking/round_scale.hpp"
#include "conversion/spiking/sample_positions.hpp"
#include "conversion/spiking/threshold_rules.hpp"
#include "sim/core/error.hpp"

namespace homolog::conversion {
namespace {

constexpr double kMemoryLimit = 2.0 * 1024 * 1024 * 1024;
/// A channel's scale is at least this share of its layer's: a nearly silent channel must not blow its
/// weights up.
constexpr float kSmallestShare = 1.0F / 4096.0F;

/// Activations of a channel that least_error_threshold() looks at.
constexpr std::int64_t kSamples = 4096;

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

const Clip* clip_of(const FloatGraph& graph, TensorId tensor) {
  const Node* node = producer_of(graph, tensor);
  return node == nullptr ? nullptr : std::get_if<Clip>(&node->op);
}

}  // namespace

std::vector<TensorId> scaled_tensors(const FloatGraph& graph, const std::vector<TensorId>& linear) {
  std::vector<TensorId> tensors;
  for (const Node& node : graph.nodes) {
    if (std::holds_alternative<Relu>(node.op) || std::holds_alternative<Clip>(node.op)) {
      tensors.push_back(node.output);
    }
  }
  tensors.insert(tensors.end(), linear.begin(), linear.end());
  return tensors;
}

std::vector<Scale> unit_scales(const FloatGraph& graph, const std::vector<TensorId>& linear) {
  std::vector<Scale> scales;
  for (const TensorId tensor : scaled_tensors(graph, linear)) {
    const Dims& dims = graph.tensors[static_cast<std::size_t>(tensor)].dims;
    scales.push_back(
        {tensor, std::vector<float>(dims.empty() ? 1U : static_cast<std::size_t>(dims[0]), 1.0F)});
  }
  return scales;
}

struct Calibration::Impl {
  struct Column {
    std::size_t channels = 1;  ///< of the tensor
    std::size_t area = 1;
    std::vector<Largest> largest{};  ///< one, or one per channel
    float high = std::numeric_limits<float>::infinity();
    std::vector<std::vector<float>> samples{};  ///< least_error: one, or one per channel
    std::vector<double> balanced{};             ///< ltb: one, or one per channel
    std::int64_t added = 0;                     ///< images so far
    bool linear = false;                        ///< magnitudes count

    void sample(std::span<const float> image, const SamplePositions& positions);
    void balance(std::span<const float> image);
  };

  using Method = ThresholdRule::Method;
  [[nodiscard]] bool takes_percentile() const { return rule.method == Method::percentile; }
  [[nodiscard]] bool per_channel() const { return rule.scope == ThresholdRule::Scope::channel; }

  ThresholdRule rule{};
  std::vector<TensorId> order{};
  std::map<TensorId, Column> columns{};
  std::int64_t images = 1;

  [[nodiscard]] float scale_of(Column& column, std::size_t channel);
};

void Calibration::Impl::Column::sample(std::span<const float> image, const SamplePositions& positions) {
  for (std::size_t channel = 0; channel < channels; ++channel) {
    auto& kept = samples[samples.size() > 1 ? channel : 0];
    for (std::int64_t j = 0; j < positions.per_image(); ++j) {
      kept.push_back(image[channel * area + static_cast<std::size_t>(positions.at(added, j))]);
    }
  }
}

void Calibration::Impl::Column::balance(std::span<const float> image) {
  const std::size_t share = image.size() / balanced.size();
  for (std::size_t i = 0; i < balanced.size(); ++i) {
    balanced[i] = balanced_threshold(image.subspan(i * share, share), balanced[i]);
  }
}

/// 0 if there is nothing to go by.
float Calibration::Impl::scale_of(Column& column, std::size_t channel) {
  const std::size_t own = column.largest.size() > 1 ? channel + 1 : 0;
  const float largest = column.largest[own].percentile(takes_percentile() ? rule.percentile : 100.0);
  if (!(largest > 0.0F)) {
    return 0.0F;
  }
  if (rule.method == Method::least_error) {
    return least_error_threshold(column.samples[column.samples.size() > 1 ? channel : 0], largest, rule.steps,
                                 rule.initial, rule.power);
  }
  return rule.method == Method::ltb
             ? static_cast<float>(column.balanced[column.balanced.size() > 1 ? channel : 0])
             : largest;
}

Calibration::Calibration(const FloatGraph& graph, ThresholdRule rule, std::int64_t images,
                         const std::vector<TensorId>& linear)
    : impl_(std::make_unique<Impl>()) {
  impl_->rule = rule;
  impl_->order = scaled_tensors(graph, linear);
  impl_->images = images;
  const double percentile = impl_->takes_percentile() ? rule.percentile : 100.0;
  const bool per_channel = impl_->per_channel();
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
    column.samples.resize(per_channel ? column.channels : 1);
    column.balanced.resize(per_channel ? column.channels : 1);
    column.linear = std::find(linear.begin(), linear.end(), tensor) != linear.end();
    if (const Clip* clip = clip_of(graph, tensor); clip != nullptr) {
      column.high = clip->high;
    }
    impl_->columns.emplace(tensor, std::move(column));
  }
}

Calibration::~Calibration() = default;

void Calibration::add(TensorId tensor, std::span<const float> values) {
  auto& column = impl_->columns.at(tensor);
  std::vector<float> magnitudes;
  if (column.linear) {
    std::transform(values.begin(), values.end(), std::back_inserter(magnitudes),
                   [](float value) { return std::abs(value); });
    values = magnitudes;
  }
  const SamplePositions positions(static_cast<std::uint32_t>(tensor), static_cast<std::int64_t>(column.area),
                                  impl_->images, kSamples);
  for (std::size_t start = 0; start < values.size(); start += column.channels * column.area) {
    const auto image = values.subspan(start, column.channels * column.area);
    if (impl_->rule.method == ThresholdRule::Method::least_error) {
      column.sample(image, positions);
    } else if (impl_->rule.method == ThresholdRule::Method::ltb) {
      column.balance(image);
    }
    ++column.added;
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
  std::vector<Scale> scales;
  for (const TensorId tensor : impl_->order) {
    auto& column = impl_->columns.at(tensor);
    // Channels without positive activation take the largest scale that their method gives the layer.
    std::vector<float> found;
    for (std::size_t channel = 0; channel < column.channels; ++channel) {
      found.push_back(impl_->scale_of(column, channel));
    }
    const float whole = impl_->takes_percentile() ? column.largest[0].percentile(impl_->rule.percentile)
                                                  : *std::max_element(found.begin(), found.end());
    const float layer = whole > 0.0F ? whole : 1.0F;
    Scale scale{.tensor = tensor};
    for (const float own : found) {
      const float value = own > 0.0F ? std::max(own, layer * kSmallestShare) : layer;
      scale.channel.push_back(std::min(round_scale(value), column.high));
    }
    scales.push_back(std::move(scale));
  }
  return scales;
}

}  // namespace homolog::conversion
