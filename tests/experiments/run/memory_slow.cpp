// Whether a run needs as much memory as `homolog validate` says: the program itself, and what the kernel
// counted.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <string>
#include <utility>
#include <vector>

#include "experiments/cli/analyses.hpp"
#include "experiments/run/memory_estimate.hpp"
#include "tests/experiments/run/support.hpp"

namespace homolog::experiments {
namespace {

/// Largest resident set of `homolog arguments...`, bytes.
double peak(std::vector<std::string> arguments) {
  const std::string folder = test::fresh_folder("memory");
  const pid_t child = test::start(std::move(arguments), folder + "/log");
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

void expect_estimate(const std::string& config, const Overrides& overrides) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer needs memory of its own";
#endif
  for (const int threads : {1, 2}) {
    const Experiment experiment = parse_experiment(config, overrides, known_analyses());
    const auto estimated =
        static_cast<double>(estimate_memory(experiment, prepare(experiment), threads).total());
    std::vector<std::string> words{"run",     config,    "--output",  test::fresh_folder("results"),
                                   "--force", "--quiet", "--threads", std::to_string(threads)};
    for (const auto& [key, value] : overrides) {
      words.insert(words.end(), {"--set", key + "=" + value});
    }
    const double measured = peak(words);
    // The spikes are guessed, and the heap keeps what it likes.
    EXPECT_LT(estimated, 2.0 * measured) << threads << " threads";
    EXPECT_GT(estimated, measured / 1.5) << threads << " threads";
  }
}

TEST(Memory, OfTheQuickstartIsAsEstimated) {
  expect_estimate(test::source_path("configs/quickstart.yaml"), {});
}

TEST(Memory, OfSqueezeNetWithAllSpikesIsAsEstimatedAndBelow1536MiB) {
  HOMOLOG_NEEDS_DATA(model, "models/squeezenet1_1.onnx");
  setenv("HOMOLOG_DATA", test::data_folder().c_str(), 1);
  const Overrides few{
      {"stimuli.count", "10"}, {"spiking.threshold.calibration.images", "10"}, {"analyses", "[]"}};
  const std::string config = test::source_path("configs/kriegeskorte92.yaml");
  expect_estimate(config, few);
  const Experiment experiment = parse_experiment(config, {}, known_analyses());
  EXPECT_LT(estimate_memory(experiment, prepare(experiment), 2).total(), std::uint64_t{1536} << 20U);
}

}  // namespace
}  // namespace homolog::experiments
