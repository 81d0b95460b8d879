#include "experiments/rsa/patterns.hpp"

#include <algorithm>

#include "sim/core/error.hpp"

namespace homolog::experiments {

MatrixPatterns::MatrixPatterns(std::string name, std::int64_t count, std::int64_t units,
                               std::vector<float> values)
    : name_(std::move(name)), count_(count), units_(units), values_(std::move(values)) {
  if (count < 0 || units < 0 || values_.size() != static_cast<std::size_t>(count * units)) {
    throw Error(ErrorKind::internal, name_ + ": the matrix of patterns has another size than stated");
  }
}

std::vector<float> MatrixPatterns::read(std::int64_t first, std::int64_t last) const {
  std::vector<float> block;
  block.reserve(static_cast<std::size_t>(count_ * (last - first)));
  for (std::int64_t i = 0; i < count_; ++i) {
    const auto row = values_.begin() + i * units_;
    block.insert(block.end(), row + first, row + last);
  }
  return block;
}

}  // namespace homolog::experiments
