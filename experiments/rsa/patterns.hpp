#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "experiments/analysis/analysis.hpp"

namespace homolog::experiments {

/// Response patterns from which an RDM is computed: `count` patterns (one per stimulus) over `units`
/// units. A source, not a matrix: a block of units at a time is read, so that no layer must fit memory.
class Patterns {
 public:
  virtual ~Patterns() = default;
  [[nodiscard]] virtual std::int64_t count() const = 0;
  [[nodiscard]] virtual std::int64_t units() const = 0;
  /// How often each stimulus was presented.
  [[nodiscard]] virtual std::int64_t repetitions() const { return 1; }
  /// [repetitions, count, last - first] row-major: units [first, last) of every pattern.
  [[nodiscard]] virtual std::vector<float> read(std::int64_t first, std::int64_t last) const = 0;
  /// For messages, e.g. "layer relu1 (count)".
  [[nodiscard]] virtual std::string name() const = 0;
};

/// One layer in one code.
class LayerPatterns final : public Patterns {
 public:
  /// `representations` must outlive the object.
  LayerPatterns(const Representations& representations, RepresentationKey key, std::int64_t repetitions = 1)
      : representations_(&representations), key_(std::move(key)), repetitions_(repetitions) {}
  [[nodiscard]] std::int64_t count() const override {
    return representations_->presentations() / repetitions_;
  }
  [[nodiscard]] std::int64_t repetitions() const override { return repetitions_; }
  [[nodiscard]] std::int64_t units() const override { return representations_->units(key_.layer); }
  [[nodiscard]] std::vector<float> read(std::int64_t first, std::int64_t last) const override {
    return representations_->read(key_, first, last);
  }
  [[nodiscard]] std::string name() const override { return "layer " + key_.layer + " (" + key_.code + ")"; }

 private:
  const Representations* representations_;
  RepresentationKey key_;
  std::int64_t repetitions_;
};

/// Patterns in memory.
class MatrixPatterns final : public Patterns {
 public:
  /// `values` is [count, units] row-major. Throws Error(internal) if the size does not fit.
  MatrixPatterns(std::string name, std::int64_t count, std::int64_t units, std::vector<float> values);
  [[nodiscard]] std::int64_t count() const override { return count_; }
  [[nodiscard]] std::int64_t units() const override { return units_; }
  [[nodiscard]] std::vector<float> read(std::int64_t first, std::int64_t last) const override;
  [[nodiscard]] std::string name() const override { return name_; }

 private:
  std::string name_;
  std::int64_t count_;
  std::int64_t units_;
  std::vector<float> values_;
};

}  // namespace homolog::experiments
