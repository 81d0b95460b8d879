#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace homolog::test {

/// A file of the project, e.g. source_path("configs/assets/mnist_lenet.onnx").
inline std::string source_path(const std::string& relative) {
  return std::string(HOMOLOG_SOURCE_DIR) + "/" + relative;
}

/// Folder with the large models and data: $HOMOLOG_DATA, or ../shared beside the project. May not exist.
inline std::string data_folder() {
  if (const char* folder = std::getenv("HOMOLOG_DATA"); folder != nullptr && *folder != '\0') {
    return folder;
  }
  return source_path("../shared");
}

/// A fresh empty folder in the build folder. Each test has its own, so that ctest may run several at once.
inline std::string fresh_folder(const std::string& name) {
  auto folder = std::filesystem::path(HOMOLOG_BINARY_DIR) / "test_output";
  if (const auto* test = testing::UnitTest::GetInstance()->current_test_info(); test != nullptr) {
    std::string owner = std::string(test->test_suite_name()) + "." + test->name();
    std::replace(owner.begin(), owner.end(), '/', '_');  // of a parameterised test
    folder /= owner;
  }
  folder /= name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder.string();
}

}  // namespace homolog::test

/// Skips the test when `relative` is not in the data folder; else defines `path`.
#define HOMOLOG_NEEDS_DATA(path, relative)                                       \
  const std::string path = ::homolog::test::data_folder() + "/" + (relative);    \
  if (!std::filesystem::exists(path)) {                                          \
    GTEST_SKIP() << "needs " << path << " (set HOMOLOG_DATA, see docs/data.md)"; \
  }                                                                              \
  static_assert(true)
