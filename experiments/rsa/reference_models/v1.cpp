#include <tbb/parallel_for.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "experiments/rsa/reference_model.hpp"
#include "experiments/rsa/v1_model.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

constexpr char kTitle[] = "V1 model (Gabor energy)";
constexpr std::int64_t kImagesBetweenReports = 32;
constexpr std::int64_t kMostResponses = std::int64_t{1} << 28U;  // 1 GB

std::int64_t v1_units(const Stimuli& stimuli) {
  const Image first = stimuli.at(0);
  return V1Model(first.height, first.width).units();
}

std::unique_ptr<Patterns> v1_responses(const Stimuli& stimuli, const Progress& progress) {
  const std::int64_t count = stimuli.size();
  const Image first = stimuli.at(0);
  const V1Model model(first.height, first.width);
  if (count > kMostResponses / model.units()) {
    throw Error(ErrorKind::data, "the V1 model has " + std::to_string(model.units()) +
                                     " responses to each of " + std::to_string(count) + " stimuli of " +
                                     std::to_string(first.height) + "x" + std::to_string(first.width) +
                                     " pixels; at most " + std::to_string(kMostResponses) +
                                     " responses are kept in memory");
  }
  std::vector<float> responses(static_cast<std::size_t>(count * model.units()));
  for (std::int64_t begin = 0; begin < count; begin += kImagesBetweenReports) {
    report(progress, static_cast<double>(begin) / static_cast<double>(count));
    tbb::parallel_for(begin, std::min(begin + kImagesBetweenReports, count), [&](std::int64_t i) {
      const std::vector<float> energy = model.respond(stimuli.at(i));
      std::copy(energy.begin(), energy.end(), responses.begin() + i * model.units());
    });
  }
  report(progress, 1.0);
  return std::make_unique<MatrixPatterns>(kTitle, count, model.units(), std::move(responses));
}

}  // namespace

void register_v1(ReferenceModelRegistry& registry) {
  registry.add("v1", "complex cells of V1 as Gabor energy, computed from the stimuli",
               {.title = kTitle, .respond = v1_responses, .units = v1_units});
}

}  // namespace homolog::experiments
