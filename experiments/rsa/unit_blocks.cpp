#include "experiments/rsa/unit_blocks.hpp"

#include <tbb/parallel_for.h>
#include <tbb/task_group.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

using Eigen::Index;

[[noreturn]] void refuse(const Patterns& patterns, std::int64_t unit, std::int64_t row, float value) {
  std::string where =
      "unit " + std::to_string(unit) + " to stimulus " + std::to_string(row % patterns.count());
  if (patterns.repetitions() > 1) {
    where += " in repetition " + std::to_string(row / patterns.count());
  }
  throw Error(ErrorKind::data, patterns.name() + ": the response of " + where + " is " +
                                   std::to_string(value) + "; finite responses are needed");
}

bool all_finite(const float* values, Index count) {
  constexpr std::uint32_t kExponent = 0x7F800000U;
  std::uint32_t bad = 0;
  for (Index k = 0; k < count; ++k) {  // without a branch, so that the compiler makes vectors of it
    bad |= static_cast<std::uint32_t>((std::bit_cast<std::uint32_t>(values[k]) & kExponent) == kExponent);
  }
  return bad == 0;
}

/// Reads blocks one after the other, the next one while the last is used.
class BlockReader {
 public:
  BlockReader(const Patterns& patterns, std::int64_t block_units)
      : patterns_(patterns), block_units_(block_units) {
    begin(0);
  }
  ~BlockReader() {
    try {
      reading_.wait();
    } catch (...) {  // NOLINT(bugprone-empty-catch): whatever made an end of this is thrown already
    }
  }
  BlockReader(const BlockReader&) = delete;
  BlockReader& operator=(const BlockReader&) = delete;

  /// The block from unit `first`, which is that after the last one.
  std::vector<float> take(std::int64_t first) {
    reading_.wait();
    std::vector<float> values = std::move(next_);
    begin(first + block_units_);
    return values;
  }

 private:
  void begin(std::int64_t first) {
    const std::int64_t last = std::min(first + block_units_, patterns_.units());
    if (first < last) {
      reading_.run([this, first, last] { next_ = patterns_.read(first, last); });
    }
  }

  const Patterns& patterns_;
  std::int64_t block_units_;
  std::vector<float> next_{};
  tbb::task_group reading_{};
};

/// Units [first, last) of all presentations in double. `block` is used again and again: fresh memory costs
/// as much as the copy.
void convert(const Patterns& patterns, std::int64_t first, std::int64_t last,
             const std::vector<float>& values, RowMatrix& block) {
  const Index rows = patterns.repetitions() * patterns.count();
  const Index columns = last - first;
  if (values.size() != static_cast<std::size_t>(rows * columns)) {
    throw Error(ErrorKind::internal, patterns.name() + ": a block of units has " +
                                         std::to_string(values.size()) + " values, expected " +
                                         std::to_string(rows * columns));
  }
  block.resize(rows, columns);
  std::atomic<bool> finite{true};
  tbb::parallel_for(Index{0}, rows, [&](Index row) {
    const float* from = values.data() + row * columns;
    if (!all_finite(from, columns)) {
      finite = false;
    }
    std::copy_n(from, columns, block.data() + row * columns);
  });
  if (!finite) {
    const auto bad =
        std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
    const Index place = bad - values.begin();
    refuse(patterns, first + place % columns, place / columns, *bad);
  }
}

}  // namespace

void for_each_presentation_block(const Patterns& patterns, std::int64_t block_units, const Progress& progress,
                                 const BlockUse& use) {
  const std::int64_t units = patterns.units();
  RowMatrix block;
  BlockReader reader(patterns, block_units);
  for (std::int64_t first = 0; first < units; first += block_units) {
    report(progress, static_cast<double>(first) / static_cast<double>(units));
    convert(patterns, first, std::min(first + block_units, units), reader.take(first), block);
    use(block, first);
  }
  report(progress, 1.0);
}

void for_each_mean_block(const Patterns& patterns, std::int64_t block_units, const Progress& progress,
                         const BlockUse& use) {
  for_each_presentation_block(patterns, block_units, progress, [&](RowMatrix& block, std::int64_t first) {
    if (patterns.repetitions() > 1) {
      block = mean_over_repetitions(block, patterns.repetitions());
    }
    use(block, first);
  });
}

RowMatrix mean_over_repetitions(const RowMatrix& block, std::int64_t repetitions) {
  const Index count = block.rows() / repetitions;
  RowMatrix mean = block.topRows(count);
  for (Index k = 1; k < repetitions; ++k) {
    mean += block.middleRows(k * count, count);
  }
  mean /= static_cast<double>(repetitions);
  return mean;
}

void centre_units(Eigen::Ref<RowMatrix> block) {
  const Eigen::RowVectorXd mean = block.colwise().mean();
  block.rowwise() -= mean;
}

}  // namespace homolog::experiments
