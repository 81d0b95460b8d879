#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "experiments/brain/data_array.hpp"
#include "experiments/brain/rdm_shape.hpp"
#include "experiments/brain/rsatoolbox.hpp"
#include "experiments/recording/h5_tree.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

constexpr const char* kDissimilarities = "/dissimilarities";
constexpr const char* kPatterns = "/pattern_descriptors";
constexpr const char* kRdms = "/rdm_descriptors";

[[noreturn]] void refuse(const BrainSource& source, const std::string& what) {
  throw Error(ErrorKind::data, what, {.file = source.file});
}

struct Descriptor {
  std::vector<std::string> values{};
  bool text = false;
};

using Descriptors = std::map<std::string, Descriptor>;

Descriptor read_dataset(const h5::Source& file, const std::string& path) {
  if (h5::kind(file, path) == h5::Kind::texts) {
    return {.values = h5::read_all_texts(file, path), .text = true};
  }
  Descriptor descriptor;
  const h5::Dataset data = h5::open_dataset(file.file.get(), file.path, path);
  for (const double value : h5::read_values(file, data, path, kMostArrayValues).values) {
    descriptor.values.push_back(number_id(value));
  }
  return descriptor;
}

/// A list that was no array became a group with members 0, 1, 2, ...
Descriptor read_list(const h5::Source& file, const std::string& path, std::size_t count) {
  Descriptor descriptor;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string member = path + "/" + std::to_string(i);
    if (h5::kind(file, member) != h5::Kind::texts && h5::kind(file, member) != h5::Kind::numbers) {
      return {};
    }
    const Descriptor one = read_dataset(file, member);
    descriptor.text = descriptor.text || one.text;
    descriptor.values.insert(descriptor.values.end(), one.values.begin(), one.values.end());
  }
  return descriptor;
}

/// The descriptors of a group that have `count` values. rsatoolbox writes a list or an array as a dataset, a
/// list of unlike things as a group, a tuple of texts or a single text as an attribute.
Descriptors read_descriptors(const h5::Source& file, const std::string& group, std::size_t count) {
  Descriptors descriptors;
  if (h5::kind(file, group) != h5::Kind::group) {
    return descriptors;
  }
  for (const std::string& name : h5::members(file, group)) {
    const std::string path = group + "/" + name;
    switch (h5::kind(file, path)) {
      case h5::Kind::texts:
      case h5::Kind::numbers: descriptors[name] = read_dataset(file, path); break;
      case h5::Kind::group: descriptors[name] = read_list(file, path, count); break;
      default: break;
    }
  }
  for (const std::string& name : h5::attribute_names(file, group)) {
    try {
      descriptors[name] = {.values = h5::texts_attribute(file, group, name), .text = true};
    } catch (const Error&) {  // a number: it describes all
      descriptors.erase(name);
    }
  }
  std::erase_if(descriptors, [count](const auto& entry) { return entry.second.values.size() != count; });
  return descriptors;
}

bool all_different(const std::vector<std::string>& values) {
  return std::set<std::string>(values.begin(), values.end()).size() == values.size();
}

std::vector<std::string> ids_from(const Descriptors& descriptors, const BrainSource& source) {
  if (!source.ids.empty()) {
    const std::string name = source.ids.substr(source.ids.rfind('/') + 1);
    const auto found = descriptors.find(name);
    if (found == descriptors.end()) {
      std::vector<std::string> names;
      for (const auto& entry : descriptors) {
        names.push_back(entry.first);
      }
      refuse(source,
             "has no pattern descriptor '" + name + "'; it has " + (names.empty() ? "none" : listed(names)));
    }
    return found->second.values;
  }
  static constexpr std::array kNames{"stimulus", "stimulus_id", "stim", "image", "conds",
                                     "cond",     "condition",   "name", "label"};
  for (const std::string name : kNames) {
    for (const std::string& candidate : {name, name + "s"}) {
      const auto found = descriptors.find(candidate);
      if (found != descriptors.end() && all_different(found->second.values)) {
        return found->second.values;
      }
    }
  }
  for (const auto& [name, descriptor] : descriptors) {
    if (name != "index" && descriptor.text && all_different(descriptor.values)) {
      return descriptor.values;
    }
  }
  return {};
}

const Descriptor* first_of(const Descriptors& descriptors, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (const auto found = descriptors.find(name); found != descriptors.end()) {
      return &found->second;
    }
  }
  return nullptr;
}

/// Values in the order of their first appearance.
std::vector<std::string> distinct(const std::vector<std::string>& values) {
  std::vector<std::string> some;
  std::set<std::string> seen;
  for (const std::string& value : values) {
    if (seen.insert(value).second) {
      some.push_back(value);
    }
  }
  return some;
}

/// Arranges the RDMs, one after the other in the file, as [subjects, times, pairs].
void arrange(const Descriptor& time, const Descriptor* subject, RdmData& rdms, const BrainSource& source) {
  const std::vector<std::string> times = distinct(time.values);
  const std::size_t count = time.values.size();
  const std::vector<std::string> owner =
      subject == nullptr ? std::vector<std::string>(count) : subject->values;
  const std::vector<std::string> subjects = distinct(owner);
  if (subjects.size() * times.size() != count) {
    refuse(source, "has " + std::to_string(count) + " RDMs for " + std::to_string(subjects.size()) +
                       " subjects and " + std::to_string(times.size()) +
                       " times; expected one for each subject and time");
  }
  std::map<std::string, std::size_t> subject_place;
  std::map<std::string, std::size_t> time_place;
  for (const std::string& name : subjects) {
    subject_place.emplace(name, subject_place.size());
  }
  for (const std::string& name : times) {
    time_place.emplace(name, time_place.size());
  }
  const std::size_t pairs = rdms.pairs.size() / count;
  std::vector<double> arranged(rdms.pairs.size());
  std::vector<bool> filled(count, false);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = subject_place.at(owner[i]) * times.size() + time_place.at(time.values[i]);
    if (filled[place]) {
      refuse(source, "has two RDMs of one subject at time " + time.values[i] + "; expected one");
    }
    filled[place] = true;
    std::copy_n(rdms.pairs.begin() + static_cast<std::ptrdiff_t>(i * pairs), pairs,
                arranged.begin() + static_cast<std::ptrdiff_t>(place * pairs));
  }
  rdms.pairs = std::move(arranged);
  rdms.subjects = subjects.size();
  rdms.times = times.size();
  rdms.subject_names = subject == nullptr ? std::vector<std::string>{} : subjects;
}

}  // namespace

bool is_rsatoolbox(const BrainSource& source) {
  if (!source.dataset.empty() && source.dataset != kDissimilarities &&
      source.dataset != kDissimilarities + 1) {
    return false;
  }
  const h5::Source file{.file = h5::open_for_reading(source.file), .path = source.file};
  return h5::has_attribute(file, "/", "rsatoolbox_version") &&
         h5::kind(file, kDissimilarities) == h5::Kind::numbers;
}

RdmData read_rsatoolbox_rdms(const BrainSource& source) {
  const h5::Source file{.file = h5::open_for_reading(source.file), .path = source.file};
  const h5::Dataset data = h5::open_dataset(file.file.get(), file.path, kDissimilarities);
  h5::Array read = h5::read_values(file, data, kDissimilarities, kMostArrayValues);
  const BrainSource named{.file = source.file, .dataset = kDissimilarities, .ids = source.ids};
  if (read.dims.size() != 2 || stimuli_of_pairs(read.dims.back()) == 0) {
    refuse(source, "dataset /dissimilarities is " + shape_text(read.dims) +
                       "; expected [RDMs, n (n - 1) / 2], as rsatoolbox writes them");
  }
  // Two axes of equal extent are pairs here, never a matrix: a third axis says so.
  read.dims.insert(read.dims.begin() + 1, 1);
  RdmData rdms = rdms_from_array({.dims = std::move(read.dims), .values = std::move(read.values)}, named);
  rdms.ids = ids_from(read_descriptors(file, kPatterns, rdms.stimuli), source);
  if (!rdms.ids.empty()) {
    check_ids(rdms.ids, rdms.stimuli, source);
  }
  const Descriptors descriptors = read_descriptors(file, kRdms, rdms.subjects);
  const Descriptor* subject =
      first_of(descriptors, {"subject", "subject_id", "participant", "name", "session"});
  const Descriptor* time = first_of(descriptors, {"time_ms", "time"});
  if (time == nullptr) {
    rdms.subject_names = subject == nullptr ? std::vector<std::string>{} : subject->values;
    return rdms;
  }
  arrange(*time, subject, rdms, source);
  if (descriptors.count("time_ms") != 0 && !time->text) {
    for (const std::string& text : distinct(time->values)) {
      double value = 0.0;
      std::from_chars(text.data(), text.data() + text.size(), value);  // of number_id(): always a number
      rdms.times_ms.push_back(value);
    }
  }
  return rdms;
}

}  // namespace homolog::experiments
