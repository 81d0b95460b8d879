#include "experiments/rsa/unit_blocks.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <string>
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

RowMatrix read_block(const Patterns& patterns, std::int64_t first, std::int64_t last) {
  const Index rows = patterns.repetitions() * patterns.count();
  const Index columns = last - first;
  const std::vector<float> values = patterns.read(first, last);
  if (values.size() != static_cast<std::size_t>(rows * columns)) {
    throw Error(ErrorKind::internal, patterns.name() + ": a block of units has " +
                                         std::to_string(values.size()) + " values, expected " +
                                         std::to_string(rows * columns));
  }
  RowMatrix block(rows, columns);
  std::vector<Index> bad(static_cast<std::size_t>(rows), columns);  // the first that is not finite
  tbb::parallel_for(Index{0}, rows, [&](Index row) {
    const float* from = values.data() + row * columns;
    const float* found =
        std::find_if(from, from + columns, [](float value) { return !std::isfinite(value); });
    bad[static_cast<std::size_t>(row)] = found - from;
    std::copy_n(from, columns, block.data() + row * columns);
  });
  for (Index row = 0; row < rows; ++row) {
    const Index column = bad[static_cast<std::size_t>(row)];
    if (column < columns) {
      refuse(patterns, first + column, row, values[static_cast<std::size_t>(row * columns + column)]);
    }
  }
  return block;
}

}  // namespace

void for_each_presentation_block(const Patterns& patterns, std::int64_t block_units, const Progress& progress,
                                 const BlockUse& use) {
  const std::int64_t units = patterns.units();
  for (std::int64_t first = 0; first < units; first += block_units) {
    report(progress, static_cast<double>(first) / static_cast<double>(units));
    RowMatrix block = read_block(patterns, first, std::min(first + block_units, units));
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
