#include "experiments/recording/result_groups.hpp"

#include <optional>

#include "experiments/recording/h5_tree.hpp"

namespace homolog::experiments {
namespace {

std::string attribute_or_nothing(const h5::Source& source, const std::string& object,
                                 const std::string& name) {
  return h5::has_attribute(source, object, name)
             ? h5::text_attribute_if(source, object, name).value_or(std::string())
             : std::string();
}

}  // namespace

std::string numbered(const std::string& name, std::size_t place) {
  return place == 0 ? name : name + "_" + std::to_string(place + 1);
}

std::string named_with_entry(const std::string& name, const std::string& kind, std::size_t entry) {
  return entry <= 1 ? name : name + " (" + kind + " " + std::to_string(entry) + ")";
}

std::vector<std::string> result_groups(const h5::Source& source, const std::string& name) {
  std::vector<std::string> groups;
  for (std::size_t place = 0; place < kMostResultGroups; ++place) {
    const std::string group = numbered(name, place);
    if (h5::exists(source, "/" + group)) {
      groups.push_back(group);
    }
  }
  return groups;
}

std::vector<ResultDataset> read_result_group(const h5::Source& source, const std::string& group) {
  std::vector<ResultDataset> datasets;
  for (const std::string& name : h5::members(source, "/" + group)) {
    const std::string object = "/" + group + "/" + name;
    const h5::Kind kind = h5::kind(source, object);
    if (kind != h5::Kind::texts && kind != h5::Kind::numbers) {
      continue;
    }
    const auto dims = h5::dataset_dims(source.file, source.path, object);
    std::size_t count = 1;
    for (const std::size_t extent : dims) {  // 0, or too many: no more is multiplied
      count =
          extent > kMostResultValues || count > kMostResultValues ? kMostResultValues + 1 : count * extent;
    }
    if (count > kMostResultValues) {
      continue;
    }
    ResultDataset dataset{.name = name,
                          .extents = dims,
                          .units = attribute_or_nothing(source, object, "units"),
                          .axes = attribute_or_nothing(source, object, "axes")};
    if (kind == h5::Kind::texts) {
      if (dims.size() != 1) {
        continue;
      }
      dataset.values = h5::read_texts(source, object, count);
    } else {
      dataset.values = h5::read_numbers<double>(source, object, {dims.begin(), dims.end()});
    }
    datasets.push_back(std::move(dataset));
  }
  return datasets;
}

}  // namespace homolog::experiments
