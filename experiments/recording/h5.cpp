#include "experiments/recording/h5.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <new>
#include <stdexcept>

namespace homolog::experiments::h5 {
namespace {

/// Names listed in a message before it says "...".
constexpr std::size_t kListed = 12;

herr_t keep_first_description(unsigned /*n*/, const H5E_error2_t* error, void* text) {
  auto& first = *static_cast<std::string*>(text);
  if (first.empty() && error->desc != nullptr) {
    first = error->desc;
  }
  return 0;
}

/// The operating system's words when HDF5 quotes them ("..., error message = 'No space left on device',
/// ..."), else HDF5's own, on one line.
std::string shortened(const std::string& description) {
  static constexpr const char* kQuoted = "error message = '";
  if (const auto start = description.find(kQuoted); start != std::string::npos) {
    const auto first = start + std::char_traits<char>::length(kQuoted);
    if (const auto last = description.find('\'', first); last != std::string::npos) {
      return description.substr(first, last - first);
    }
  }
  std::string line = description;
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

herr_t collect_name(hid_t /*group*/, const char* name, const H5L_info_t* /*info*/, void* names) {
  auto& list = *static_cast<std::vector<std::string>*>(names);
  list.emplace_back(name);
  return list.size() > kListed ? 1 : 0;  // 1: enough
}

/// "a, b, c" of a group's members; "nothing" if it is empty.
std::string listed_members(hid_t group) {
  std::vector<std::string> names;
  hsize_t position = 0;
  if (H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &position, collect_name, &names) < 0) {
    H5Eclear2(H5E_DEFAULT);
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kListed); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kListed) {
    text += ", ...";
  }
  return names.empty() ? "nothing" : text;
}

std::vector<std::string> components(const std::string& path) {
  std::vector<std::string> parts;
  std::string part;
  for (const char c : path + "/") {
    if (c != '/') {
      part += c;
    } else if (!part.empty()) {
      parts.push_back(std::exchange(part, {}));
    }
  }
  return parts;
}

}  // namespace

void quiet() noexcept {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

void fail(ErrorKind kind, const std::string& doing, const std::string& file) {
  std::string description;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first_description, &description);
  H5Eclear2(H5E_DEFAULT);
  const std::string reason = shortened(description);
  throw Error(kind, reason.empty() ? doing : doing + ": " + reason, {.file = file});
}

File open_for_reading(const std::string& path) {
  quiet();
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    throw Error(ErrorKind::data, "there is no such file", {.file = path});
  }
  if (std::filesystem::is_directory(status)) {
    throw Error(ErrorKind::data, "is a folder; an HDF5 file is needed", {.file = path});
  }
  const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (id >= 0) {
    return File(id);
  }
  H5Eclear2(H5E_DEFAULT);
  const htri_t is_hdf5 = H5Fis_hdf5(path.c_str());
  H5Eclear2(H5E_DEFAULT);
  if (is_hdf5 == 0) {
    throw Error(ErrorKind::data, "is not an HDF5 file", {.file = path});
  }
  H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);  // again, for its message
  fail(ErrorKind::data, "cannot open the file", path);
}

Dataset open_dataset(hid_t file, const std::string& path, const std::string& dataset) {
  quiet();
  const Where where{.file = path, .key = dataset};
  Group group(H5Gopen2(file, "/", H5P_DEFAULT));
  if (!group.valid()) {
    fail(ErrorKind::data, "cannot open the root group", path);
  }
  const auto parts = components(dataset);
  if (parts.empty()) {
    throw Error(ErrorKind::data, "is a group; a dataset is needed; it holds " + listed_members(group.get()),
                where);
  }
  std::string reached;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const htri_t exists = H5Lexists(group.get(), parts[i].c_str(), H5P_DEFAULT);
    if (exists <= 0) {
      H5Eclear2(H5E_DEFAULT);
      throw Error(ErrorKind::data,
                  "there is no '" + parts[i] + "'; " + (reached.empty() ? "/" : reached) + " holds " +
                      listed_members(group.get()),
                  where);
    }
    const hid_t object = H5Oopen(group.get(), parts[i].c_str(), H5P_DEFAULT);
    if (object < 0) {
      fail(ErrorKind::data, "cannot open " + dataset, path);
    }
    reached += "/" + parts[i];
    const H5I_type_t type = H5Iget_type(object);
    const bool last = i + 1 == parts.size();
    if (type == H5I_DATASET && last) {
      return Dataset(object);
    }
    if (type == H5I_GROUP) {
      group = Group(object);
      if (last) {
        throw Error(ErrorKind::data,
                    "is a group; a dataset is needed; it holds " + listed_members(group.get()), where);
      }
      continue;
    }
    H5Oclose(object);
    throw Error(ErrorKind::data, last ? "is not a dataset" : reached + " is not a group", where);
  }
  throw Error(ErrorKind::internal, "empty path", where);
}

std::vector<std::size_t> extents(const Dataset& data, const Where& where) {
  const Dataspace space(H5Dget_space(data.get()));
  if (!space.valid()) {
    fail(ErrorKind::data, "cannot read the extents of " + where.key, where.file);
  }
  if (H5Sget_simple_extent_type(space.get()) == H5S_NULL) {
    return {0};
  }
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank < 0 || rank > H5S_MAX_RANK) {
    fail(ErrorKind::data, "cannot read the extents of " + where.key, where.file);
  }
  std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
  if (rank > 0 && H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr) < 0) {
    fail(ErrorKind::data, "cannot read the extents of " + where.key, where.file);
  }
  return {dims.begin(), dims.end()};
}

std::size_t checked_count(const std::vector<std::size_t>& dims, std::size_t max_values, const Where& where) {
  std::size_t count = 1;
  for (const std::size_t extent : dims) {
    if (extent == 0) {
      return 0;
    }
    if (count > max_values / extent) {
      throw Error(ErrorKind::data, "is too large; at most " + std::to_string(max_values) + " values", where);
    }
    count *= extent;
  }
  return count;
}

void check_chunk(const Dataset& data, std::size_t max_values, const Where& where) {
  const Properties create(H5Dget_create_plist(data.get()));
  if (!create.valid() || H5Pget_layout(create.get()) != H5D_CHUNKED) {
    return;
  }
  hsize_t chunk[H5S_MAX_RANK] = {};
  const int rank = H5Pget_chunk(create.get(), H5S_MAX_RANK, chunk);
  (void)checked_count({chunk, chunk + std::max(rank, 0)}, max_values, where);
}

std::vector<std::size_t> dataset_dims(const File& file, const std::string& path, const std::string& dataset) {
  const Dataset data = open_dataset(file.get(), path, dataset);
  return extents(data, {.file = path, .key = dataset});
}

Array read_array(const File& file, const std::string& path, const std::string& dataset,
                 std::size_t max_values) {
  const Where where{.file = path, .key = dataset};
  const Dataset data = open_dataset(file.get(), path, dataset);
  const Type type(H5Dget_type(data.get()));
  const H5T_class_t kind = type.valid() ? H5Tget_class(type.get()) : H5T_NO_CLASS;
  if (kind != H5T_INTEGER && kind != H5T_FLOAT) {
    throw Error(ErrorKind::data, "does not hold numbers", where);
  }
  Array array;
  array.dims = extents(data, where);
  const std::size_t count = checked_count(array.dims, std::min(max_values, array.values.max_size()), where);
  if (count == 0) {
    return array;
  }
  if (H5Dget_storage_size(data.get()) == 0) {
    throw Error(ErrorKind::data, "was created but never written", where);
  }
  try {
    array.values.resize(count);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorKind::data, "is too large for the memory: " + std::to_string(count) + " values", where);
  }
  if (H5Dread(data.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()) < 0) {
    fail(ErrorKind::data, "cannot read " + dataset, path);
  }
  return array;
}

}  // namespace homolog::experiments::h5
