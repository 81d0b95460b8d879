#include "experiments/recording/h5_write.hpp"

#include <algorithm>
#include <cstring>

#include "experiments/recording/chunk_codec.hpp"

namespace homolog::experiments::h5 {
namespace {

/// UTF-8 of H5T_VARIABLE or of fixed length, padded with NUL; HDF5 has no strings of length 0.
Type text_type(std::size_t size, const std::string& file) {
  Type type(checked(H5Tcopy(H5T_C_S1), "cannot make a text type", file));
  checked(H5Tset_size(type.get(), size), "cannot make a text type", file);
  checked(H5Tset_cset(type.get(), H5T_CSET_UTF8), "cannot make a text type", file);
  checked(H5Tset_strpad(type.get(), size == H5T_VARIABLE ? H5T_STR_NULLTERM : H5T_STR_NULLPAD),
          "cannot make a text type", file);
  return type;
}

}  // namespace

hid_t checked(hid_t id, const std::string& doing, const std::string& file) {
  if (id < 0) {
    fail(ErrorKind::output, doing, file);
  }
  return id;
}

Group create_group(hid_t parent, const std::string& name, const std::string& file) {
  const std::string doing = "cannot create the group " + name;
  const Properties link(checked(H5Pcreate(H5P_LINK_CREATE), doing, file));
  const Properties create(checked(H5Pcreate(H5P_GROUP_CREATE), doing, file));
  checked(H5Pset_char_encoding(link.get(), H5T_CSET_UTF8), doing, file);
  checked(H5Pset_link_creation_order(create.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), doing,
          file);
  checked(H5Pset_obj_track_times(create.get(), false), doing, file);
  return Group(checked(H5Gcreate2(parent, name.c_str(), link.get(), create.get(), H5P_DEFAULT), doing, file));
}

Group open_or_create_group(hid_t parent, const std::string& name, const std::string& file) {
  if (H5Lexists(parent, name.c_str(), H5P_DEFAULT) > 0) {
    return Group(checked(H5Gopen2(parent, name.c_str(), H5P_DEFAULT), "cannot open the group " + name, file));
  }
  return create_group(parent, name, file);
}

void remove(hid_t parent, const std::string& name, const std::string& file) {
  if (H5Lexists(parent, name.c_str(), H5P_DEFAULT) > 0) {
    checked(H5Ldelete(parent, name.c_str(), H5P_DEFAULT), "cannot replace " + name, file);
  }
}

Dataset create_dataset(hid_t parent, const std::string& name, hid_t type, const std::vector<hsize_t>& dims,
                       const std::vector<hsize_t>& chunk, bool unlimited, const std::string& file) {
  const std::string doing = "cannot create the dataset " + name;
  std::vector<hsize_t> maximum = dims;
  if (unlimited) {
    maximum.at(0) = H5S_UNLIMITED;
  }
  const int rank = static_cast<int>(dims.size());
  const Dataspace space(checked(
      rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(rank, dims.data(), maximum.data()), doing, file));
  const Properties link(checked(H5Pcreate(H5P_LINK_CREATE), doing, file));
  checked(H5Pset_char_encoding(link.get(), H5T_CSET_UTF8), doing, file);
  const Properties create(checked(H5Pcreate(H5P_DATASET_CREATE), doing, file));
  checked(H5Pset_obj_track_times(create.get(), false), doing, file);
  if (!chunk.empty()) {
    checked(H5Pset_chunk(create.get(), rank, chunk.data()), doing, file);
    checked(H5Pset_shuffle(create.get()), doing, file);
    checked(H5Pset_deflate(create.get(), kDeflateLevel), doing, file);
  }
  return Dataset(
      checked(H5Dcreate2(parent, name.c_str(), type, space.get(), link.get(), create.get(), H5P_DEFAULT),
              doing, file));
}

void write_dataset(hid_t parent, const std::string& name, hid_t type, hid_t in_memory,
                   const std::vector<hsize_t>& dims, const void* values, const std::string& file) {
  remove(parent, name, file);
  const Dataset data = create_dataset(parent, name, type, dims, {}, false, file);
  if (std::find(dims.begin(), dims.end(), hsize_t{0}) == dims.end()) {
    checked(H5Dwrite(data.get(), in_memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "cannot write " + name,
            file);
  }
}

void write_texts(hid_t parent, const std::string& name, const std::vector<std::string>& texts,
                 const std::string& file) {
  std::size_t longest = 1;
  for (const std::string& text : texts) {
    longest = std::max(longest, text.size());
  }
  std::vector<char> padded(texts.size() * longest, '\0');
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::memcpy(padded.data() + i * longest, texts[i].data(), texts[i].size());
  }
  const Type type = text_type(longest, file);
  write_dataset(parent, name, type.get(), type.get(), {texts.size()}, padded.data(), file);
}

void write_text(hid_t parent, const std::string& name, const std::string& text, const std::string& file) {
  const Type type = text_type(std::max<std::size_t>(text.size(), 1), file);
  write_dataset(parent, name, type.get(), type.get(), {}, text.c_str(), file);
}

void write_attribute(hid_t object, const std::string& name, hid_t type, hid_t in_memory, hid_t space,
                     const void* values, const std::string& file) {
  const std::string doing = "cannot write the attribute " + name;
  const Properties create(checked(H5Pcreate(H5P_ATTRIBUTE_CREATE), doing, file));
  checked(H5Pset_char_encoding(create.get(), H5T_CSET_UTF8), doing, file);
  const Attribute attribute(
      checked(H5Acreate2(object, name.c_str(), type, space, create.get(), H5P_DEFAULT), doing, file));
  checked(H5Awrite(attribute.get(), in_memory, values), doing, file);
}

void write_text_attribute(hid_t object, const std::string& name, const std::string& text,
                          const std::string& file) {
  const Type type = text_type(H5T_VARIABLE, file);
  const Dataspace space(checked(H5Screate(H5S_SCALAR), "cannot write the attribute " + name, file));
  const char* pointer = text.c_str();
  write_attribute(object, name, type.get(), type.get(), space.get(), &pointer, file);
}

}  // namespace homolog::experiments::h5
