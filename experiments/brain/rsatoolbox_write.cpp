#include <algorithm>
#include <array>
#include <filesystem>
#include <numeric>
#include <span>

#include "experiments/brain/rsatoolbox.hpp"
#include "experiments/recording/h5_write.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

/// rsatoolbox's number of the layout; it is what rsatoolbox itself wrote up to version 0.1.
constexpr const char* kVersion = "0.0.1";
/// An attribute has at most 64 KiB, and a text in it takes 16 bytes.
constexpr std::size_t kMostAttributeTexts = 4000;

void require(bool condition, const std::string& what, const std::string& path) {
  if (!condition) {
    throw Error(ErrorKind::data, what, {.file = path});
  }
}

bool is_ascii(const std::vector<std::string>& texts) {
  return std::all_of(texts.begin(), texts.end(), [](const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
  });
}

void write_texts_attribute(hid_t group, const std::string& name, const std::vector<std::string>& texts,
                           const std::string& path) {
  require(texts.size() <= kMostAttributeTexts,
          "descriptor '" + name + "' has " + std::to_string(texts.size()) +
              " texts beyond ASCII; expected at most " + std::to_string(kMostAttributeTexts) + ", or ASCII",
          path);
  const std::string doing = "cannot write the descriptor " + name;
  const h5::Type type(h5::checked(H5Tcopy(H5T_C_S1), doing, path));
  h5::checked(H5Tset_size(type.get(), H5T_VARIABLE), doing, path);
  h5::checked(H5Tset_cset(type.get(), H5T_CSET_UTF8), doing, path);
  std::vector<const char*> pointers;
  for (const std::string& text : texts) {
    pointers.push_back(text.c_str());
  }
  const hsize_t count = texts.size();
  const h5::Dataspace space(h5::checked(H5Screate_simple(1, &count, nullptr), doing, path));
  h5::write_attribute(group, name, type.get(), type.get(), space.get(), pointers.data(), path);
}

void write_descriptor(hid_t group, const std::string& name, const std::vector<std::string>& texts,
                      const std::string& path) {
  if (is_ascii(texts)) {
    h5::write_texts(group, name, texts, path);
  } else {
    write_texts_attribute(group, name, texts, path);
  }
}

void write_index(hid_t group, std::size_t count, const std::string& path) {
  std::vector<std::int64_t> index(count);
  std::iota(index.begin(), index.end(), 0);
  h5::write_dataset<std::int64_t>(group, "index", {index.size()}, index, path);
}

void check(const std::string& path, const RdmData& rdms, const std::vector<RdmDescriptor>& descriptors) {
  const std::size_t count = rdms.subjects * rdms.times;
  require(
      rdms.stimuli >= 2 && count >= 1 && rdms.pairs.size() == count * (rdms.stimuli * (rdms.stimuli - 1) / 2),
      "cannot hold " + std::to_string(rdms.pairs.size()) + " dissimilarities as " + std::to_string(count) +
          " RDMs of " + std::to_string(rdms.stimuli) + " stimuli; expected n (n - 1) / 2 for each",
      path);
  require(rdms.ids.empty() || rdms.ids.size() == rdms.stimuli, "needs one id for each stimulus, or none",
          path);
  require(rdms.subject_names.empty() || rdms.subject_names.size() == rdms.subjects,
          "needs one name for each subject, or none", path);
  require(rdms.times_ms.empty() || rdms.times_ms.size() == rdms.times, "needs one time for each, or none",
          path);
  std::vector<std::string> names{"index", "subject", "time", "time_ms"};
  for (const auto& [name, texts] : descriptors) {
    require(texts.size() == count,
            "descriptor '" + name + "' has " + std::to_string(texts.size()) +
                " texts; expected one for each of " + std::to_string(count) + " RDMs",
            path);
    require(!name.empty() && name != "." && name.find('/') == std::string::npos &&
                std::find(names.begin(), names.end(), name) == names.end(),
            "cannot have a descriptor '" + name +
                "'; expected names without '/', each once, none of index, " + "subject, time, time_ms",
            path);
    names.push_back(name);
  }
}

void write_rdm_descriptors(hid_t group, const RdmData& rdms, const std::vector<RdmDescriptor>& descriptors,
                           const std::string& path) {
  const std::size_t count = rdms.subjects * rdms.times;
  write_index(group, count, path);
  std::vector<std::string> subject;
  std::vector<double> time;
  for (std::size_t i = 0; i < count; ++i) {
    // Without names of subjects or times their numbers tell the RDMs of several times apart.
    subject.push_back(rdms.subject_names.empty() ? std::to_string(i / rdms.times)
                                                 : rdms.subject_names[i / rdms.times]);
    time.push_back(rdms.times_ms.empty() ? static_cast<double>(i % rdms.times)
                                         : rdms.times_ms[i % rdms.times]);
  }
  if (!rdms.subject_names.empty() || rdms.times > 1) {
    write_descriptor(group, "subject", subject, path);
  }
  if (!rdms.times_ms.empty() || rdms.times > 1) {
    const std::string name = rdms.times_ms.empty() ? "time" : "time_ms";
    h5::write_dataset<double>(group, name, {count}, time, path);
  }
  for (const auto& [name, texts] : descriptors) {
    write_descriptor(group, name, texts, path);
  }
}

}  // namespace

void write_rsatoolbox_rdms(const std::string& path, const RdmData& rdms, const std::string& measure,
                           const std::vector<RdmDescriptor>& descriptors) {
  check(path, rdms, descriptors);
  h5::quiet();
  if (std::filesystem::exists(path)) {
    throw Error(ErrorKind::output, "exists already", {.file = path});
  }
  h5::File file(h5::checked(H5Fcreate(path.c_str(), H5F_ACC_EXCL, H5P_DEFAULT, H5P_DEFAULT),
                            "cannot create the file", path));
  const h5::Group root(
      h5::checked(H5Gopen2(file.get(), "/", H5P_DEFAULT), "cannot open the root group", path));
  h5::write_text_attribute(root.get(), "rsatoolbox_version", kVersion, path);
  h5::write_text_attribute(root.get(), "dissimilarity_measure", measure, path);
  const std::size_t count = rdms.subjects * rdms.times;
  h5::write_dataset<double>(root.get(), "dissimilarities", {count, rdms.pairs.size() / count}, rdms.pairs,
                            path);
  (void)h5::create_group(root.get(), "descriptors", path);
  const h5::Group patterns = h5::create_group(root.get(), "pattern_descriptors", path);
  write_index(patterns.get(), rdms.stimuli, path);
  if (!rdms.ids.empty()) {
    write_descriptor(patterns.get(), "stimulus", rdms.ids, path);
  }
  const h5::Group per_rdm = h5::create_group(root.get(), "rdm_descriptors", path);
  write_rdm_descriptors(per_rdm.get(), rdms, descriptors, path);
  h5::checked(H5Fflush(file.get(), H5F_SCOPE_LOCAL), "cannot write", path);
}

}  // namespace homolog::experiments
