#include "sim/engine/row_cache.hpp"

#include <algorithm>

namespace homolog::sim {
namespace {

/// Spikes in a block of steps for each unit that fires, from which trains cost less than lists of events.
constexpr std::uint64_t kSpikesThatPay = 2;

/// Fewer steps than this begin and end no lists worth saving.
constexpr Step kFewSteps = 16;

}  // namespace

void RowCache::begin(const GatherKernel& kernel, const SourceRows& source, std::size_t target_rows) {
  kernel_ = &kernel;
  source_ = source;
  target_rows_ = target_rows;
  source_rows_ = std::min(kernel.most_rows(target_rows), source.emission->height());
  const std::size_t groups = kernel.groups();
  rows_.resize(std::max(rows_.size(), target_rows_ * groups));
  orders_.resize(rows_.size());
  row_held_.assign(target_rows_ * groups, 0);
  lists_.resize(std::max(lists_.size(), source_rows_ * groups));
  list_held_.assign(source_rows_ * groups, 0);
  if (kernel.reads_positions()) {
    bits_.resize(std::max(bits_.size(), target_rows_));
    bits_held_.assign(target_rows_, 0);
  }
  if (kernel.reads_trains()) {
    row_trains_.resize(std::max(row_trains_.size(), target_rows_));
    row_trains_held_.assign(target_rows_, 0);
    trains_.resize(std::max(trains_.size(), source_rows_));
    trains_held_.assign(source_rows_, 0);
    window_rows_.reserve(kernel.rows(), 0);
    window_trains_.reserve(kernel.rows(), 0);
  }
  if (kernel.reads_units()) {
    row_units_.resize(std::max(row_units_.size(), target_rows_));
    row_units_held_.assign(target_rows_, 0);
    units_.resize(std::max(units_.size(), source_rows_));
    units_held_.assign(source_rows_, 0);
    spikes_.resize(units_.size());
    spikes_held_.assign(source_rows_, 0);
  }
}

const RowUnits& RowCache::units(std::size_t y) {
  const std::size_t entry = y % target_rows_;
  RowUnits& row = row_units_[entry];
  if (row_units_held_[entry] == y + 1) {
    return row;
  }
  row_units_held_[entry] = y + 1;
  row.rows.clear();
  row.pay = false;
  if (source_.steps < kFewSteps) {
    return row;
  }
  std::uint64_t spikes = 0;
  for (const Tap& tap : kernel_->rows_of(y)) {
    const std::size_t place = tap.in % source_rows_;
    if (spikes_held_[place] != tap.in + 1) {
      spikes_[place] = source_.count(tap.in);
      spikes_held_[place] = tap.in + 1;
    }
    spikes += spikes_[place];
  }
  if (spikes > kernel_->most_unit_events(source_.steps)) {
    return row;
  }
  for (const Tap& tap : kernel_->rows_of(y)) {
    const std::size_t place = tap.in % source_rows_;
    if (units_held_[place] != tap.in + 1) {
      const SourceView view = kernel_->view_of(0);
      units_[place].collect(source_, tap.in, view.positions(), view.channels);
      units_held_[place] = tap.in + 1;
    }
    row.rows.push_back({.events = &units_[place], .kernel = tap.kernel});
  }
  row.pay = kernel_->units_pay(window_of(row));
  return row;
}

UnitWindow RowCache::window_of(const RowUnits& units) const {
  const SourceView view = kernel_->view_of(0);
  return {.source_rows = units.rows, .channels = view.channels, .pool = view.pool};
}

const RowList& RowCache::list(std::size_t source_row, std::size_t group) {
  const std::size_t entry = source_row % source_rows_ * kernel_->groups() + group;
  if (list_held_[entry] != source_row + 1) {
    lists_[entry].collect(kernel_->view_of(group), source_, source_row);
    list_held_[entry] = source_row + 1;
  }
  return lists_[entry];
}

EventLists RowCache::row(std::size_t y, std::size_t group) {
  const std::size_t entry = y % target_rows_ * kernel_->groups() + group;
  if (row_held_[entry] != y + 1) {
    window_.clear();
    for (const Tap& tap : kernel_->rows_of(y)) {
      window_.push_back({.list = &list(tap.in, group), .kernel = tap.kernel});
    }
    rows_[entry].merge(kernel_->view_of(group), window_, source_.steps, source_.weighted());
    row_held_[entry] = y + 1;
    kernel_->order_steps(rows_[entry].lists(), source_.steps, orders_[entry]);
  }
  EventLists lists = rows_[entry].lists();
  lists.order = orders_[entry].data();
  return lists;
}

const RowTrains& RowCache::trains(std::size_t y) {
  const std::size_t entry = y % target_rows_;
  RowTrains& row = row_trains_[entry];
  if (row_trains_held_[entry] != y + 1) {
    row_trains_held_[entry] = y + 1;
    row.rows.clear();
    row.pay = false;
    if (source_.steps < kSpikesThatPay) {  // step by step: no unit fires so often
      return row;
    }
    std::uint64_t units = 0;
    std::uint64_t spikes = 0;
    for (const Tap& tap : kernel_->rows_of(y)) {
      const std::size_t place = tap.in % source_rows_;
      if (trains_held_[place] != tap.in + 1) {
        const SourceView view = kernel_->view_of(0);
        trains_[place].collect(source_, tap.in, view.width, view.channels);
        trains_held_[place] = tap.in + 1;
      }
      row.rows.push_back({.trains = &trains_[place], .kernel = tap.kernel});
      units += trains_[place].count();
      spikes += trains_[place].spikes();
    }
    row.pay = spikes >= kSpikesThatPay * units;
  }
  return row;
}

GatherTrains RowCache::room_for(const RowTrains& trains) {
  return {.source_rows = trains.rows,
          .channels = kernel_->view_of(0).channels,
          .rows = window_rows_.data(),
          .trains = window_trains_.data()};
}

const RowBits& RowCache::bits(std::size_t y) {
  const std::size_t entry = y % target_rows_;
  RowBits& row = bits_[entry];
  if (bits_held_[entry] != y + 1) {
    bits_held_[entry] = y + 1;
    row.words.fill(nullptr);
    row.sparse = true;
    for (const Tap& tap : kernel_->rows_of(y)) {  // one, or none in a margin
      source_.bits(tap.in, row.words);
      const std::size_t units = source_.emission->row_units() * source_.steps;
      row.sparse = 2 * source_.count(tap.in) <= units;
    }
  }
  return row;
}

}  // namespace homolog::sim
