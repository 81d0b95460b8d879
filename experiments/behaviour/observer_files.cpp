#include "experiments/behaviour/observer_files.hpp"

#include <cmath>
#include <utility>

#include "experiments/brain/array_file.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

[[noreturn]] void refuse(const BrainSource& source, const std::string& what) {
  throw Error(ErrorKind::data, what, Where{.file = source.file, .key = source.dataset});
}

bool whole_below(double value, std::size_t end) {
  return value >= 0.0 && value < static_cast<double>(end) && value == std::floor(value);
}

}  // namespace

Observers load_observers(const ResponseSource& source, Answers answers, const Stimuli& stimuli,
                         const std::vector<std::int64_t>& labels, std::size_t choices) {
  const Responses read = load_responses(source.source, stimuli);
  if (read.repetitions != 1) {
    refuse(source.source, "has three axes; expected answers [stimulus, observer]");
  }
  const std::size_t known = answers == Answers::correct ? 2 : choices;
  Observers observers{.name = source.name,
                      .correct = std::vector(read.units, std::vector<double>(read.stimuli, kNaN))};
  for (std::size_t i = 0; i < read.stimuli; ++i) {
    for (std::size_t observer = 0; observer < read.units; ++observer) {
      const double answer = read.at(i, 0, observer);
      if (std::isnan(answer)) {
        continue;
      }
      if (!whole_below(answer, known)) {
        refuse(
            source.source,
            "has the answer " + std::to_string(answer) + " of observer " + std::to_string(observer) +
                " to '" + stimuli.id(static_cast<std::int64_t>(i)) + "'; expected " +
                (answers == Answers::correct ? std::string("1 for right or 0 for wrong (or answers: choices)")
                                             : "a choice from 0 to " + std::to_string(choices - 1)));
      }
      const bool right =
          answers == Answers::correct ? answer == 1.0 : static_cast<std::int64_t>(answer) == labels[i];
      observers.correct[observer][i] = right ? 1.0 : 0.0;
    }
  }
  return observers;
}

ObserverRates load_rates(const ResponseSource& source, const Stimuli& stimuli, std::size_t choices) {
  ObserverRates result{.name = source.name, .rates = load_responses(source.source, stimuli)};
  if (result.rates.units != choices) {
    refuse(source.source, "has rates against " + std::to_string(result.rates.units) + " objects; expected " +
                              std::to_string(choices) +
                              ", one for each class or category (NaN where nothing was asked)");
  }
  for (const double rate : result.rates.values) {
    if (!std::isnan(rate) && !(rate >= 0.0 && rate <= 1.0)) {
      refuse(source.source, "has the rate " + std::to_string(rate) + "; expected 0 to 1");
    }
  }
  return result;
}

std::vector<std::int64_t> load_categories(const BrainSource& source, std::size_t classes) {
  const DataArray array = read_array(source);
  if (array.values.size() != classes) {
    refuse(source, "has " + std::to_string(array.values.size()) +
                       " numbers; expected the category of each of " + std::to_string(classes) +
                       " classes, -1 for none");
  }
  std::vector<std::int64_t> categories;
  for (const double value : array.values) {
    if (value != -1.0 && !whole_below(value, classes)) {
      refuse(source, "has the category " + std::to_string(value) +
                         "; expected whole numbers from 0, below the number of classes, or -1 for none");
    }
    categories.push_back(static_cast<std::int64_t>(value));
  }
  return categories;
}

}  // namespace homolog::experiments
