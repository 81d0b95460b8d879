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

namespace homolog::experiments::interrupt_test {
namespace {

using test::fresh_folder;
using test::small_config;
using test::start;

// Long enough that the signal always comes first: about a second on one thread.
#ifdef __SANITIZE_ADDRESS__
const std::string kImages = "4";  // about twenty times slower
#else
const std::string kImages = "40";
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
      const SpikeTrain of_a = a.spikes(layer, i);
      const SpikeTrain of_b = b.spikes(layer, i);
      ASSERT_EQ(of_a.ids, of_b.ids) << i;
      ASSERT_EQ(of_a.steps, of_b.steps) << i;
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
                               "--set",     "stimuli.count=" + kImages,
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

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Waits until a run notes Ctrl-C instead of dying of it.
bool watches(pid_t child) {
  while (waitpid(child, nullptr, WNOHANG) == 0) {
    const std::string status = text_of("/proc/" + std::to_string(child) + "/status");
    const std::size_t blocked = status.find("SigBlk:");
    if (blocked != std::string::npos &&
        (std::stoull(status.substr(blocked + 7), nullptr, 16) >> (SIGINT - 1) & 1U) != 0) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

/// A run that is interrupted before its calibration is finished: as soon as it notes that.
std::string interrupt_early(const std::vector<std::string>& run, const std::string& log) {
  const pid_t child = start(run, log);
  EXPECT_TRUE(watches(child));
  kill(child, SIGINT);
  EXPECT_EQ(exit_code(child), 4);
  return text_of(log);
}

TEST(Interrupt, WhileCalibratingLeavesNothingBehind) {
  const std::string folder = fresh_folder("interrupt_calibration");
  const std::vector<std::string> run{
      "run",   small_config(folder), "--threads", "2",
      "--set", "stimuli.count=300",  "--set",     "spiking.threshold.calibration.images=300"};
  EXPECT_THAT(
      interrupt_early(run, folder + "/log"),
      testing::EndsWith("interrupted while calibrating; nothing was simulated and no file was changed\n"));
  EXPECT_FALSE(std::filesystem::exists(folder + "/results"));
}

// What an earlier run has finished is told from what this one did.
TEST(Interrupt, WhileCalibratingAgainKeepsWhatThereIs) {
  const std::string folder = fresh_folder("interrupt_again");
  std::vector<std::string> run{"run",       small_config(folder),
                               "--threads", "2",
                               "--set",     "stimuli.count=300",
                               "--set",     "spiking.steps=600",
                               "--set",     "spiking.threshold.calibration.images=300"};
  const std::string part = folder + "/results/results.h5.part";
  const pid_t child = start(run, folder + "/first.log");
  ASSERT_TRUE(appears(part, child));
  ASSERT_EQ(kill(child, SIGINT), 0);
  ASSERT_EQ(exit_code(child), 4);
  EXPECT_THAT(text_of(folder + "/first.log"),
              testing::ContainsRegex("[0-9]+ of 300 images are kept in .*part; "
                                     "--resume goes on"));
  const std::string before = text_of(part);
  run.emplace_back("--resume");
  EXPECT_THAT(
      interrupt_early(run, folder + "/second.log"),
      testing::EndsWith("interrupted while calibrating; " + part + " is as it was; --resume goes on\n"));
  EXPECT_EQ(text_of(part), before);
}

// A part beside a result is newer than it: a run that was to replace it.
TEST(Interrupt, WhatWasToReplaceAResultIsResumed) {
  const std::string folder = fresh_folder("interrupt_force");
  std::vector<std::string> run{"run", small_config(folder), "--threads", "2"};
  ASSERT_EQ(exit_code(start(run, folder + "/first.log")), 0);
  run.insert(run.end(), {"--set", "stimuli.count=40", "--set", "spiking.steps=600"});
  auto forced = run;
  forced.emplace_back("--force");
  const pid_t child = start(forced, folder + "/second.log");
  ASSERT_TRUE(appears(folder + "/results/results.h5.part", child));
  ASSERT_EQ(kill(child, SIGINT), 0);
  ASSERT_EQ(exit_code(child), 4);
  EXPECT_EQ(ResultsReader(folder + "/results/results.h5").stimuli(), 20) << "still the result of the first";

  EXPECT_EQ(exit_code(start(run, folder + "/refused.log")), 2);
  EXPECT_THAT(text_of(folder + "/refused.log"), testing::HasSubstr("is left of an interrupted run"));
  run.emplace_back("--resume");
  ASSERT_EQ(exit_code(start(run, folder + "/third.log")), 0) << text_of(folder + "/third.log");
  EXPECT_EQ(ResultsReader(folder + "/results/results.h5").stimuli(), 40);
  EXPECT_FALSE(std::filesystem::exists(folder + "/results/results.h5.part"));
  EXPECT_THAT(test::cli(run).out, testing::HasSubstr("is complete; nothing to resume"));
}

// A run may be killed after the results file is complete, before what is made from it.
TEST(Interrupt, WhatIsMissingBesideACompleteResultIsMadeByResume) {
  const std::string folder = fresh_folder("interrupt_complete");
  std::vector<std::string> run{"run", small_config(folder), "--threads", "2"};
  ASSERT_EQ(exit_code(start(run, folder + "/first.log")), 0);
  const std::string results = folder + "/results";
  std::filesystem::remove(results + "/summary.json");
  std::filesystem::remove(results + "/report.html");
  std::filesystem::create_directories(results + "/representations.part");
  std::ofstream(results + "/representations.part/relu1.count.f32") << "left";
  run.emplace_back("--resume");
  EXPECT_THAT(test::cli(run).out, testing::HasSubstr("what was missing beside it is written"));
  EXPECT_EQ(text_of(results + "/summary.json"), ResultsReader(results + "/results.h5").summary());
  EXPECT_THAT(text_of(results + "/report.html"), testing::HasSubstr("<html"));
  EXPECT_FALSE(std::filesystem::exists(results + "/representations.part"));
  EXPECT_THAT(test::cli(run).out, testing::HasSubstr("is complete; nothing to resume"));
}

// Activations of a random network are of no use to another run.
TEST(Interrupt, WhatAKilledAnalysisLeftIsRemoved) {
  const std::string folder = fresh_folder("interrupt_random");
  const std::string left = folder + "/out/representations.part.random";
  std::filesystem::create_directories(left);
  std::ofstream(left + "/relu1.float.f32") << "left";
  ASSERT_EQ(test::cli({"run", small_config(folder), "--output", folder + "/out", "--quiet"}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(left));
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
}  // namespace homolog::experiments::interrupt_test
