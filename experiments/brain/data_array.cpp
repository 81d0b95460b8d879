#include "experiments/brain/data_array.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "sim/core/error.hpp"

namespace homolog::experiments {

std::string shape_text(const std::vector<std::size_t>& dims) {
  std::string text;
  for (const std::size_t extent : dims) {
    text += (text.empty() ? "" : "x") + std::to_string(extent);
  }
  return text.empty() ? "a scalar" : text;
}

std::string array_text(const BrainSource& source) {
  return source.dataset.empty() ? "the array" : "dataset " + source.dataset;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMostListed); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  return names.size() > kMostListed ? text + ", ..." : text;
}

std::string only_one(const std::vector<std::string>& names, const std::string& what,
                     const std::string& file) {
  if (names.empty()) {
    throw Error(ErrorKind::data, "has no " + what, {.file = file});
  }
  if (names.size() > 1) {
    throw Error(ErrorKind::data, "has more than one " + what + "; expected the name of one: " + listed(names),
                {.file = file});
  }
  return names.front();
}

std::size_t checked_values(const std::vector<std::size_t>& dims, const BrainSource& source) {
  if (std::find(dims.begin(), dims.end(), 0U) != dims.end()) {
    return 0;
  }
  std::size_t count = 1;
  for (const std::size_t extent : dims) {
    if (count > kMostArrayValues / extent) {
      throw Error(ErrorKind::data,
                  array_text(source) + " is too large (" + shape_text(dims) + "); expected at most " +
                      std::to_string(kMostArrayValues) + " values",
                  {.file = source.file});
    }
    count *= extent;
  }
  return count;
}

std::vector<double> row_major(const std::vector<std::size_t>& dims, const std::vector<double>& column_major) {
  std::vector<std::size_t> strides(dims.size());
  std::size_t stride = 1;
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    strides[axis] = stride;
    stride *= dims[axis];
  }
  std::vector<double> values(column_major.size());
  std::vector<std::size_t> subscript(dims.size(), 0);
  std::size_t place = 0;
  for (double& value : values) {
    value = column_major[place];
    for (std::size_t axis = dims.size(); axis-- > 0;) {
      place += strides[axis];
      if (++subscript[axis] < dims[axis]) {
        break;
      }
      place -= strides[axis] * dims[axis];
      subscript[axis] = 0;
    }
  }
  return values;
}

DataArray stacked(std::vector<DataArray> arrays, const BrainSource& source) {
  if (arrays.empty()) {
    throw Error(ErrorKind::data, array_text(source) + " is empty; expected an array of numbers",
                {.file = source.file});
  }
  if (arrays.size() == 1) {
    return std::move(arrays.front());
  }
  DataArray all;
  all.matlab = arrays.front().matlab;
  all.dims = arrays.front().dims;
  all.dims.insert(all.dims.begin(), arrays.size());
  all.values.reserve(checked_values(all.dims, source));
  for (const DataArray& array : arrays) {
    if (array.dims != arrays.front().dims) {
      throw Error(ErrorKind::data,
                  array_text(source) + " names arrays of different sizes (" +
                      shape_text(arrays.front().dims) + " and " + shape_text(array.dims) +
                      "); expected equal ones, or the number of one, as in a(2).b",
                  {.file = source.file});
    }
    all.values.insert(all.values.end(), array.values.begin(), array.values.end());
  }
  return all;
}

std::string number_id(double value) {
  std::array<char, 32> text{};
  const bool whole = std::abs(value) < 1e15 && value == std::floor(value);
  const auto result =
      whole ? std::to_chars(text.data(), text.data() + text.size(), static_cast<std::int64_t>(value))
            : std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), result.ptr};
}

}  // namespace homolog::experiments
