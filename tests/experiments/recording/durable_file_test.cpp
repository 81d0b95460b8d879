#include "experiments/recording/durable_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "sim/core/error.hpp"
#include "tests/support/paths.hpp"

namespace homolog::experiments::durable_file_test {
namespace {

using testing::HasSubstr;
using Bytes = std::vector<std::byte>;

Bytes filled(std::size_t count, int value) {
  return Bytes(count, static_cast<std::byte>(value));
}

Bytes contents(DurableFile& file) {
  Bytes bytes(file.size());
  EXPECT_TRUE(file.read(0, bytes));
  return bytes;
}

TEST(DurableFile, RestoresTheStateOfTheLastCommit) {
  const std::string path = test::fresh_folder("durable") + "/file";
  {
    auto file = DurableFile::create(path);
    file.write(0, filled(10'000, 1));
    file.commit(filled(3, 7), false);
    file.write(5'000, filled(10'000, 2));  // some of it below the committed size
    EXPECT_EQ(file.size(), 15'000);
    EXPECT_EQ(contents(file)[5'000], std::byte{2});
  }
  EXPECT_EQ(std::filesystem::file_size(path), 10'000) << "space after the last commit is given back";
  Bytes note;
  auto file = DurableFile::restore(path, note);
  EXPECT_EQ(contents(file), filled(10'000, 1));
  EXPECT_EQ(note, filled(3, 7));
}

TEST(DurableFile, AppliesACommitThatWasInterruptedBeforeItReachedTheFile) {
  const std::string path = test::fresh_folder("durable_redo") + "/file";
  {
    auto file = DurableFile::create(path);
    file.write(0, filled(9'000, 1));
    file.commit({}, false);
    std::filesystem::copy_file(path, path + ".before");
    file.write(4'000, filled(300, 2));
    file.commit(filled(1, 9), false);
  }
  // The process dies after the checkpoint got its name and before the file was touched.
  std::filesystem::copy_file(path + ".before", path, std::filesystem::copy_options::overwrite_existing);
  Bytes note;
  auto file = DurableFile::restore(path, note);
  Bytes expected = filled(9'000, 1);
  std::fill(expected.begin() + 4'000, expected.begin() + 4'300, std::byte{2});
  EXPECT_EQ(contents(file), expected);
  EXPECT_EQ(note, filled(1, 9));
}

// The model: a vector of bytes, and a copy of it at each commit.
TEST(DurableFile, BehavesLikeAVectorOfBytesWithSnapshots) {
  const std::string path = test::fresh_folder("durable_model") + "/file";
  std::mt19937 random(7);
  const auto below = [&random](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
  auto file = DurableFile::create(path);
  Bytes now;
  Bytes committed;
  Bytes note;
  for (int i = 0; i < 2'000; ++i) {
    switch (below(12)) {
      case 0:
        file.commit(filled(i == 0 ? 0 : 1, i), false);
        committed = now;
        break;
      case 1:
        if (!committed.empty()) {
          file = DurableFile::create(path + ".other");  // closes the first without a commit
          file = DurableFile::restore(path, note);
          now = committed;
        }
        break;
      case 2: {
        const std::size_t size = now.size() / 2 + below(now.size() / 2 + 1);
        now.resize(size);
        file.resize(size);
        break;
      }
      default: {
        const std::size_t offset = below(now.size() + 1);  // without holes, as HDF5 allocates
        const Bytes bytes = filled(1 + below(9'000), i);
        now.resize(std::max(now.size(), offset + bytes.size()));
        std::copy(bytes.begin(), bytes.end(), now.begin() + static_cast<std::ptrdiff_t>(offset));
        file.write(offset, bytes);
      }
    }
    ASSERT_EQ(file.size(), now.size());
    ASSERT_EQ(contents(file), now) << "operation " << i;
  }
}

TEST(DurableFile, RefusesADamagedOrMissingCheckpoint) {
  const std::string path = test::fresh_folder("durable_bad") + "/file";
  const auto made = [&path] {
    auto file = DurableFile::create(path);
    file.write(0, filled(100, 1));
    file.commit(filled(50, 3), false);
    return file.checkpoint_path();
  };
  const auto message = [&path]() -> std::string {
    try {
      Bytes note;
      (void)DurableFile::restore(path, note);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::output);
      return error.what();
    }
    return "restored";
  };
  EXPECT_THAT(message(), HasSubstr("no interrupted run"));
  const std::string checkpoint = made();
  const auto size = std::filesystem::file_size(checkpoint);
  for (std::uintmax_t cut = 0; cut < size; ++cut) {
    made();
    std::filesystem::resize_file(checkpoint, cut);
    ASSERT_THAT(message(), testing::AllOf(HasSubstr("damaged"), HasSubstr("--force"))) << cut;
  }
  for (std::uintmax_t byte = 0; byte < size; ++byte) {
    made();
    std::fstream stream(checkpoint, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(byte));
    const int old = stream.get();
    stream.seekp(static_cast<std::streamoff>(byte));
    stream.put(static_cast<char>(old ^ 0x10));
    stream.close();
    ASSERT_THAT(message(), HasSubstr("damaged")) << byte;
  }
  std::filesystem::remove(checkpoint);
  EXPECT_THAT(message(), testing::AllOf(HasSubstr("missing"), HasSubstr("--force")));
  made();
  std::filesystem::resize_file(path, 99);
  EXPECT_THAT(message(), HasSubstr("shorter"));
}

TEST(DurableFile, KeepsASecondWriterAway) {
  const std::string path = test::fresh_folder("durable_lock") + "/file";
  auto first = DurableFile::create(path);
  first.write(0, filled(10, 1));
  first.commit({}, false);
  Bytes note;
  EXPECT_THROW((void)DurableFile::create(path), Error);
  EXPECT_THROW((void)DurableFile::restore(path, note), Error);
  EXPECT_EQ(contents(first), filled(10, 1));
}

TEST(DurableFile, GivesTheFileItsFinalNameAndLeavesNothingElse) {
  const std::string folder = test::fresh_folder("durable_final");
  {
    auto file = DurableFile::create(folder + "/file.part");
    file.write(0, filled(10, 1));
    file.commit({}, true);
    file.rename_to(folder + "/file");
  }
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  EXPECT_THAT(names, testing::ElementsAre("file"));
  EXPECT_EQ(std::filesystem::file_size(folder + "/file"), 10);
}

}  // namespace
}  // namespace homolog::experiments::durable_file_test
