#include "experiments/recording/h5_tree.hpp"

namespace homolog::experiments::h5 {
namespace {

constexpr std::size_t kDeepest = 16;
constexpr std::size_t kMostObjects = 100'000;  // looked at in one file
constexpr std::size_t kMostTexts = std::size_t{1} << 24U;
constexpr std::size_t kMostForeignChunkBytes = std::size_t{1} << 30U;  // files that homolog did not write

/// Any open object.
using Opened = Handle<H5Oclose>;

Kind kind_of(hid_t object) {
  const H5I_type_t type = H5Iget_type(object);
  if (type == H5I_GROUP) {
    return Kind::group;
  }
  if (type != H5I_DATASET) {
    return Kind::other;
  }
  const Type held(H5Dget_type(object));
  switch (held.valid() ? H5Tget_class(held.get()) : H5T_NO_CLASS) {
    case H5T_INTEGER:
    case H5T_FLOAT: return Kind::numbers;
    case H5T_STRING: return Kind::texts;
    case H5T_REFERENCE: return H5Tequal(held.get(), H5T_STD_REF_OBJ) > 0 ? Kind::references : Kind::other;
    default: return Kind::other;
  }
}

/// Not through soft or external links, which may lead in circles or elsewhere.
bool is_hard_link(const Source& source, const std::string& path) {
  H5L_info_t info{};
  const bool hard =
      H5Lget_info(source.file.get(), path.c_str(), &info, H5P_DEFAULT) >= 0 && info.type == H5L_TYPE_HARD;
  H5Eclear2(H5E_DEFAULT);
  return hard;
}

struct Search {
  Kind wanted;
  std::size_t most;
  const std::function<bool(const std::string&)>& skip;
  std::size_t looked_at = 0;
  std::vector<std::string> found{};
};

void collect(const Source& source, const std::string& group, std::size_t depth, Search& search) {
  for (const std::string& name : members(source, group.empty() ? "/" : group)) {
    if (search.found.size() >= search.most || ++search.looked_at > kMostObjects) {
      return;
    }
    const std::string path = group + "/" + name;
    const Kind here = is_hard_link(source, path) ? kind(source, path) : Kind::other;
    if ((here == search.wanted || here == Kind::group) && search.skip && search.skip(path)) {
      continue;
    }
    if (here == search.wanted) {
      search.found.push_back(path);
    } else if (here == Kind::group && depth < kDeepest) {
      collect(source, path, depth + 1, search);
    }
  }
}

}  // namespace

Kind kind(const Source& source, const std::string& object) {
  quiet();
  const Opened opened(H5Oopen(source.file.get(), object.c_str(), H5P_DEFAULT));
  if (!opened.valid()) {
    H5Eclear2(H5E_DEFAULT);
    return Kind::nothing;
  }
  return kind_of(opened.get());
}

std::vector<std::string> datasets(const Source& source, Kind wanted, std::size_t most,
                                  const std::function<bool(const std::string&)>& skip) {
  quiet();
  Search search{.wanted = wanted, .most = most, .skip = skip};
  collect(source, "", 0, search);
  return std::move(search.found);
}

Array read_values(const Source& source, const Dataset& data, const std::string& name,
                  std::size_t max_values) {
  quiet();
  const Where where = at(source, name);
  if (kind_of(data.get()) != Kind::numbers) {
    throw Error(ErrorKind::data, "does not hold numbers", where);
  }
  Array array{.dims = extents(data, where)};
  const std::size_t count = checked_count(array.dims, max_values, where);
  if (count == 0) {
    return array;
  }
  if (H5Dget_storage_size(data.get()) == 0) {
    throw Error(ErrorKind::data, "was created but never written", where);
  }
  check_chunk(data, kMostForeignChunkBytes / sizeof(double), where);
  array.values.resize(count);
  if (H5Dread(data.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()) < 0) {
    fail(ErrorKind::data, "cannot read " + name, source.path);
  }
  return array;
}

std::vector<std::string> read_all_texts(const Source& source, const std::string& dataset) {
  const Where where = at(source, dataset);
  const Dataset data = open_dataset(source.file.get(), source.path, dataset);
  if (kind_of(data.get()) != Kind::texts) {
    throw Error(ErrorKind::data, "does not hold texts", where);
  }
  const std::size_t count = checked_count(extents(data, where), kMostTexts, where);
  return texts_of(Type(H5Dget_type(data.get())), Dataspace(H5Dget_space(data.get())), count, where,
                  [&data](hid_t in_memory, void* out) {
                    return H5Dread(data.get(), in_memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
                  });
}

std::vector<std::string> texts_attribute(const Source& source, const std::string& object,
                                         const std::string& name) {
  quiet();
  const Where where = at(source, object);
  const Attribute attribute(
      H5Aopen_by_name(source.file.get(), object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT));
  if (!attribute.valid()) {
    H5Eclear2(H5E_DEFAULT);
    throw Error(ErrorKind::data, "has no attribute '" + name + "'", where);
  }
  const Type type(H5Aget_type(attribute.get()));
  const Dataspace space(H5Aget_space(attribute.get()));
  const hssize_t count = H5Sget_simple_extent_npoints(space.get());
  if (!type.valid() || H5Tget_class(type.get()) != H5T_STRING || count < 0 ||
      count > static_cast<hssize_t>(kMostTexts)) {
    throw Error(ErrorKind::data, "its attribute '" + name + "' does not hold texts", where);
  }
  return texts_of(
      type, space, static_cast<std::size_t>(count), where,
      [&attribute](hid_t in_memory, void* out) { return H5Aread(attribute.get(), in_memory, out); });
}

std::vector<Dataset> referenced(const Source& source, const std::string& dataset, std::size_t most,
                                std::vector<std::size_t>& dims) {
  const Where where = at(source, dataset);
  const Dataset data = open_dataset(source.file.get(), source.path, dataset);
  if (kind_of(data.get()) != Kind::references) {
    throw Error(ErrorKind::data, "does not hold references", where);
  }
  dims = extents(data, where);
  std::vector<hobj_ref_t> references(checked_count(dims, most, where));
  if (!references.empty() &&
      H5Dread(data.get(), H5T_STD_REF_OBJ, H5S_ALL, H5S_ALL, H5P_DEFAULT, references.data()) < 0) {
    fail(ErrorKind::data, "cannot read " + dataset, source.path);
  }
  std::vector<Dataset> objects;
  for (const hobj_ref_t& reference : references) {
    const hid_t object = H5Rdereference2(data.get(), H5P_DEFAULT, H5R_OBJECT, &reference);
    if (object < 0 || H5Iget_type(object) != H5I_DATASET) {
      if (object >= 0) {
        H5Oclose(object);
      }
      H5Eclear2(H5E_DEFAULT);
      throw Error(ErrorKind::data, "refers to what is no dataset", where);
    }
    objects.emplace_back(object);
  }
  return objects;
}

std::string text_of(const Source& source, const Dataset& data, const std::string& attribute) {
  if (!has(data, attribute)) {
    return "";
  }
  const Attribute opened(H5Aopen(data.get(), attribute.c_str(), H5P_DEFAULT));
  const Type type(H5Aget_type(opened.get()));
  const Dataspace space(H5Aget_space(opened.get()));
  if (!type.valid() || H5Tget_class(type.get()) != H5T_STRING ||
      H5Sget_simple_extent_npoints(space.get()) != 1) {
    return "";
  }
  return texts_of(type, space, 1, at(source, attribute),
                  [&opened](hid_t in_memory, void* out) { return H5Aread(opened.get(), in_memory, out); })
      .front();
}

bool has(const Dataset& data, const std::string& attribute) {
  return H5Aexists(data.get(), attribute.c_str()) > 0;
}

}  // namespace homolog::experiments::h5
