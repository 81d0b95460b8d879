#include "experiments/rsa/unit_blocks.hpp"

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
                                   std::to_string(value) + "; an RDM needs finite responses");
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
  const auto bad =
      std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
  if (bad != values.end()) {
    const std::int64_t place = bad - values.begin();
    refuse(patterns, first + place % columns, place / columns, *bad);
  }
  using FloatRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const FloatRows>(values.data(), rows, columns).cast<double>();
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
