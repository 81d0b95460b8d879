#include "experiments/report/latency_difference_data.hpp"

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "experiments/report/course_title.hpp"
#include "experiments/report/group_data.hpp"

namespace homolog::experiments::report {
namespace {

using nlohmann::json;

constexpr std::size_t kMostPairs = 20'000;  // over all courses

/// The columns of a table whose rows are pairs of layers.
class Table {
 public:
  explicit Table(const GroupData& group) : group_(group), rows_(group.numbers("difference").size()) {
    for (const char* name : {"reference", "kind", "compare", "latency", "unit", "layer_a", "layer_b"}) {
      texts_[name] = group.texts(name);
      complete_ = complete_ && texts_[name].size() == rows_;
    }
    for (const char* name : {"reference_ms", "ci_low", "ci_high", "p", "p_fdr", "undefined_draws"}) {
      complete_ = complete_ && group.numbers(name).size() == rows_;
    }
  }
  /// 0 if a column is missing or has another length.
  [[nodiscard]] std::size_t rows() const { return complete_ ? rows_ : 0; }
  [[nodiscard]] const std::string& text(const char* name, std::size_t row) const {
    return texts_.at(name)[row];
  }
  [[nodiscard]] double number(const char* name, std::size_t row) const { return group_.numbers(name)[row]; }

 private:
  const GroupData& group_;
  std::size_t rows_;
  bool complete_ = true;
  std::map<std::string, std::vector<std::string>> texts_{};
};

/// Place of a layer in a course's list, to which it is added.
std::size_t place_of(const std::string& layer, std::map<std::string, std::size_t>& places, json& layers) {
  const auto [found, is_new] = places.try_emplace(layer, layers.size());
  if (is_new) {
    layers.push_back(layer);
  }
  return found->second;
}

void add_table(const Table& table, Budget& room, json& courses) {
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> place_of_course;
  std::map<std::size_t, std::map<std::string, std::size_t>> layers;  // of each course
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!room.takes(1)) {
      continue;
    }
    const std::string title = course_title(table.text("reference", row), table.text("kind", row),
                                           table.number("reference_ms", row));
    const auto [found, is_new] = place_of_course.try_emplace(
        {title, table.text("compare", row), table.text("latency", row)}, courses.size());
    if (is_new) {
      courses.push_back({{"title", title},
                         {"compare", table.text("compare", row)},
                         {"latency", table.text("latency", row)},
                         {"unit", table.text("unit", row)},
                         {"layers", json::array()},
                         {"pairs", json::array()}});
    }
    json& course = courses[found->second];
    std::map<std::string, std::size_t>& places = layers[found->second];
    const auto place = [&](const char* layer) {
      return place_of(table.text(layer, row), places, course["layers"]);
    };
    const std::size_t a = place("layer_a");
    const std::size_t b = place("layer_b");
    course["pairs"].push_back({{"a", a},
                               {"b", b},
                               {"difference", rounded(table.number("difference", row))},
                               {"low", rounded(table.number("ci_low", row))},
                               {"high", rounded(table.number("ci_high", row))},
                               {"p", rounded(table.number("p", row))},
                               {"p_fdr", rounded(table.number("p_fdr", row))},
                               {"undefined_draws", table.number("undefined_draws", row)}});
  }
}

}  // namespace

json latency_differences(const ResultsReader& results) {
  json courses = json::array();
  Budget room(kMostPairs);
  for (const std::string& name : results.groups("rsa_time_differences")) {
    const GroupData group(results.group(name));
    add_table(Table(group), room, courses);
  }
  if (courses.empty()) {
    return nullptr;
  }
  return {{"courses", std::move(courses)}, {"left_out", room.left_out()}};
}

}  // namespace homolog::experiments::report
