// Killed processes and full disks. Each attempt runs in a child process.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <thread>

#include "experiments/recording/results_file.hpp"
#include "sim/core/error.hpp"
#include "tests/experiments/recording/synthetic_run.hpp"
#include "tests/support/paths.hpp"

namespace homolog::experiments::results_failures_test {
namespace {

using test::raw_datasets;
using test::SyntheticRun;
using testing::HasSubstr;

/// Starts `work` in a child that leaves by exit(): HDF5's clean-up at exit must not crash either.
pid_t start(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    int code = 99;
    try {
      code = work();
    } catch (const std::exception& error) {
      std::cerr << error.what() << '\n';
    }
    std::exit(code);
  }
  return child;
}

int status_of(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

/// Appends everything with a checkpoint every few stimuli, and commits. One thread: a fork has no TBB.
int record_all(const SyntheticRun& run, ResultsFile file) {
  for (auto k = static_cast<std::size_t>(file.finished()); k < run.ids.size(); ++k) {
    file.append(run.record(k));
    if (k % 10 == 0) {
      file.checkpoint();
    }
  }
  run.finish(file);
  return 0;
}

TEST(AKilledRun, CanAlwaysBeResumedToTheSameDatasets) {
  const SyntheticRun run(60, 0.3);
  const std::string folder = test::fresh_folder("results_killed");
  {
    auto file = run.create(folder + "/whole.h5");
    run.finish(file);
  }
  const auto whole = raw_datasets(folder + "/whole.h5");
  const std::string path = folder + "/results.h5";
  int killed = 0;
  for (int attempt = 0; attempt < 60; ++attempt) {
    const bool part = std::filesystem::exists(path + ".part.checkpoint");
    const pid_t child = start([&] { return record_all(run, part ? run.resume(path) : run.create(path)); });
    // From "before the file exists" to "after the end", in uneven steps.
    std::this_thread::sleep_for(std::chrono::microseconds((attempt % 20) * 1'733));
    ::kill(child, SIGKILL);
    const int status = status_of(child);
    ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << "attempt " << attempt;
    killed += WIFSIGNALED(status) ? 1 : 0;
    if (std::filesystem::exists(path)) {
      ASSERT_TRUE(raw_datasets(path) == whole) << "attempt " << attempt;
      std::filesystem::remove(path);
      std::filesystem::remove(path + ".part.checkpoint");  // killed between the last two steps
    }
  }
  EXPECT_GT(killed, 10);
  const bool part = std::filesystem::exists(path + ".part.checkpoint");
  ASSERT_EQ(record_all(run, part ? run.resume(path) : run.create(path)), 0);
  EXPECT_TRUE(raw_datasets(path) == whole);
}

/// A limit on the size of files stands for a full disk: write() fails as it does there, with EFBIG.
void limit_file_size(rlim_t bytes) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{bytes, bytes};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
}

TEST(AFullDisk, IsReportedWhereverItHappensAndTheRunCanGoOn) {
  const SyntheticRun run(30, 0.3);
  const std::string folder = test::fresh_folder("results_full");
  {
    auto file = run.create(folder + "/whole.h5");
    run.finish(file);
  }
  const auto whole = raw_datasets(folder + "/whole.h5");
  const auto size = std::filesystem::file_size(folder + "/whole.h5");
  const std::string path = folder + "/results.h5";
  int failed = 0;
  constexpr int kLimits = 14;
  for (int i = 0; i < kLimits; ++i) {
    const pid_t child = start([&] {
      limit_file_size(static_cast<rlim_t>(size * static_cast<std::uintmax_t>(i) / (kLimits - 2)));
      try {
        return record_all(run, run.create(path));
      } catch (const Error& error) {
        const std::string message = error.what();
        return error.kind() == ErrorKind::output &&
                       message.find("cannot write " + path) != std::string::npos &&
                       message.find("File too large") != std::string::npos
                   ? 2
                   : (std::cerr << message << '\n', 3);
      }
    });
    const int status = status_of(child);
    ASSERT_TRUE(WIFEXITED(status)) << "limit " << i << ": signal " << WTERMSIG(status);
    ASSERT_TRUE(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 2) << "limit " << i;
    failed += WEXITSTATUS(status) == 2 ? 1 : 0;
    if (std::filesystem::exists(path + ".part")) {  // once there is space again
      ASSERT_EQ(record_all(run, run.resume(path)), 0);
    } else if (WEXITSTATUS(status) == 2) {
      continue;  // nothing was written yet, and nothing is left
    }
    ASSERT_TRUE(raw_datasets(path) == whole) << "limit " << i;
    std::filesystem::remove(path);
  }
  EXPECT_GT(failed, kLimits / 2);
}

TEST(AFullDisk, LeavesAFileThatKeepsSayingSo) {
  const SyntheticRun run(400, 0.3);
  const std::string path = test::fresh_folder("results_full_again") + "/results.h5";
  const int status = status_of(start([&] {
    limit_file_size(100'000);
    auto file = run.create(path);
    int errors = 0;
    for (std::size_t k = 0; k < run.ids.size() && errors < 3; ++k) {
      try {
        file.append(run.record(k));
      } catch (const Error& error) {
        errors += error.kind() == ErrorKind::output ? 1 : 0;
      }
    }
    for (const auto& call : std::initializer_list<std::function<void()>>{
             [&] { file.checkpoint(); }, [&] { file.write_summary("{}"); }, [&] { (void)file.counts(0, 0); },
             [&] { (void)file.readout(0); }}) {
      try {
        call();
      } catch (const Error& error) {
        errors += error.kind() == ErrorKind::output ? 1 : 0;
      }
    }
    return errors;
  }));
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 7);
  EXPECT_EQ(run.resume(path).finished(), 0);
}

TEST(ADamagedPart, IsRefusedWithAWayOut) {
  const SyntheticRun run(30, 0.3);
  const std::string path = test::fresh_folder("results_damaged") + "/results.h5";
  const auto message = [&]() -> std::string {
    try {
      (void)run.resume(path);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::output);
      return error.what();
    }
    return "resumed";
  };
  const auto make = [&] {
    auto file = run.create(path);
    for (std::size_t k = 0; k < 20; ++k) {
      file.append(run.record(k));
    }
    file.checkpoint();
  };
  make();
  {
    const std::vector<char> noise(20'000, '#');
    std::fstream part(path + ".part", std::ios::in | std::ios::out | std::ios::binary);
    part.write(noise.data(), static_cast<std::streamsize>(noise.size()));
  }
  EXPECT_THAT(message(), testing::AllOf(HasSubstr("damaged"), HasSubstr("--force")));
  make();
  std::filesystem::resize_file(path + ".part", 500);
  EXPECT_THAT(message(), testing::AllOf(HasSubstr("shorter"), HasSubstr("--force")));
  make();
  std::filesystem::remove(path + ".part.checkpoint");
  EXPECT_THAT(message(), testing::AllOf(HasSubstr("missing"), HasSubstr("--force")));
  make();
  EXPECT_EQ(message(), "resumed");
}

}  // namespace
}  // namespace homolog::experiments::results_failures_test
