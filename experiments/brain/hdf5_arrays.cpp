#include "experiments/brain/hdf5_arrays.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "experiments/brain/matlab_path.hpp"
#include "experiments/brain/matlab_text.hpp"
#include "experiments/recording/h5_tree.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

constexpr std::size_t kMostReferences = 10'000;
constexpr const char* kMatlabClass = "MATLAB_class";

[[noreturn]] void refuse(const BrainSource& source, const std::string& what) {
  throw Error(ErrorKind::data, what, {.file = source.file, .key = source.dataset});
}

h5::Source open(const BrainSource& source) {
  return {.file = h5::open_for_reading(source.file), .path = source.file};
}

/// Numbers of a dataset, or what `read` makes of the array that MATLAB wrote. A MATLAB array without values
/// is stored as its extents.
DataArray values_of(const h5::Source& file, const h5::Dataset& data, const BrainSource& source) {
  DataArray array{.matlab = h5::has(data, kMatlabClass)};
  if (array.matlab && h5::has(data, "MATLAB_empty")) {
    array.dims = {0, 0};
    return array;
  }
  h5::Array read = h5::read_values(file, data, source.dataset, kMostArrayValues);
  array.dims = std::move(read.dims);
  array.values = std::move(read.values);
  if (array.matlab) {  // HDF5's last axis is MATLAB's first
    std::reverse(array.dims.begin(), array.dims.end());
    array.values = row_major(array.dims, array.values);
  }
  return array;
}

/// Rows of a MATLAB char array, which is stored as UTF-16 codes; nothing if it is none.
std::optional<std::vector<std::string>> matlab_texts(const h5::Source& file, const h5::Dataset& data,
                                                     const BrainSource& source) {
  if (h5::text_of(file, data, kMatlabClass) != "char") {
    return std::nullopt;
  }
  const DataArray codes = values_of(file, data, source);
  if (codes.values.empty()) {
    return std::vector<std::string>(1);
  }
  const std::size_t rows = codes.dims.empty() ? 1 : codes.dims.front();
  const std::size_t columns = codes.values.size() / rows;
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < rows; ++row) {
    texts.push_back(matlab_text(std::span(codes.values).subspan(row * columns, columns), source));
  }
  return texts;
}

/// HDF5 path of a MATLAB path without subscripts: a.b is /a/b. HDF5 paths stay as they are.
std::string hdf5_path(const h5::Source& file, const std::string& name) {
  if (name.find('/') != std::string::npos || h5::kind(file, name) != h5::Kind::nothing) {
    return name;
  }
  std::string path = "/" + name;
  std::replace(path.begin(), path.end(), '.', '/');
  return h5::kind(file, path) == h5::Kind::nothing ? name : path;
}

/// "RDMs(2).RDM": the dataset of references /RDMs/RDM, of which the subscripts pick elements; they may stand
/// at any one step. "c{3}": of the cell array /c.
struct Elements {
  std::string path{};
  MatlabStep picked{};
};

Elements parse_elements(const BrainSource& source) {
  Elements elements;
  for (const MatlabStep& step : parse_matlab_path(source.dataset, source)) {
    elements.path += "/" + step.name;
    if (!step.subscripts.empty()) {
      if (!elements.picked.subscripts.empty()) {
        refuse(source, "has subscripts in two places; expected one in a file of version 7.3 (or save -v7)");
      }
      elements.picked = step;
    }
  }
  return elements;
}

/// The datasets that `source.dataset` names.
std::vector<h5::Dataset> named_datasets(const h5::Source& file, const BrainSource& source) {
  const std::string plain = hdf5_path(file, source.dataset);
  const bool is_there = h5::kind(file, plain) != h5::Kind::nothing;
  const bool subscripts = source.dataset.find_first_of("({") != std::string::npos;
  std::vector<h5::Dataset> found;
  if (is_there || !subscripts) {
    if (h5::kind(file, plain) != h5::Kind::references) {
      found.push_back(h5::open_dataset(file.file.get(), file.path, plain));
      return found;
    }
    std::vector<std::size_t> dims;
    return h5::referenced(file, plain, kMostReferences, dims);
  }
  const Elements elements = parse_elements(source);
  if (h5::kind(file, elements.path) != h5::Kind::references) {
    const std::vector<std::size_t> one{1, 1};  // a struct that is no array
    (void)picked_element(elements.picked, one, source);
    found.push_back(h5::open_dataset(file.file.get(), file.path, elements.path));
    return found;
  }
  std::vector<std::size_t> dims;
  found = h5::referenced(file, elements.path, kMostReferences, dims);
  std::reverse(dims.begin(), dims.end());
  const std::size_t place = *picked_element(elements.picked, dims, source);
  std::vector<h5::Dataset> one;
  one.push_back(std::move(found.at(place)));
  return one;
}

}  // namespace

std::string hdf5_dataset(const BrainSource& source) {
  if (!source.dataset.empty()) {
    return source.dataset;
  }
  const h5::Source file = open(source);
  // MATLAB keeps what cells hold in /#refs#, and texts as numbers.
  const auto of_matlab = [&file](const std::string& path) {
    if (path.rfind("/#", 0) == 0) {
      return true;
    }
    return h5::kind(file, path) == h5::Kind::numbers &&
           h5::text_of(file, h5::open_dataset(file.file.get(), file.path, path), kMatlabClass) == "char";
  };
  const std::vector<std::string> names = h5::datasets(file, h5::Kind::numbers, kMostListed + 1, of_matlab);
  return only_one(names, "dataset of numbers", source.file);
}

DataArray read_hdf5_array(const BrainSource& source) {
  BrainSource named = source;
  named.dataset = hdf5_dataset(source);
  const h5::Source file = open(source);
  std::vector<DataArray> parts;
  std::size_t values = 0;
  for (const h5::Dataset& data : named_datasets(file, named)) {
    parts.push_back(values_of(file, data, named));
    values += parts.back().values.size();
    if (values > kMostArrayValues) {
      refuse(named, "is too large; expected at most " + std::to_string(kMostArrayValues) + " values");
    }
  }
  return stacked(std::move(parts), named);
}

std::vector<std::string> read_hdf5_names(const BrainSource& source) {
  const h5::Source file = open(source);
  const BrainSource named{.file = source.file, .dataset = source.ids};
  const std::string path = hdf5_path(file, source.ids);
  if (h5::kind(file, path) == h5::Kind::texts) {
    return h5::read_all_texts(file, path);
  }
  if (h5::kind(file, path) == h5::Kind::nothing && source.ids.find_first_of("(/{") == std::string::npos) {
    const std::string owner = hdf5_path(file, hdf5_dataset(source));
    if (h5::kind(file, owner) != h5::Kind::nothing && h5::has_attribute(file, owner, source.ids)) {
      return h5::texts_attribute(file, owner, source.ids);
    }
  }
  std::vector<std::string> names;
  for (const h5::Dataset& data : named_datasets(file, named)) {
    if (const auto texts = matlab_texts(file, data, named)) {
      names.insert(names.end(), texts->begin(), texts->end());
      continue;
    }
    const DataArray numbers = values_of(file, data, named);
    std::transform(numbers.values.begin(), numbers.values.end(), std::back_inserter(names), number_id);
  }
  return names;
}

}  // namespace homolog::experiments
