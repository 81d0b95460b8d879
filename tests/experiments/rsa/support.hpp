#pragma once

#include <gtest/gtest.h>
#include <hdf5.h>

#include <cstdlib>
#include <fstream>
#include <istream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "experiments/analysis/analysis.hpp"
#include "experiments/recording/h5.hpp"
#include "tests/support/paths.hpp"

namespace homolog::test {

/// A matrix of expected values from make_fixtures.py.
struct Table {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values{};
};

/// Reads tables: name, rows, columns, values; `nan` and `inf` are values. Fails the test where it finds
/// anything else.
inline std::map<std::string, Table> read_tables(std::istream& in) {
  std::map<std::string, Table> tables;
  for (std::string key; in >> key;) {
    Table table;
    if (!(in >> table.rows >> table.columns)) {
      ADD_FAILURE() << "table " << key << " has no extents";
      return tables;
    }
    for (std::string word; table.values.size() < table.rows * table.columns && in >> word;) {
      char* end = nullptr;
      table.values.push_back(std::strtod(word.c_str(), &end));  // knows nan, which >> does not
      if (*end != '\0') {
        ADD_FAILURE() << "table " << key << ": " << word << " is not a number";
        return tables;
      }
    }
    EXPECT_EQ(table.values.size(), table.rows * table.columns) << "table " << key << " is cut short";
    tables[key] = std::move(table);
  }
  return tables;
}

/// The tables of tests/experiments/rsa/<name>.
inline std::map<std::string, Table> read_tables(const std::string& name) {
  std::ifstream file(source_path("tests/experiments/rsa/" + name));
  EXPECT_TRUE(file) << name;
  return read_tables(file);
}

inline std::vector<float> as_float(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

/// Representations in memory, [stimuli, units] each.
class FakeRepresentations final : public experiments::Representations {
 public:
  explicit FakeRepresentations(std::int64_t stimuli) : stimuli_(stimuli) {}
  void add(const std::string& layer, const std::string& code, std::vector<float> values) {
    values_[{layer, code}] = std::move(values);
  }
  /// Spike trains [stimuli, units], each the steps of its spikes.
  void add_trains(const std::string& layer, std::int64_t steps,
                  const std::vector<std::vector<double>>& trains) {
    experiments::SpikeTrains& bits = trains_[layer];
    bits.presentations = stimuli_;
    bits.units = static_cast<std::int64_t>(trains.size()) / stimuli_;
    bits.steps = steps;
    const auto words = static_cast<std::size_t>(experiments::SpikeTrains::words(steps));
    bits.bits.assign(trains.size() * words, 0);
    for (std::size_t k = 0; k < trains.size(); ++k) {
      for (const double spike : trains[k]) {
        const auto step = static_cast<std::size_t>(spike);
        bits.bits[k * words + step / 64] |= std::uint64_t{1} << (step % 64);
      }
    }
  }
  [[nodiscard]] experiments::SpikeTrains trains(const std::string& layer, std::int64_t first,
                                                std::int64_t last) const override {
    const experiments::SpikeTrains& all = trains_.at(layer);
    experiments::SpikeTrains part{.presentations = stimuli_, .units = last - first, .steps = all.steps};
    for (std::int64_t k = 0; k < stimuli_; ++k) {
      for (std::int64_t unit = first; unit < last; ++unit) {
        const auto train = all.of(k, unit);
        part.bits.insert(part.bits.end(), train.begin(), train.end());
      }
    }
    return part;
  }
  [[nodiscard]] std::int64_t presentations() const override { return stimuli_; }
  [[nodiscard]] std::int64_t units(const std::string& layer) const override {
    for (const auto& entry : values_) {
      if (entry.first.layer == layer) {
        return static_cast<std::int64_t>(entry.second.size()) / stimuli_;
      }
    }
    return trains_.at(layer).units;
  }
  [[nodiscard]] std::vector<float> read(const experiments::RepresentationKey& key, std::int64_t first,
                                        std::int64_t last) const override {
    const std::vector<float>& all = values_.at(key);
    const std::int64_t columns = units(key.layer);
    std::vector<float> block;
    for (std::int64_t i = 0; i < stimuli_; ++i) {
      block.insert(block.end(), all.begin() + i * columns + first, all.begin() + i * columns + last);
    }
    return block;
  }

 private:
  std::int64_t stimuli_;
  std::map<experiments::RepresentationKey, std::vector<float>> values_{};
  std::map<std::string, experiments::SpikeTrains> trains_{};
};

/// Images in memory.
class FakeStimuli final : public experiments::Stimuli {
 public:
  explicit FakeStimuli(std::vector<experiments::Image> images) : images_(std::move(images)) {}
  [[nodiscard]] std::int64_t size() const override { return static_cast<std::int64_t>(images_.size()); }
  [[nodiscard]] experiments::Image at(std::int64_t i) const override {
    return images_.at(static_cast<std::size_t>(i));
  }
  [[nodiscard]] std::string id(std::int64_t i) const override { return at(i).id; }
  [[nodiscard]] std::optional<std::int64_t> label(std::int64_t i) const override { return at(i).label; }

 private:
  std::vector<experiments::Image> images_;
};

/// Ids "0", "1", ..., that no file has.
inline std::vector<std::string> numbered(std::size_t n) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < n; ++i) {
    ids.push_back(std::to_string(i));
  }
  return ids;
}

/// n grey images of height x width with the pixels that `pixel(i, y, x)` gives.
template <class Pixel>
std::vector<experiments::Image> grey_images(std::int64_t n, std::int64_t height, std::int64_t width,
                                            Pixel pixel) {
  std::vector<experiments::Image> images;
  for (std::int64_t i = 0; i < n; ++i) {
    experiments::Image image;
    image.channels = 1;
    image.height = height;
    image.width = width;
    image.id = std::to_string(i);
    for (std::int64_t y = 0; y < height; ++y) {
      for (std::int64_t x = 0; x < width; ++x) {
        image.pixels.push_back(static_cast<float>(pixel(i, y, x)));
      }
    }
    images.push_back(std::move(image));
  }
  return images;
}

/// Writes one dataset of doubles into a new HDF5 file.
inline void write_dataset(const std::string& path, const std::string& name, const std::vector<hsize_t>& dims,
                          const std::vector<double>& values) {
  namespace h5 = experiments::h5;
  const h5::File file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  const h5::Dataspace space(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr));
  const h5::Dataset dataset(H5Dcreate2(file.get(), name.c_str(), H5T_NATIVE_DOUBLE, space.get(), H5P_DEFAULT,
                                       H5P_DEFAULT, H5P_DEFAULT));
  ASSERT_GE(H5Dwrite(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
}

}  // namespace homolog::test
