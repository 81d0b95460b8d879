#include "experiments/run/rsa_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <ostream>
#include <string>
#include <utility>

#include "experiments/recording/result_groups.hpp"

namespace homolog::experiments {
namespace {

/// Rows of models, not of layers.
bool is_model(const RsaRow& row) {
  return row.code == "model" || row.code == "flexible";
}

constexpr double kFalseDiscoveries = 0.05;
constexpr int kColumnWidth = 9;
constexpr std::size_t kColumnsPerBlock = 8;  // so that lines stay readable

std::string right(const std::string& text) {
  const auto width = static_cast<std::size_t>(kColumnWidth);
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

std::string left(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

/// Three digits, more where three would say 1; a star where it is surely greater than 0.
std::string value_text(const RsaRow* row) {
  if (row == nullptr || !std::isfinite(row->value)) {
    return "- ";
  }
  char text[64];
  std::snprintf(text, sizeof(text), row->value > 0.999 && row->value < 1.0 ? "%.5f" : "%.3f", row->value);
  return std::string(text) + (row->p_fdr <= kFalseDiscoveries ? "*" : " ");
}

/// Adds what is not there yet.
void add(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    names.push_back(name);
  }
}

void print_block(const std::vector<std::string>& lines, const std::vector<std::string>& columns,
                 std::size_t first, std::size_t last, const std::string& what,
                 const std::map<std::pair<std::string, std::string>, const RsaRow*>& cells,
                 std::ostream& out) {
  std::size_t width = what.size();
  for (const std::string& line : lines) {
    width = std::max(width, line.size());
  }
  out << "  " << left(what, width);
  for (std::size_t c = first; c < last; ++c) {
    out << right("[" + std::to_string(c + 1) + "] ");
  }
  out << '\n';
  for (const std::string& line : lines) {
    out << "  " << left(line, width);
    for (std::size_t c = first; c < last; ++c) {
      const auto found = cells.find({line, columns[c]});
      out << right(value_text(found == cells.end() ? nullptr : found->second));
    }
    out << '\n';
  }
}

/// Reference, comparison and, of layers, code.
std::string column_of(const RsaRow& row) {
  return named_with_entry(row.reference, "rsa", static_cast<std::size_t>(row.entry)) + ", " + row.compare +
         (is_model(row) ? std::string() : ", " + row.code);
}

/// One line per layer (or model), one column per reference, comparison (and code).
void print_table(const std::vector<RsaRow>& rows, bool models, std::ostream& out) {
  std::vector<std::string> columns;
  std::vector<std::string> lines;
  std::map<std::pair<std::string, std::string>, const RsaRow*> cells;
  for (const RsaRow& row : rows) {
    if (is_model(row) == models) {
      const std::string column = column_of(row);
      add(columns, column);
      add(lines, row.layer);
      cells[{row.layer, column}] = &row;
    }
  }
  for (std::size_t c = 0; c < columns.size(); ++c) {
    out << "  [" << c + 1 << "] " << columns[c] << '\n';
  }
  for (std::size_t first = 0; first < columns.size(); first += kColumnsPerBlock) {
    print_block(lines, columns, first, std::min(first + kColumnsPerBlock, columns.size()),
                models ? "model" : "layer", cells, out);
  }
}

}  // namespace

void print_rsa(const std::vector<RsaRow>& rows, std::ostream& out) {
  if (!std::all_of(rows.begin(), rows.end(), is_model)) {
    out << "\nRSA\n";
    print_table(rows, false, out);
  }
  if (std::any_of(rows.begin(), rows.end(), is_model)) {
    out << "\nRSA of models\n";
    print_table(rows, true, out);
  }
  if (std::any_of(rows.begin(), rows.end(), [](const RsaRow& row) { return std::isfinite(row.p_fdr); })) {
    out << "  * greater than 0 at a false discovery rate of 5 %\n";
  }
}

}  // namespace homolog::experiments
