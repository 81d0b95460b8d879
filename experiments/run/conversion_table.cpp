#include "experiments/run/conversion_table.hpp"

#include <algorithm>
#include <cstdio>
#include <ostream>
#include <string>
#include <utility>

namespace homolog::experiments {
namespace {

std::string threshold_text(const conversion::Fate& fate) {
  if (fate.threshold_high == 0.0F) {
    return "";
  }
  char text[64];
  if (fate.threshold_low == fate.threshold_high) {
    std::snprintf(text, sizeof(text), "%.4g", static_cast<double>(fate.threshold_low));
  } else {
    std::snprintf(text, sizeof(text), "%.3g..%.3g", static_cast<double>(fate.threshold_low),
                  static_cast<double>(fate.threshold_high));
  }
  return text;
}

std::string weights_text(const conversion::Fate& fate) {
  if (!fate.quantisation) {
    return "";
  }
  char text[64];
  std::snprintf(text, sizeof(text), "int8, %.1f dB", fate.quantisation->snr_db());
  return text;
}

std::string count_text(std::uint64_t count) {
  return count == 0 ? "" : std::to_string(count);
}

}  // namespace

void print_conversion(const std::vector<conversion::Fate>& report, std::ostream& out) {
  std::vector<std::vector<std::string>> rows{
      {"layer", "operator", "shape", "neurons", "synapses", "threshold", "weights", "what became of it"}};
  for (const conversion::Fate& fate : report) {
    rows.push_back({fate.layer, fate.operation, sim::to_string(fate.shape), count_text(fate.neurons),
                    count_text(fate.synapses), threshold_text(fate), weights_text(fate), fate.fate});
  }
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      widths[c] = std::max(widths[c], row[c].size());
    }
  }
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      const bool numeric = c == 3 || c == 4;
      const std::string fill(widths[c] - row[c].size(), ' ');
      out << (c == 0 ? "" : "  ") << (numeric ? fill + row[c] : row[c] + (c + 1 < row.size() ? fill : ""));
    }
    out << '\n';
  }
}

std::vector<ConversionRecord> conversion_records(const std::vector<conversion::Fate>& report) {
  std::vector<ConversionRecord> records;
  for (const conversion::Fate& fate : report) {
    ConversionRecord record{.node = fate.node,
                            .operation = fate.operation,
                            .layer = fate.layer,
                            .shape = sim::to_string(fate.shape),
                            .fate = fate.fate,
                            .neurons = fate.neurons,
                            .synapses = fate.synapses,
                            .threshold_low = static_cast<double>(fate.threshold_low),
                            .threshold_high = static_cast<double>(fate.threshold_high)};
    if (fate.quantisation) {
      record.weight_snr_db = fate.quantisation->snr_db();
      record.weight_scale_low = static_cast<double>(fate.quantisation->scale_low);
      record.weight_scale_high = static_cast<double>(fate.quantisation->scale_high);
    }
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace homolog::experiments
