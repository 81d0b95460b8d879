#include "conversion/spiking/refit_weights.hpp"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "conversion/spiking/apply_kernel.hpp"
#include "conversion/spiking/index_of.hpp"
#include "conversion/spiking/ridge_change.hpp"
#include "conversion/spiking/round_scale.hpp"
#include "sim/core/error.hpp"

namespace homolog::conversion {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::MatrixXf;

constexpr std::uint64_t kBatchBytes = std::uint64_t{16} << 20U;
constexpr Index kPanel = 64;  ///< rows of G that one task adds up: fixed, so that the bits are

/// The weights of one group of a projection: `rows` features of its sources, each onto `columns` channels.
struct Part {
  std::size_t projection = 0;  ///< among those onto the target
  std::int64_t group = 0;
  std::int64_t first_channel = 0;  ///< of the target
  std::int64_t rows = 0;
  std::int64_t columns = 0;
};

bool operator==(const Part& a, const Part& b) {
  return a.projection == b.projection && a.group == b.group;
}

/// The groups of weights of a kernel whose weights can be refitted.
std::vector<Part> parts_of(const sim::Kernel& kernel, std::size_t projection) {
  std::vector<Part> parts;
  if (const auto* conv = std::get_if<sim::Convolution>(&kernel); conv != nullptr && !conv->weights.empty()) {
    const std::int64_t columns = conv->channels / conv->groups;
    const std::int64_t rows =
        conv->in.channels / conv->groups * conv->window.kernel_h * conv->window.kernel_w;
    for (std::int64_t g = 0; g < conv->groups; ++g) {
      parts.push_back({projection, g, conv->first_channel + g * columns, rows, columns});
    }
  } else if (const auto* dense = std::get_if<sim::Dense>(&kernel);
             dense != nullptr && !dense->weights.empty()) {
    parts.push_back({projection, 0, dense->first_channel, dense->in.size(), dense->channels});
  }
  return parts;
}

/// Channels of the target that read the same features.
struct Block {
  std::int64_t first_channel = 0;
  std::int64_t channels = 0;
  std::vector<Part> parts{};

  [[nodiscard]] Index features() const {
    std::int64_t sum = 0;
    for (const Part& part : parts) {
      sum += part.rows;
    }
    return static_cast<Index>(sum);
  }
};

/// The projections onto a population, in the order of the network.
std::vector<const sim::Projection*> projections_onto(const sim::Network& network, sim::PopulationId target) {
  std::vector<const sim::Projection*> result;
  for (const sim::Projection& projection : network.projections) {
    if (projection.target == target) {
      result.push_back(&projection);
    }
  }
  return result;
}

bool spikes_or_relays(const sim::Role& role) {
  return sim::is_spiking(role) || std::holds_alternative<sim::Relay>(role);
}

std::vector<Block> blocks_onto(const sim::Network& network, sim::PopulationId target) {
  std::vector<Part> parts;
  const std::vector<const sim::Projection*> projections = projections_onto(network, target);
  for (std::size_t i = 0; i < projections.size(); ++i) {
    if (spikes_or_relays(network.populations[projections[i]->source].role)) {
      const std::vector<Part> more = parts_of(projections[i]->kernel, i);
      parts.insert(parts.end(), more.begin(), more.end());
    }
  }
  std::vector<std::vector<Part>> of_channel(index_of(network.populations[target].shape.channels));
  for (const Part& part : parts) {
    for (std::int64_t c = part.first_channel; c < part.first_channel + part.columns; ++c) {
      of_channel[index_of(c)].push_back(part);
    }
  }
  std::vector<Block> blocks;
  for (std::size_t c = 0; c < of_channel.size(); ++c) {
    if (c > 0 && !blocks.empty() && of_channel[c] == of_channel[c - 1]) {
      ++blocks.back().channels;
    } else {
      blocks.push_back({static_cast<std::int64_t>(c), 1, of_channel[c]});
    }
  }
  const auto left_alone = [](const Block& block) {
    return block.parts.empty() || block.features() > WeightRefit::kMostFeatures;
  };
  blocks.erase(std::remove_if(blocks.begin(), blocks.end(), left_alone), blocks.end());
  return blocks;
}

/// Writes the mean emissions that a position sees through one group of a kernel.
struct Gather {
  const std::vector<float>& source;
  std::int64_t group;
  std::int64_t y;
  std::int64_t x;
  float* to;  ///< [rows], all 0

  void operator()(const sim::Convolution& k) const {
    const std::int64_t channels = k.in.channels / k.groups;
    const sim::Shape blocks = k.blocks();
    const sim::Window& w = k.window;
    for (std::int64_t ky = 0; ky < w.kernel_h; ++ky) {
      const std::int64_t from_y = y * w.stride_h - w.pad_top + ky * w.dilation_h;
      for (std::int64_t kx = 0; kx < w.kernel_w; ++kx) {
        const std::int64_t from_x = x * w.stride_w - w.pad_left + kx * w.dilation_w;
        if (from_y < 0 || from_x < 0 || from_y >= blocks.height || from_x >= blocks.width) {
          continue;
        }
        for (std::int64_t py = from_y * k.pool_h; py < (from_y + 1) * k.pool_h; ++py) {
          for (std::int64_t px = from_x * k.pool_w; px < (from_x + 1) * k.pool_w; ++px) {
            const float* unit = source.data() + sim::hwc_index(k.in, group * channels, py, px);
            for (std::int64_t c = 0; c < channels; ++c) {
              to[(c * w.kernel_h + ky) * w.kernel_w + kx] += unit[c];
            }
          }
        }
      }
    }
  }
  void operator()(const sim::Dense& /*k*/) const { std::copy(source.begin(), source.end(), to); }
  void operator()(const sim::AveragePool& /*k*/) const {}
  void operator()(const sim::OneToOne& /*k*/) const {}
  void operator()(const sim::MaxPool& /*k*/) const {}
};

std::vector<float>* weights_of(sim::Kernel& kernel) {
  if (auto* conv = std::get_if<sim::Convolution>(&kernel); conv != nullptr) {
    return &conv->weights;
  }
  auto* dense = std::get_if<sim::Dense>(&kernel);
  return dense == nullptr ? nullptr : &dense->weights;
}

const std::vector<float>& weights_of(const sim::Kernel& kernel) {
  if (const auto* conv = std::get_if<sim::Convolution>(&kernel); conv != nullptr) {
    return conv->weights;
  }
  return std::get<sim::Dense>(kernel).weights;
}

}  // namespace

void add_relays(const sim::Network& network, sim::PopulationId wanted, MeanEmissions& emissions) {
  for (const sim::Projection* projection : projections_onto(network, wanted)) {
    const sim::PopulationId relay = projection->source;
    if (!std::holds_alternative<sim::Relay>(network.populations[relay].role) || !emissions[relay].empty()) {
      continue;
    }
    add_relays(network, relay, emissions);
    std::vector<double> sum(index_of(network.populations[relay].shape.size()), 0.0);
    for (const sim::Projection* into : projections_onto(network, relay)) {
      const std::vector<float>& source = emissions[into->source];
      const std::vector<double> values(source.begin(), source.end());
      apply_kernel(into->kernel, values, sum);
    }
    emissions[relay].assign(sum.begin(), sum.end());
  }
}

struct WeightRefit::Impl {
  std::vector<const sim::Projection*> projections{};
  sim::Shape shape{};
  std::int64_t per_image = 1;
  std::int64_t batch = 1;
  bool centred = true;
  std::set<sim::PopulationId> read{};

  struct Work {
    Block block{};
    MatrixXf x{};  ///< [features, samples of a batch]
    MatrixXf r{};  ///< [channels, samples of a batch]
    std::array<RegressionSums, 2> halves;
  };
  std::vector<Work> works{};

  void read_from(const sim::Network& network, sim::PopulationId target) {
    for (const sim::Projection* projection : projections_onto(network, target)) {
      if (read.insert(projection->source).second &&
          std::holds_alternative<sim::Relay>(network.populations[projection->source].role)) {
        read_from(network, projection->source);
      }
    }
  }
};

WeightRefit::WeightRefit(const sim::Network& network, sim::PopulationId target, std::int64_t per_image,
                         bool centred)
    : impl_(std::make_unique<Impl>()) {
  impl_->projections = projections_onto(network, target);
  impl_->shape = network.populations[target].shape;
  impl_->per_image = per_image;
  impl_->centred = centred;
  impl_->read_from(network, target);
  const std::vector<Block> blocks = blocks_onto(network, target);
  std::uint64_t floats = 1;  // of one sample
  for (const Block& block : blocks) {
    floats += static_cast<std::uint64_t>(block.features() + block.channels);
  }
  const auto fitting = static_cast<std::int64_t>(kBatchBytes / sizeof(float) / floats);
  impl_->batch = std::max<std::int64_t>(1, fitting / per_image);
  for (const Block& block : blocks) {
    const RegressionSums none(block.features(), block.channels);
    impl_->works.push_back({.block = block,
                            .x = MatrixXf::Zero(block.features(), impl_->batch * per_image),
                            .r = MatrixXf::Zero(block.channels, impl_->batch * per_image),
                            .halves = {none, none}});
  }
}

WeightRefit::~WeightRefit() = default;
WeightRefit::WeightRefit(WeightRefit&&) noexcept = default;

bool WeightRefit::possible() const noexcept {
  return !impl_->works.empty();
}

bool WeightRefit::reads(sim::PopulationId population) const {
  return impl_->read.count(population) > 0;
}

std::int64_t WeightRefit::batch() const noexcept {
  return impl_->batch;
}

void WeightRefit::enter(std::int64_t image, std::int64_t j, std::int64_t position,
                        const MeanEmissions& emissions, std::span<const float> residual) {
  const Index column = image * impl_->per_image + j;
  const std::int64_t y = position / impl_->shape.width;
  const std::int64_t x = position % impl_->shape.width;
  for (Impl::Work& work : impl_->works) {
    work.x.col(column).setZero();
    float* to = work.x.col(column).data();
    for (const Part& part : work.block.parts) {
      const sim::Projection& projection = *impl_->projections[part.projection];
      std::visit(Gather{emissions[projection.source], part.group, y, x, to}, projection.kernel);
      to += part.rows;
    }
    for (Index c = 0; c < work.block.channels; ++c) {
      work.r(c, column) = residual[index_of(work.block.first_channel + c)];
    }
  }
}

void WeightRefit::finish_batch(std::int64_t images, int half, int threads) {
  const Index samples = images * impl_->per_image;
  struct Panel {
    Impl::Work* work = nullptr;
    Index first = 0;
  };
  std::vector<Panel> panels;
  for (Impl::Work& work : impl_->works) {
    RegressionSums& sums = work.halves[static_cast<std::size_t>(half)];
    sums.samples += static_cast<double>(samples);
    sums.r += work.r.leftCols(samples).cast<double>().rowwise().sum();
    for (Index first = 0; first < work.x.rows(); first += kPanel) {
      panels.push_back({&work, first});
    }
  }
  tbb::task_arena arena(threads);
  arena.execute([&] {
    tbb::parallel_for(std::size_t{0}, panels.size(), [&](std::size_t i) {
      Impl::Work& work = *panels[i].work;
      RegressionSums& sums = work.halves[static_cast<std::size_t>(half)];
      const Index first = panels[i].first;
      const Index rows = std::min(kPanel, work.x.rows() - first);
      const auto x = work.x.leftCols(samples);
      const auto panel = x.middleRows(first, rows);
      const MatrixXf xx = panel * x.topRows(first + rows).transpose();
      const MatrixXf xr = panel * work.r.leftCols(samples).transpose();
      sums.xx.block(first, 0, rows, first + rows) += xx.cast<double>();
      sums.xr.middleRows(first, rows) += xr.cast<double>();
      sums.x.segment(first, rows) += panel.cast<double>().rowwise().sum();
    });
  });
}

std::vector<std::vector<float>> WeightRefit::solve(int threads) const {
  std::vector<MatrixXd> changes(impl_->works.size());
  tbb::task_arena arena(threads);
  arena.execute([&] {
    tbb::parallel_for(std::size_t{0}, changes.size(), [&](std::size_t i) {
      const Impl::Work& work = impl_->works[i];
      changes[i] = ridge_change(work.halves[0], work.halves[1], impl_->centred);
    });
  });
  std::vector<std::vector<float>> result(impl_->projections.size());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const Block& block = impl_->works[i].block;
    Index row = 0;
    for (const Part& part : block.parts) {
      if (changes[i].size() == 0) {
        break;
      }
      const std::vector<float>& old = weights_of(impl_->projections[part.projection]->kernel);
      std::vector<float>& weights = result[part.projection];
      if (weights.empty()) {
        weights = old;
      }
      for (std::int64_t r = 0; r < part.rows; ++r, ++row) {
        for (std::int64_t c = 0; c < block.channels; ++c) {
          const std::size_t at = index_of((part.group * part.rows + r) * part.columns + block.first_channel +
                                          c - part.first_channel);
          weights[at] = round_scale(static_cast<float>(static_cast<double>(old[at]) + changes[i](row, c)));
        }
      }
    }
  }
  return result;
}

std::uint64_t WeightRefit::bytes(const sim::Network& network, sim::PopulationId target) {
  std::uint64_t result = 0;
  for (const Block& block : blocks_onto(network, target)) {
    const auto features = static_cast<std::uint64_t>(block.features());
    const auto channels = static_cast<std::uint64_t>(block.channels);
    result += 6 * features * (features + channels) * sizeof(double);
  }
  return result == 0 ? 0 : result + kBatchBytes;
}

void replace_weights(sim::Kernel& kernel, std::span<const float> weights, std::span<const float> scale) {
  std::vector<float>* to = weights_of(kernel);
  if (to == nullptr || to->size() != weights.size()) {
    throw Error(ErrorKind::internal, "refitted weights do not fit their projection");
  }
  for (const Part& part : parts_of(kernel, 0)) {
    const std::int64_t first = part.group * part.rows * part.columns;
    for (std::int64_t i = 0; i < part.rows * part.columns; ++i) {
      const std::size_t at = index_of(first + i);
      const std::size_t channel = index_of(part.first_channel + i % part.columns);
      (*to)[at] = scale.empty() ? weights[at] : weights[at] / scale[channel];
    }
  }
}

}  // namespace homolog::conversion
