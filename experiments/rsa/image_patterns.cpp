#include "experiments/rsa/image_patterns.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>

#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kImagesBetweenReports = 32;
constexpr std::int64_t kMostResponses = std::int64_t{1} << 28U;  // 1 GB

}  // namespace

void check_responses(const std::string& model, std::int64_t stimuli, std::int64_t units) {
  if (units > 0 && stimuli > kMostResponses / units) {
    throw Error(ErrorKind::data, "model " + model + " has " + std::to_string(units) +
                                     " responses to each of " + std::to_string(stimuli) +
                                     " stimuli; at most " + std::to_string(kMostResponses) +
                                     " responses are kept in memory");
  }
}

std::unique_ptr<Patterns> image_patterns(const std::string& name, const Stimuli& stimuli,
                                         const ImageResponse& respond, const Progress& progress) {
  const std::int64_t count = stimuli.size();
  const auto units = static_cast<std::int64_t>(respond(stimuli.at(0)).size());
  check_responses(name, count, units);
  std::vector<float> responses(static_cast<std::size_t>(count * units));
  for (std::int64_t begin = 0; begin < count; begin += kImagesBetweenReports) {
    report(progress, static_cast<double>(begin) / static_cast<double>(count));
    tbb::parallel_for(begin, std::min(begin + kImagesBetweenReports, count), [&](std::int64_t i) {
      const Image image = stimuli.at(i);
      const std::vector<float> response = respond(image);
      if (static_cast<std::int64_t>(response.size()) != units) {
        throw Error(ErrorKind::data, "model " + name + ": stimulus '" + image.id +
                                         "' has another size than the first; expected stimuli of one size");
      }
      std::copy(response.begin(), response.end(), responses.begin() + i * units);
    });
  }
  report(progress, 1.0);
  return std::make_unique<MatrixPatterns>(name, count, units, std::move(responses));
}

}  // namespace homolog::experiments
