// The program itself, interrupted and resumed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "experiments/recording/results_reader.hpp"
#include "tests/experiments/run/support.hpp"

namespace homolog::experiments {
namespace {

using test::fresh_folder;
using test::small_config;
using test::start;

// Long enough that the signal always comes first: about a second on one thread.
#ifdef __SANITIZE_ADDRESS__
const std::string kImages = "4";  // about twenty times slower
#else
const std::string kImages = "24";
#endif

int exit_code(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

bool appears(const std::string& path, pid_t child) {
  while (!std::filesystem::exists(path)) {
    if (kill(child, 0) != 0 || waitpid(child, nullptr, WNOHANG) != 0) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

void expect_same_results(const std::string& left, const std::string& right) {
  const ResultsReader a(left);
  const ResultsReader b(right);
  ASSERT_EQ(a.stimuli(), b.stimuli());
  EXPECT_EQ(a.spiking_accuracy(), b.spiking_accuracy());
  EXPECT_EQ(a.layer_spikes(), b.layer_spikes());
  for (std::int64_t i = 0; i < a.stimuli(); ++i) {
    ASSERT_EQ(a.spiking_readout(i), b.spiking_readout(i)) << i;
    for (std::size_t layer = 0; layer < a.layers().size(); ++layer) {
      ASSERT_EQ(a.spikes(layer, i).ids, b.spikes(layer, i).ids) << i;
      ASSERT_EQ(a.spikes(layer, i).steps, b.spikes(layer, i).steps) << i;
    }
  }
  for (const RdmName& name : a.rdms()) {
    EXPECT_EQ(a.rdm(name).values, b.rdm(name).values) << name.layer << " " << name.code;
  }
}

/// Stops a run by `signal` some time into its simulation, resumes it, and compares it with one that ran
/// through.
void interrupt_and_resume(int signal, int expected_code) {
  const std::string folder = fresh_folder("interrupt" + std::to_string(signal));
  const std::string config = small_config(folder);
  std::vector<std::string> run{"run",       config,
                               "--threads", "2",
                               "--set",     "stimuli.count=40",
                               "--set",     "spiking.steps=600",
                               "--set",     "record.counts=false"};
  const pid_t child = start(run, folder + "/first.log");
  ASSERT_TRUE(appears(folder + "/results/results.h5.part", child));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  ASSERT_EQ(kill(child, signal), 0);
  ASSERT_EQ(exit_code(child), expected_code);
  EXPECT_FALSE(std::filesystem::exists(folder + "/results/results.h5"));
  EXPECT_FALSE(std::filesystem::exists(folder + "/results/summary.json"));

  // Without --resume nothing is touched.
  EXPECT_EQ(exit_code(start(run, folder + "/refused.log")), 2);
  auto resumed = run;
  resumed.emplace_back("--resume");
  const int code = exit_code(start(resumed, folder + "/second.log"));
  std::ifstream log(folder + "/second.log");
  ASSERT_EQ(code, 0) << std::string(std::istreambuf_iterator<char>(log), {});

  auto through = run;
  through.insert(through.end(), {"--output", folder + "/through"});
  ASSERT_EQ(exit_code(start(through, folder + "/third.log")), 0);
  expect_same_results(folder + "/results/results.h5", folder + "/through/results.h5");
}

TEST(Interrupt, CtrlCKeepsWhatIsFinishedAndResumesToTheSameResult) {
  interrupt_and_resume(SIGINT, 4);
}

TEST(Interrupt, SigtermDoesTheSame) {
  interrupt_and_resume(SIGTERM, 4);
}

TEST(Interrupt, AKilledRunResumesToo) {
  interrupt_and_resume(SIGKILL, 1000 + SIGKILL);
}

}  // namespace
}  // namespace homolog::experiments
