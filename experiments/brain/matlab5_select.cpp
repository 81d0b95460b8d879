// Which array of a MATLAB level-5 file is meant.

#include <algorithm>
#include <iterator>

#include "experiments/brain/matlab5.hpp"
#include "experiments/brain/matlab_path.hpp"
#include "experiments/brain/number_bytes.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

using Arrays = std::vector<MatlabArray>;

[[noreturn]] void refuse(const BrainSource& source, const std::string& what) {
  throw Error(ErrorKind::data, what, {.file = source.file, .key = source.dataset});
}

/// What one step without its name picks of an array: the array itself, or elements of a cell or struct array.
/// For a struct array the elements are those of `field`.
Arrays picked(const MatlabArray& array, const MatlabStep& step, const std::string& field,
              const BrainSource& source) {
  const bool structure = array.kind == MatlabClass::structure;
  std::size_t first = 0;
  std::size_t fields = 1;
  if (structure) {
    const auto found = std::find(array.fields.begin(), array.fields.end(), field);
    if (found == array.fields.end()) {
      refuse(source, "'" + step.name + "' has no field '" + field + "'; it has " + listed(array.fields));
    }
    first = static_cast<std::size_t>(found - array.fields.begin());
    fields = array.fields.size();
  }
  const std::optional<std::size_t> place = picked_element(step, array.dims, source);
  const Arrays all = elements_of(array, source);
  Arrays some;
  for (std::size_t i = first; i < all.size(); i += fields) {
    if (!place || *place == i / fields) {
      some.push_back(all[i]);
    }
  }
  return some;
}

/// Follows steps[at] and those after it, from an array of that name.
void follow(const MatlabArray& array, const std::vector<MatlabStep>& steps, std::size_t at, Arrays& leaves,
            const BrainSource& source) {
  const MatlabStep& step = steps[at];
  const bool last = at + 1 == steps.size();
  if (array.kind == MatlabClass::structure) {
    if (last) {
      refuse(source, "'" + step.name + "' is a struct; expected a field of it, as in " + step.name +
                         ".x; it has " + listed(array.fields));
    }
    for (const MatlabArray& part : picked(array, step, steps[at + 1].name, source)) {
      follow(part, steps, at + 1, leaves, source);
    }
    return;
  }
  if (array.kind == MatlabClass::cell) {
    for (const MatlabArray& part : picked(array, step, "", source)) {
      if (last) {
        leaves.push_back(part);
      } else {  // a struct within a cell: the subscripts were the cell's
        std::vector<MatlabStep> rest(steps.begin() + static_cast<std::ptrdiff_t>(at), steps.end());
        rest.front().subscripts.clear();
        if (part.kind == MatlabClass::cell) {
          refuse(source, "has cells within cells; expected arrays or structs in the cell array " + step.name);
        }
        follow(part, rest, 0, leaves, source);
      }
    }
    return;
  }
  if (!last || !step.subscripts.empty()) {
    refuse(source, "'" + step.name + "' is no struct or cell array, so that no part of it can be named");
  }
  leaves.push_back(array);
}

/// Calls `use` with the arrays that `path` names, while their bytes are there.
template <class Use>
void with_arrays(std::span<const std::byte> file, const std::string& path, const BrainSource& source,
                 Use use) {
  const std::vector<MatlabStep> steps = parse_matlab_path(path, source);
  std::vector<std::string> names;
  bool found = false;
  visit_variables(file, source, [&](const MatlabArray& variable) {
    if (variable.name != steps.front().name) {
      names.push_back(variable.name);
      return true;
    }
    found = true;
    Arrays leaves;
    follow(variable, steps, 0, leaves, source);
    use(leaves);
    return false;
  });
  if (!found) {
    refuse(source, "there is no variable '" + steps.front().name + "'; the file has " +
                       (names.empty() ? "none" : listed(names)));
  }
}

std::string only_variable(std::span<const std::byte> file, const BrainSource& source) {
  std::vector<std::string> numbers;
  std::vector<std::string> all;
  visit_variables(file, source, [&](const MatlabArray& variable) {
    if (variable.is_number()) {
      numbers.push_back(variable.name);
    }
    all.push_back(variable.name);
    return true;
  });
  if (numbers.empty() && !all.empty()) {
    throw Error(ErrorKind::data,
                "has no variable of numbers; expected the name of an array, such as " + all.front() +
                    ".x for the field of a struct; it has " + listed(all),
                {.file = source.file});
  }
  return only_one(numbers, "variable of numbers", source.file);
}

}  // namespace

DataArray parse_matlab5(std::span<const std::byte> file, const BrainSource& source) {
  BrainSource named = source;
  if (named.dataset.empty()) {
    named.dataset = only_variable(file, source);
  }
  DataArray array;
  with_arrays(file, named.dataset, named, [&](const Arrays& leaves) {
    std::size_t values = 0;
    std::vector<DataArray> parts;
    for (const MatlabArray& leaf : leaves) {
      values += checked_values(leaf.dims, named);
      if (values > kMostArrayValues) {
        refuse(named, "is too large; expected at most " + std::to_string(kMostArrayValues) + " values");
      }
      parts.push_back(numbers_of(leaf, named));
    }
    array = stacked(std::move(parts), named);
  });
  return array;
}

std::vector<std::string> parse_matlab5_names(std::span<const std::byte> file, const BrainSource& source) {
  const BrainSource named{.file = source.file, .dataset = source.ids};
  std::vector<std::string> names;
  with_arrays(file, named.dataset, named, [&](const Arrays& leaves) {
    for (const MatlabArray& leaf : leaves) {
      if (leaf.is_number()) {
        const DataArray numbers = numbers_of(leaf, named);
        std::transform(numbers.values.begin(), numbers.values.end(), std::back_inserter(names), number_id);
      } else {
        const std::vector<std::string> texts = texts_of(leaf, named);
        names.insert(names.end(), texts.begin(), texts.end());
      }
    }
  });
  return names;
}

DataArray read_matlab5_array(const BrainSource& source) {
  return parse_matlab5(read_file_bytes(source.file), source);
}

std::vector<std::string> read_matlab5_names(const BrainSource& source) {
  return parse_matlab5_names(read_file_bytes(source.file), source);
}

}  // namespace homolog::experiments
