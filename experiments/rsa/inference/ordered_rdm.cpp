#include "experiments/rsa/inference/ordered_rdm.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

constexpr std::size_t kBytes = 8;
constexpr std::size_t kValues = 256;

struct Item {
  std::uint64_t key = 0;
  std::uint32_t place = 0;
};

/// An integer that is ordered as the value is: all bits of negative values are flipped, of others the sign.
std::uint64_t key_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);  // -0.0 becomes 0.0
  constexpr std::uint64_t sign = std::uint64_t{1} << 63U;
  return (bits & sign) != 0 ? ~bits : bits | sign;
}

std::size_t byte_of(std::uint64_t key, std::size_t byte) {
  return static_cast<std::size_t>((key >> (8 * byte)) & 0xFFU);
}

using Histogram = std::array<std::uint32_t, kValues>;

/// One pass: items by ascending byte, stable.
void sort_by(std::size_t byte, const Histogram& histogram, std::vector<Item>& items,
             std::vector<Item>& buffer) {
  Histogram next{};
  for (std::size_t value = 1; value < kValues; ++value) {
    next[value] = next[value - 1] + histogram[value - 1];
  }
  for (const Item& item : items) {
    buffer[next[byte_of(item.key, byte)]++] = item;
  }
  items.swap(buffer);
}

}  // namespace

std::vector<std::uint32_t> ascending_order(std::span<const double> values) {
  std::vector<Item> items(values.size());
  std::array<Histogram, kBytes> histograms{};
  for (std::size_t k = 0; k < values.size(); ++k) {
    items[k] = {key_of(values[k]), static_cast<std::uint32_t>(k)};
    for (std::size_t byte = 0; byte < kBytes; ++byte) {
      ++histograms[byte][byte_of(items[k].key, byte)];
    }
  }
  std::vector<Item> buffer(items.size());
  for (std::size_t byte = 0; byte < kBytes; ++byte) {
    const bool shared = items.empty() || histograms[byte][byte_of(items.front().key, byte)] == items.size();
    if (!shared) {
      sort_by(byte, histograms[byte], items, buffer);
    }
  }
  std::vector<std::uint32_t> order(items.size());
  std::transform(items.begin(), items.end(), order.begin(), [](const Item& item) { return item.place; });
  return order;
}

OrderedRdm::OrderedRdm(Rdm rdm) : rdm_(std::move(rdm)) {
  const std::span<const double> pairs = std::as_const(rdm_).pairs();
  if (pairs.size() > std::numeric_limits<std::uint32_t>::max()) {
    throw Error(ErrorKind::data,
                "an RDM of " + std::to_string(rdm_.n()) +
                    " stimuli has too many pairs for inference; 92,000 stimuli are possible");
  }
  if (std::any_of(pairs.begin(), pairs.end(), [](double value) { return std::isnan(value); })) {
    throw Error(ErrorKind::data, "a dissimilarity is NaN; RDMs can only be compared without gaps");
  }
  order_ = ascending_order(pairs);
  ties_.resize(order_.size());
  for (std::size_t k = 1; k < order_.size(); ++k) {
    ties_[k] = ties_[k - 1] + (pairs[order_[k]] != pairs[order_[k - 1]] ? 1U : 0U);
  }
}

std::vector<OrderedRdm> ordered(std::span<const Rdm> rdms) {
  std::vector<std::optional<OrderedRdm>> results(rdms.size());
  tbb::parallel_for(std::size_t{0}, rdms.size(), [&](std::size_t k) { results[k].emplace(rdms[k]); });
  std::vector<OrderedRdm> ordered;
  ordered.reserve(results.size());
  for (std::optional<OrderedRdm>& result : results) {
    ordered.push_back(*std::move(result));
  }
  return ordered;
}

}  // namespace homolog::experiments
