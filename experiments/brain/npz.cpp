#include "experiments/brain/npz.hpp"

#include <zip.h>

#include <algorithm>
#include <cstddef>
#include <memory>

#include "experiments/brain/npy.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

constexpr std::string_view kSuffix = ".npy";
constexpr std::size_t kMostMembers = 100'000;
constexpr std::size_t kHeaderBytes = 4096;  // of a member, to learn what it holds

struct CloseArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseMember {
  void operator()(zip_file_t* member) const { zip_fclose(member); }
};
using Archive = std::unique_ptr<zip_t, CloseArchive>;
using Member = std::unique_ptr<zip_file_t, CloseMember>;

[[noreturn]] void refuse(const std::string& file, const std::string& member, const std::string& what) {
  throw Error(ErrorKind::data, what, {.file = file, .key = member});
}

Archive open_archive(const std::string& file) {
  int code = 0;
  Archive archive(zip_open(file.c_str(), ZIP_RDONLY, &code));
  if (!archive) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string words = zip_error_strerror(&error);
    zip_error_fini(&error);
    refuse(file, "", "is not a readable npz (zip) file: " + words);
  }
  return archive;
}

/// Names of the arrays, without .npy.
std::vector<std::string> arrays_of(zip_t* archive, const std::string& file) {
  const zip_int64_t count = zip_get_num_entries(archive, 0);
  if (count < 0 || static_cast<std::size_t>(count) > kMostMembers) {
    refuse(file, "", "has too many members; expected at most " + std::to_string(kMostMembers));
  }
  std::vector<std::string> names;
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* raw = zip_get_name(archive, static_cast<zip_uint64_t>(i), 0);
    const std::string name = raw == nullptr ? "" : raw;
    if (name.size() > kSuffix.size() && name.ends_with(kSuffix)) {
      names.push_back(name.substr(0, name.size() - kSuffix.size()));
    }
  }
  return names;
}

/// At most `most` first bytes of a member.
std::vector<std::byte> unpacked(zip_t* archive, const std::string& file, const std::string& name,
                                std::size_t most) {
  const std::string member = name + std::string(kSuffix);
  zip_stat_t about;
  zip_stat_init(&about);
  if (zip_stat(archive, member.c_str(), 0, &about) != 0) {
    const std::vector<std::string> names = arrays_of(archive, file);
    refuse(file, name, "there is no such array; the file has " + (names.empty() ? "none" : listed(names)));
  }
  constexpr zip_uint64_t kNeeded =
      ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  if ((about.valid & kNeeded) != kNeeded || about.encryption_method != ZIP_EM_NONE ||
      (about.comp_method != ZIP_CM_STORE && about.comp_method != ZIP_CM_DEFLATE)) {
    refuse(file, name, "is packed in a way that NumPy does not use; expected a stored or deflated member");
  }
  if (about.size > kMostFileBytes || about.size / kMostDeflateRatio > about.comp_size) {
    refuse(file, name,
           "claims " + std::to_string(about.size) + " bytes of " + std::to_string(about.comp_size) +
               " packed ones; expected at most " + std::to_string(kMostFileBytes) +
               ", and what deflate can make");
  }
  std::vector<std::byte> bytes(std::min<std::size_t>(about.size, most));
  const Member open(zip_fopen(archive, member.c_str(), 0));
  std::size_t have = 0;
  while (open && have < bytes.size()) {
    const zip_int64_t got = zip_fread(open.get(), bytes.data() + have, bytes.size() - have);
    if (got <= 0) {
      break;
    }
    have += static_cast<std::size_t>(got);
  }
  if (have != bytes.size()) {
    refuse(file, name, "cannot be unpacked: the file is broken or cut short");
  }
  return bytes;
}

bool holds_numbers(zip_t* archive, const BrainSource& source, const std::string& name) {
  try {
    const auto start = unpacked(archive, source.file, name, kHeaderBytes);
    return parse_npy_header(start, source).number.has_value();
  } catch (const Error&) {  // then it is none that could be meant
    return false;
  }
}

std::string only_array(zip_t* archive, const BrainSource& source) {
  std::vector<std::string> names = arrays_of(archive, source.file);
  if (names.size() > 1) {
    std::erase_if(names, [&](const std::string& name) { return !holds_numbers(archive, source, name); });
  }
  return only_one(names, "array of numbers", source.file);
}

}  // namespace

DataArray read_npz_array(const BrainSource& source) {
  const Archive archive = open_archive(source.file);
  BrainSource member = source;
  if (member.dataset.empty()) {
    member.dataset = only_array(archive.get(), source);
  }
  return parse_npy(unpacked(archive.get(), source.file, member.dataset, kMostFileBytes), member);
}

std::vector<std::string> read_npz_names(const BrainSource& source) {
  const Archive archive = open_archive(source.file);
  const BrainSource member{.file = source.file, .dataset = source.ids};
  return parse_npy_names(unpacked(archive.get(), source.file, source.ids, kMostFileBytes), member);
}

}  // namespace homolog::experiments
