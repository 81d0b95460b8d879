#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace homolog::experiments {

/// Which stimulus of a file is which of the experiment.
struct StimulusMatch {
  /// Per stimulus of the experiment: its place in the file.
  std::vector<std::size_t> place{};
  bool by_id = false;  ///< else by order
};

/// Matches by id when the file names its stimuli, else by order. Ids are equal when they are the same text,
/// or else the same but for folder and the extension of an image file. A file may have more stimuli than the
/// experiment when they are matched by id; by order the numbers must be equal. Throws Error(data) at `file`
/// for a stimulus that is not in the file, or more than once.
[[nodiscard]] StimulusMatch match_stimuli(const std::vector<std::string>& experiment_ids,
                                          const std::vector<std::string>& file_ids, std::size_t file_stimuli,
                                          const std::string& file);

}  // namespace homolog::experiments
