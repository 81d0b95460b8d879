#include "experiments/brain/match_stimuli.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "experiments/brain/data_array.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

bool is_image_extension(std::string_view extension) {
  static constexpr std::array kExtensions{"bmp", "gif", "jpeg", "jpg",  "pgm",
                                          "png", "ppm", "tif",  "tiff", "webp"};
  std::string lower(extension);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(kExtensions.begin(), kExtensions.end(), lower) != kExtensions.end();
}

/// Without folder and the extension of an image: "faces/01.png" is "01", "0.5" stays.
std::string stem(std::string_view id) {
  id.remove_prefix(id.find_last_of("/\\") + 1);  // npos + 1 is 0
  const std::size_t point = id.rfind('.');
  const bool cut = point != std::string_view::npos && point > 0 && is_image_extension(id.substr(point + 1));
  return std::string(cut ? id.substr(0, point) : id);
}

/// Places of ids; nullopt: an id that stands there more than once.
using Places = std::unordered_map<std::string, std::optional<std::size_t>>;

template <class Key>
Places places_of(const std::vector<std::string>& ids, Key key) {
  Places places;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto [found, is_new] = places.emplace(key(ids[i]), i);
    if (!is_new) {
      found->second = std::nullopt;
    }
  }
  return places;
}

[[noreturn]] void refuse(const std::string& file, const std::string& what) {
  throw Error(ErrorKind::data, what, {.file = file});
}

std::size_t place_of(const std::string& id, const Places& exact, const Places& stems,
                     const std::vector<std::string>& file_ids, const std::string& file) {
  auto found = exact.find(id);
  if (found == exact.end()) {
    found = stems.find(stem(id));
    if (found == stems.end()) {
      refuse(file, "has no stimulus '" + id + "'; it has " + listed(file_ids));
    }
  }
  if (!found->second) {
    refuse(file, "has the stimulus '" + id + "' more than once; expected an id of its own for each");
  }
  return *found->second;
}

}  // namespace

StimulusMatch match_stimuli(const std::vector<std::string>& experiment_ids,
                            const std::vector<std::string>& file_ids, std::size_t file_stimuli,
                            const std::string& file) {
  StimulusMatch match;
  if (file_ids.empty()) {
    if (experiment_ids.size() != file_stimuli) {
      refuse(file, "has " + std::to_string(file_stimuli) + " stimuli without ids but the experiment shows " +
                       std::to_string(experiment_ids.size()) +
                       " stimuli; expected one for each, in the order of the stimuli, or ids");
    }
    match.place.resize(file_stimuli);
    std::iota(match.place.begin(), match.place.end(), std::size_t{0});
    return match;
  }
  if (file_ids.size() != file_stimuli) {
    refuse(file, "has " + std::to_string(file_ids.size()) + " ids for " + std::to_string(file_stimuli) +
                     " stimuli; expected one for each");
  }
  match.by_id = true;
  const Places exact = places_of(file_ids, [](const std::string& id) { return id; });
  const Places stems = places_of(file_ids, stem);
  std::vector<std::optional<std::size_t>> owner(
      file_stimuli);  // which stimulus of the experiment took a place
  for (std::size_t i = 0; i < experiment_ids.size(); ++i) {
    const std::size_t place = place_of(experiment_ids[i], exact, stems, file_ids, file);
    if (owner[place]) {
      refuse(file, "has one stimulus, '" + file_ids[place] + "', for two of the experiment, '" +
                       experiment_ids[*owner[place]] + "' and '" + experiment_ids[i] +
                       "'; expected one for each");
    }
    owner[place] = i;
    match.place.push_back(place);
  }
  return match;
}

}  // namespace homolog::experiments
