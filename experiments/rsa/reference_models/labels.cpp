#include <algorithm>

#include "experiments/rsa/reference_model.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

Rdm by_label(const Stimuli& stimuli) {
  const std::int64_t n = stimuli.size();
  std::vector<std::int64_t> labels;
  for (std::int64_t i = 0; i < n; ++i) {
    const auto label = stimuli.label(i);
    if (!label) {
      throw Error(ErrorKind::data, "stimulus '" + stimuli.id(i) +
                                       "' has no label; the category model needs one for each stimulus");
    }
    labels.push_back(*label);
  }
  Rdm rdm(static_cast<std::size_t>(n));
  std::size_t pair = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    for (std::size_t j = i + 1; j < labels.size(); ++j, ++pair) {
      rdm.pairs()[pair] = labels[i] == labels[j] ? 0.0 : 1.0;
    }
  }
  return rdm;
}

}  // namespace

/// Stimuli of one label are alike, all others differ.
void register_labels(ReferenceModelRegistry& registry) {
  registry.add("labels", "category model: 0 within a label, 1 between",
               {.title = "categories (labels)", .rdm = by_label});
}

}  // namespace homolog::experiments
