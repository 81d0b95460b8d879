#include "conversion/spiking/rank_order.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "sim/core/error.hpp"

namespace homolog::conversion {
namespace {

float six_digits(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.6g", value);
  return std::strtof(text, nullptr);
}

/// a, and the sum of squares that a m^r leaves of the table.
struct Fit {
  double first = 0.0;
  double residual = 0.0;
};

Fit fit_factor(std::span<const float> table, double squares, double factor) {
  double product = 0.0;
  double norm = 0.0;
  double power = 1.0;
  for (const float worth : table) {
    product += static_cast<double>(worth) * power;
    norm += power * power;
    power *= factor;
  }
  return {.first = product / norm, .residual = squares - product * product / norm};
}

}  // namespace

std::vector<TensorId> ranked_tensors(const FloatGraph& graph) {
  std::vector<TensorId> tensors;
  for (const Node& node : graph.nodes) {
    if (std::holds_alternative<Relu>(node.op) || std::holds_alternative<Clip>(node.op) ||
        std::holds_alternative<MaxPool>(node.op)) {
      tensors.push_back(node.output);
    }
  }
  return tensors;
}

void RankTables::add(TensorId tensor, std::span<const float> values) {
  Sum& sum = sums_[tensor];
  if (sum.images == 0) {
    sum.worth.resize(values.size(), 0.0);
  } else if (sum.worth.size() != values.size()) {
    throw Error(ErrorKind::internal, "a ranked tensor has changed its size");
  }
  sorted_.assign(values.begin(), values.end());
  const auto silent = std::partition(sorted_.begin(), sorted_.end(), [](float v) { return v > 0.0F; });
  std::sort(sorted_.begin(), silent, std::greater<>());
  for (auto value = sorted_.begin(); value != silent; ++value) {
    sum.worth[static_cast<std::size_t>(value - sorted_.begin())] += static_cast<double>(*value);
  }
  ++sum.images;
}

std::vector<float> RankTables::table(TensorId tensor) const {
  const Sum& sum = sums_.at(tensor);
  std::vector<float> table;
  for (const double worth : sum.worth) {
    const float rounded = six_digits(worth / static_cast<double>(sum.images));
    table.push_back(table.empty() ? rounded : std::min(table.back(), rounded));
  }
  return table;
}

Desensitisation fit_desensitisation(std::span<const float> table) {
  const auto end = std::find_if(table.begin(), table.end(), [](float worth) { return !(worth > 0.0F); });
  const std::span<const float> used = table.first(static_cast<std::size_t>(end - table.begin()));
  double squares = 0.0;
  for (const float worth : used) {
    squares += static_cast<double>(worth) * static_cast<double>(worth);
  }
  if (used.size() < 2) {
    return {.first = used.empty() ? 0.0 : static_cast<double>(used[0]), .factor = 0.5, .residual = 0.0};
  }
  // m = exp(-1 / length): a coarse search over lengths, then halving intervals around the best.
  const auto residual = [&](double log_length) {
    return fit_factor(used, squares, std::exp(-std::exp(-log_length))).residual;
  };
  const double low = std::log(0.1);
  const double high = std::log(100.0 * static_cast<double>(used.size()));
  constexpr int kCoarse = 32;
  double step = (high - low) / kCoarse;
  double best = low;
  double least = residual(best);
  for (int i = 1; i <= kCoarse; ++i) {
    const double there = residual(low + i * step);
    if (there < least) {
      least = there;
      best = low + i * step;
    }
  }
  for (int i = 0; i < 20; ++i) {
    step /= 2.0;
    for (const double candidate : {best - step, best + step}) {
      const double there = residual(candidate);
      if (there < least) {
        least = there;
        best = candidate;
      }
    }
  }
  const double factor = std::exp(-std::exp(-best));
  return {.first = fit_factor(used, squares, factor).first,
          .factor = factor,
          .residual = std::max(0.0, least / squares)};
}

void read_by_rank(Twin& twin, const RankTables& tables, bool geometric) {
  for (const Layer& layer : twin.layers) {
    if (!layer.population || !tables.has(layer.tensor)) {
      continue;
    }
    std::vector<float> worth = tables.table(layer.tensor);
    if (geometric) {
      const Desensitisation fit = fit_desensitisation(worth);
      double value = fit.first;
      for (float& one : worth) {
        one = static_cast<float>(value);
        value *= fit.factor;
      }
    }
    twin.network.populations[*layer.population].rank_worth = std::move(worth);
  }
  sim::validate(twin.network);
}

}  // namespace homolog::conversion
