// /conversion and /rsa: tables, one dataset per column.

#include <cstdint>
#include <functional>

#include "experiments/recording/run_metadata.hpp"

namespace homolog::experiments {
namespace {

template <class Row, class Value>
struct ColumnOf {
  const char* name;
  Value Row::*member;
};

constexpr ColumnOf<ConversionRecord, std::string> kConversionTexts[] = {
    {"node", &ConversionRecord::node},   {"operator", &ConversionRecord::operation},
    {"layer", &ConversionRecord::layer}, {"shape", &ConversionRecord::shape},
    {"fate", &ConversionRecord::fate},
};
constexpr ColumnOf<ConversionRecord, std::uint64_t> kConversionCounts[] = {
    {"neurons", &ConversionRecord::neurons},
    {"synapses", &ConversionRecord::synapses},
};
constexpr ColumnOf<ConversionRecord, double> kConversionValues[] = {
    {"threshold_low", &ConversionRecord::threshold_low},
    {"threshold_high", &ConversionRecord::threshold_high},
};
constexpr ColumnOf<ConversionRecord, double> kConversionWeights[] = {
    {"weight_snr_db", &ConversionRecord::weight_snr_db},
    {"weight_scale_low", &ConversionRecord::weight_scale_low},
    {"weight_scale_high", &ConversionRecord::weight_scale_high},
};
constexpr ColumnOf<RsaRow, std::string> kRsaTexts[] = {
    {"layer", &RsaRow::layer},
    {"code", &RsaRow::code},
    {"reference", &RsaRow::reference},
    {"compare", &RsaRow::compare},
    {"dissimilarity", &RsaRow::dissimilarity},
};
constexpr ColumnOf<RsaRow, std::int64_t> kRsaEntries[] = {{"entry", &RsaRow::entry}};
constexpr ColumnOf<RsaRow, double> kRsaValues[] = {
    {"value", &RsaRow::value},
    {"ci_low", &RsaRow::ci_low},
    {"ci_high", &RsaRow::ci_high},
    {"p", &RsaRow::p},
    {"noise_ceiling_low", &RsaRow::noise_ceiling_low},
    {"noise_ceiling_high", &RsaRow::noise_ceiling_high},
};
constexpr ColumnOf<RsaRow, double> kRsaInference[] = {
    {"standard_error", &RsaRow::standard_error}, {"p_fdr", &RsaRow::p_fdr},
    {"p_bonferroni", &RsaRow::p_bonferroni},     {"p_permutation", &RsaRow::p_permutation},
    {"p_ceiling", &RsaRow::p_ceiling},           {"random_mean", &RsaRow::random_mean},
    {"random_sd", &RsaRow::random_sd},           {"p_random", &RsaRow::p_random},
};

template <class Row, class Value>
std::vector<Value> values_of(const std::vector<Row>& rows, Value Row::*member) {
  std::vector<Value> values;
  values.reserve(rows.size());
  for (const Row& row : rows) {
    values.push_back(row.*member);
  }
  return values;
}

template <class Row, std::size_t N>
void write_columns(hid_t group, const std::vector<Row>& rows, const ColumnOf<Row, std::string> (&columns)[N],
                   const std::string& path) {
  for (const auto& column : columns) {
    h5::write_texts(group, column.name, values_of(rows, column.member), path);
  }
}

template <class Row, class Value, std::size_t N>
void write_columns(hid_t group, const std::vector<Row>& rows, const ColumnOf<Row, Value> (&columns)[N],
                   const std::string& path) {
  for (const auto& column : columns) {
    const std::vector<Value> values = values_of(rows, column.member);
    h5::write_dataset<Value>(group, column.name, {rows.size()}, values, path);
  }
}

template <class Row, class Value, std::size_t N>
void read_columns(const h5::Source& source, const std::string& group, std::vector<Row>& rows,
                  const ColumnOf<Row, Value> (&columns)[N]) {
  for (const auto& column : columns) {
    std::vector<Value> values;
    if constexpr (std::is_same_v<Value, std::string>) {
      values = h5::read_texts(source, group + column.name, rows.size());
    } else {
      values = h5::read_numbers<Value>(source, group + column.name, {rows.size()});
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].*column.member = std::move(values[i]);
    }
  }
}

/// Rows of the table, from the extent of one column.
std::size_t rows_of(const h5::Source& source, const std::string& column) {
  const auto dims = h5::dataset_dims(source.file, source.path, column);
  if (dims.size() != 1 || dims[0] > (std::size_t{1} << 24U)) {
    throw Error(ErrorKind::data, "is not a column of at most 16 million rows",
                {.file = source.path, .key = column});
  }
  return dims[0];
}

}  // namespace

void write_conversion(hid_t file, const std::vector<ConversionRecord>& rows, const std::string& path) {
  const h5::Group group = h5::create_group(file, "conversion", path);
  write_columns(group.get(), rows, kConversionTexts, path);
  write_columns(group.get(), rows, kConversionCounts, path);
  write_columns(group.get(), rows, kConversionValues, path);
  write_columns(group.get(), rows, kConversionWeights, path);
}

std::vector<ConversionRecord> read_conversion(const h5::Source& source) {
  std::vector<ConversionRecord> rows(rows_of(source, "/conversion/neurons"));
  read_columns(source, "/conversion/", rows, kConversionTexts);
  read_columns(source, "/conversion/", rows, kConversionCounts);
  read_columns(source, "/conversion/", rows, kConversionValues);
  if (h5::exists(source, "/conversion/weight_snr_db")) {  // not in files from before 8-bit weights
    read_columns(source, "/conversion/", rows, kConversionWeights);
  }
  return rows;
}

void write_rsa_rows(hid_t file, const std::vector<RsaRow>& rows, const std::string& path) {
  h5::remove(file, "rsa", path);
  const h5::Group group = h5::create_group(file, "rsa", path);
  write_columns(group.get(), rows, kRsaEntries, path);
  write_columns(group.get(), rows, kRsaTexts, path);
  write_columns(group.get(), rows, kRsaValues, path);
  write_columns(group.get(), rows, kRsaInference, path);
}

std::vector<RsaRow> read_rsa_rows(const h5::Source& source) {
  if (!h5::exists(source, "/rsa")) {
    return {};
  }
  std::vector<RsaRow> rows(rows_of(source, "/rsa/value"));
  read_columns(source, "/rsa/", rows, kRsaTexts);
  read_columns(source, "/rsa/", rows, kRsaValues);
  if (h5::exists(source, "/rsa/standard_error")) {  // not in files from before inference
    read_columns(source, "/rsa/", rows, kRsaInference);
  }
  if (h5::exists(source, "/rsa/entry")) {  // not in files from before entries were told apart
    read_columns(source, "/rsa/", rows, kRsaEntries);
  }
  return rows;
}

}  // namespace homolog::experiments
