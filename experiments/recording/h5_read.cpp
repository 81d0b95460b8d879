#include "experiments/recording/h5_read.hpp"

#include <algorithm>
#include <cstring>

namespace homolog::experiments::h5 {
namespace {

constexpr std::size_t kMostNames = 1'000'000;
constexpr std::size_t kMostTextBytes = std::size_t{1} << 30U;
constexpr std::size_t kMostChunkBytes = std::size_t{1} << 28U;

struct Object {
  explicit Object(hid_t object) : id(object) {}
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  ~Object() {
    if (id >= 0) {
      H5Oclose(id);
    }
  }
  hid_t id;
};

hid_t open_object(const Source& source, const std::string& object) {
  quiet();
  if (object != "/" && !exists(source, object)) {
    throw Error(ErrorKind::data, "is missing; is this a results file of homolog?", at(source, object));
  }
  const hid_t id = H5Oopen(source.file.get(), object.c_str(), H5P_DEFAULT);
  if (id < 0) {
    fail(ErrorKind::data, "cannot open " + object, source.path);
  }
  return id;
}

Attribute open_attribute(const Source& source, const std::string& object, const std::string& name) {
  const Object owner(open_object(source, object));
  if (H5Aexists(owner.id, name.c_str()) <= 0) {
    throw Error(ErrorKind::data, "has no attribute '" + name + "'", at(source, object));
  }
  Attribute attribute(H5Aopen(owner.id, name.c_str(), H5P_DEFAULT));
  if (!attribute.valid()) {
    fail(ErrorKind::data, "cannot open the attribute " + name + " of " + object, source.path);
  }
  return attribute;
}

herr_t collect(hid_t /*group*/, const char* name, const H5L_info_t* /*info*/, void* names) try {
  auto& list = *static_cast<std::vector<std::string>*>(names);
  list.emplace_back(name);
  return list.size() >= kMostNames ? 1 : 0;
} catch (...) {  // no exception may pass through HDF5's C code
  return -1;
}

herr_t collect_attribute(hid_t /*object*/, const char* name, const H5A_info_t* /*info*/, void* names) try {
  auto& list = *static_cast<std::vector<std::string>*>(names);
  list.emplace_back(name);
  return list.size() >= kMostNames ? 1 : 0;
} catch (...) {  // as above
  return -1;
}

bool is_number(const Type& type) {
  const H5T_class_t kind = type.valid() ? H5Tget_class(type.get()) : H5T_NO_CLASS;
  return kind == H5T_INTEGER || kind == H5T_FLOAT;
}

std::string described(const std::vector<std::size_t>& dims) {
  std::string text = "[";
  for (std::size_t i = 0; i < dims.size(); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(dims[i]);
  }
  return text + "]";
}

std::string described(const Expected& dims) {
  std::string text = "[";
  for (std::size_t i = 0; i < dims.size(); ++i) {
    text += (i == 0 ? "" : ", ") + (dims[i] ? std::to_string(*dims[i]) : std::string("any"));
  }
  return text + "]";
}

bool matches(const std::vector<std::size_t>& dims, const Expected& expected) {
  return std::equal(dims.begin(), dims.end(), expected.begin(), expected.end(),
                    [](std::size_t extent, const std::optional<std::size_t>& wanted) {
                      return !wanted || *wanted == extent;
                    });
}

}  // namespace

std::vector<std::string> texts_of(const Type& type, const Dataspace& space, std::size_t count,
                                  const Where& where, const std::function<herr_t(hid_t, void*)>& read) {
  std::vector<std::string> texts(count);
  if (count == 0) {
    return texts;
  }
  if (H5Tis_variable_str(type.get()) > 0) {
    std::vector<char*> pointers(count, nullptr);
    if (read(type.get(), pointers.data()) < 0) {
      fail(ErrorKind::data, "cannot read " + where.key, where.file);
    }
    for (std::size_t i = 0; i < count; ++i) {
      texts[i] = pointers[i] == nullptr ? "" : pointers[i];
    }
    H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, pointers.data());
    return texts;
  }
  const std::size_t size = H5Tget_size(type.get());
  if (size == 0 || size > kMostTextBytes / count) {
    throw Error(ErrorKind::data, "is too large for texts", where);
  }
  std::vector<char> padded(size * count);
  if (read(type.get(), padded.data()) < 0) {
    fail(ErrorKind::data, "cannot read " + where.key, where.file);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const char* start = padded.data() + i * size;
    texts[i].assign(start, ::strnlen(start, size));
  }
  return texts;
}

bool exists(const Source& source, const std::string& object) {
  quiet();
  std::size_t end = 0;
  do {  // HDF5 wants every step of the path asked for
    end = object.find('/', end + 1);
    if (H5Lexists(source.file.get(), object.substr(0, end).c_str(), H5P_DEFAULT) <= 0) {
      H5Eclear2(H5E_DEFAULT);
      return false;
    }
  } while (end != std::string::npos);
  return true;
}

std::vector<std::string> members(const Source& source, const std::string& group) {
  const Object opened(open_object(source, group));
  if (H5Iget_type(opened.id) != H5I_GROUP) {
    throw Error(ErrorKind::data, "is not a group", at(source, group));
  }
  std::vector<std::string> names;
  hsize_t position = 0;
  if (H5Literate(opened.id, H5_INDEX_NAME, H5_ITER_INC, &position, collect, &names) < 0) {
    fail(ErrorKind::data, "cannot list " + group, source.path);
  }
  return names;
}

std::vector<std::string> attribute_names(const Source& source, const std::string& object) {
  const Object opened(open_object(source, object));
  std::vector<std::string> names;
  hsize_t position = 0;
  if (H5Aiterate2(opened.id, H5_INDEX_NAME, H5_ITER_INC, &position, collect_attribute, &names) < 0) {
    fail(ErrorKind::data, "cannot list the attributes of " + object, source.path);
  }
  return names;
}

bool has_attribute(const Source& source, const std::string& object, const std::string& name) {
  const Object opened(open_object(source, object));
  return H5Aexists(opened.id, name.c_str()) > 0;
}

std::optional<std::string> text_attribute_if(const Source& source, const std::string& object,
                                             const std::string& name) {
  const Attribute attribute = open_attribute(source, object, name);
  const Type type(H5Aget_type(attribute.get()));
  const Dataspace space(H5Aget_space(attribute.get()));
  if (!type.valid() || H5Tget_class(type.get()) != H5T_STRING ||
      H5Sget_simple_extent_npoints(space.get()) != 1) {
    return std::nullopt;
  }
  return texts_of(
             type, space, 1, at(source, object),
             [&attribute](hid_t in_memory, void* out) { return H5Aread(attribute.get(), in_memory, out); })
      .front();
}

std::string text_attribute(const Source& source, const std::string& object, const std::string& name) {
  const auto text = text_attribute_if(source, object, name);
  if (!text) {
    throw Error(ErrorKind::data, "its attribute '" + name + "' is not a text", at(source, object));
  }
  return *text;
}

std::size_t attribute_size(const Source& source, const std::string& object, const std::string& name) {
  const Attribute attribute = open_attribute(source, object, name);
  const Type type(H5Aget_type(attribute.get()));
  const Dataspace space(H5Aget_space(attribute.get()));
  const hssize_t count = H5Sget_simple_extent_npoints(space.get());
  if (!is_number(type) || count < 0 || count > static_cast<hssize_t>(kMostNames)) {
    throw Error(ErrorKind::data, "its attribute '" + name + "' does not hold numbers, or too many",
                at(source, object));
  }
  return static_cast<std::size_t>(count);
}

void read_attribute(const Source& source, const std::string& object, const std::string& name, hid_t in_memory,
                    std::size_t count, void* values) {
  if (const auto size = attribute_size(source, object, name); size != count) {
    throw Error(ErrorKind::data,
                "its attribute '" + name + "' has " + std::to_string(size) + " values; expected " +
                    std::to_string(count),
                at(source, object));
  }
  const Attribute attribute = open_attribute(source, object, name);
  if (count > 0 && H5Aread(attribute.get(), in_memory, values) < 0) {
    fail(ErrorKind::data, "cannot read the attribute " + name + " of " + object, source.path);
  }
}

Dataset open_numbers(const Source& source, const std::string& dataset, const Expected& expected,
                     std::size_t element_size, std::vector<std::size_t>& dims) {
  const Where where = at(source, dataset);
  Dataset data = open_dataset(source.file.get(), source.path, dataset);
  if (!is_number(Type(H5Dget_type(data.get())))) {
    throw Error(ErrorKind::data, "does not hold numbers", where);
  }
  dims = extents(data, where);
  if (!matches(dims, expected)) {
    throw Error(ErrorKind::data, "has extents " + described(dims) + "; expected " + described(expected),
                where);
  }
  check_chunk(data, kMostChunkBytes / element_size, where);
  return data;
}

void read_rows(const Dataset& data, const Where& where, hid_t in_memory, std::size_t first, std::size_t count,
               void* values) {
  const auto dims = extents(data, where);
  std::vector<hsize_t> start(dims.size(), 0);
  std::vector<hsize_t> size(dims.begin(), dims.end());
  start.at(0) = first;
  size.at(0) = count;
  const Dataspace space(H5Dget_space(data.get()));
  const Dataspace memory(H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr));
  if (H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, size.data(), nullptr) < 0 ||
      H5Dread(data.get(), in_memory, memory.get(), space.get(), H5P_DEFAULT, values) < 0) {
    fail(ErrorKind::data, "cannot read " + where.key, where.file);
  }
}

std::vector<std::string> read_texts(const Source& source, const std::string& dataset,
                                    std::optional<std::size_t> expected) {
  const Where where = at(source, dataset);
  const Dataset data = open_dataset(source.file.get(), source.path, dataset);
  const Type type(H5Dget_type(data.get()));
  const Dataspace space(H5Dget_space(data.get()));
  if (!type.valid() || H5Tget_class(type.get()) != H5T_STRING) {
    throw Error(ErrorKind::data, "does not hold texts", where);
  }
  const auto dims = extents(data, where);
  if (!matches(dims, {expected})) {
    throw Error(ErrorKind::data, "has extents " + described(dims) + "; expected " + described({expected}),
                where);
  }
  const std::size_t count = checked_count(dims, kMostTextBytes / sizeof(std::string), where);
  return texts_of(type, space, count, where, [&data](hid_t in_memory, void* out) {
    return H5Dread(data.get(), in_memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
  });
}

std::string read_text(const Source& source, const std::string& dataset) {
  const Where where = at(source, dataset);
  const Dataset data = open_dataset(source.file.get(), source.path, dataset);
  const Type type(H5Dget_type(data.get()));
  const Dataspace space(H5Dget_space(data.get()));
  if (!type.valid() || H5Tget_class(type.get()) != H5T_STRING || !extents(data, where).empty()) {
    throw Error(ErrorKind::data, "is not one text", where);
  }
  return texts_of(type, space, 1, where,
                  [&data](hid_t in_memory, void* out) {
                    return H5Dread(data.get(), in_memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
                  })
      .front();
}

}  // namespace homolog::experiments::h5
