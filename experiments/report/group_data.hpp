#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "experiments/recording/results_file.hpp"

namespace homolog::experiments::report {

/// A number as the page needs it: 9 significant digits, more than a figure or a table shows of it.
[[nodiscard]] double rounded(double value);

/// Which numbers of a dataset, in C order, make one column: `first`, then every `stride`-th.
struct Cells {
  std::size_t first = 0, count = 0, stride = 1;
};

/// The datasets of one group of a results file, by name. The file is not trusted: what is missing, has
/// another type or other extents is empty, or null.
class GroupData {
 public:
  explicit GroupData(std::vector<ResultDataset> datasets) : datasets_(std::move(datasets)) {}

  [[nodiscard]] const std::vector<ResultDataset>& all() const noexcept { return datasets_; }
  /// Empty if it is not a vector of texts. Long ones are shortened.
  [[nodiscard]] std::vector<std::string> texts(const std::string& name) const;
  /// Numbers with these extents.
  [[nodiscard]] std::span<const double> numbers(const std::string& name,
                                                const std::vector<std::size_t>& extents) const;
  /// A vector of numbers of any length.
  [[nodiscard]] std::span<const double> numbers(const std::string& name) const;
  [[nodiscard]] std::string units(const std::string& name) const;

  /// Numbers of a dataset with these extents, rounded; null without.
  [[nodiscard]] nlohmann::json column(const std::string& name, const std::vector<std::size_t>& extents,
                                      const Cells& cells) const;
  /// Where the column is greatest, of those numbers that are finite: its place, counted in the column;
  /// `count` if there is none.
  [[nodiscard]] std::size_t peak(const std::string& name, const std::vector<std::size_t>& extents,
                                 const Cells& cells) const;
  /// {values, low, high, error, p_fdr}: columns of the datasets `name`, `name`_ci_low, `name`_ci_high,
  /// `name`_standard_error and `name`_p_fdr, each null if it is not there. Null without `name`.
  [[nodiscard]] nlohmann::json estimates(const std::string& name, const std::vector<std::size_t>& extents,
                                         const Cells& cells) const;

 private:
  [[nodiscard]] const ResultDataset* find(const std::string& name) const;
  std::vector<ResultDataset> datasets_;
};

/// Times that the page draws at most, of a course or of one side of a matrix, and values of all courses
/// together, each with an interval and a p value.
inline constexpr std::size_t kMostTimes = 500;
inline constexpr std::size_t kMostCourseValues = 30'000;

/// How much of something the page may still hold, and how much of it was left out.
class Budget {
 public:
  explicit Budget(std::size_t most) : left_(most) {}

  /// Whether something of this size still fits; if not, it is counted as left out.
  [[nodiscard]] bool takes(std::size_t size) {
    if (size > left_) {
      ++left_out_;
      return false;
    }
    left_ -= size;
    return true;
  }
  /// Counts something that has no place, whatever its size.
  void leave_out() noexcept { ++left_out_; }
  [[nodiscard]] std::size_t left_out() const noexcept { return left_out_; }

 private:
  std::size_t left_;
  std::size_t left_out_ = 0;
};

}  // namespace homolog::experiments::report
